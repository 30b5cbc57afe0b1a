//! What requests cost: exact arithmetic over price tables, and which table entry a model's name means.

mod cost;
mod lookup;

pub use cost::{cost, worst_case};
pub use lookup::lookup;
