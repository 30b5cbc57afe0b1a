//! `api: sim`: simulated models, for demonstrations, for trying a design, and for the engine's own tests.
//!
//! An answer is a pure function of seed, model, task, case and epoch (failures also of the attempt), so a run gives
//! the same results whatever its concurrency. A case's difficulty is a function of task and case alone and the same for all
//! models, as with real ones: that is what makes paired comparisons of simulated models behave like paired
//! comparisons of real models.

mod answer;
mod corrupt;
mod draw;
mod provider;

#[cfg(test)]
mod tests;

pub use provider::SimProvider;
