//! Quality against cost: the points of a task, as a drawing and as a list.

mod points;
mod scale;
mod svg;

pub(super) use points::FrontPoints;
pub(super) use scale::scores;
pub use svg::front_svg;
pub(super) use svg::panel;
