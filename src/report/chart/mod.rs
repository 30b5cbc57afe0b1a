//! Quality against cost or latency, as a drawing.

mod scale;
mod svg;

pub(super) use scale::scores;
pub use svg::front_svg;
pub(super) use svg::panel;
