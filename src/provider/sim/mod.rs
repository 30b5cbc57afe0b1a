//! `api: sim`: simulated models, for demonstrations, for trying a design, and for the engine's own tests.
//!
//! An answer is a pure function of seed, model, task, case and epoch (failures also of the attempt), so a run gives
//! the same results whatever its concurrency. A case's difficulty is a function of task and case alone and the same for all
//! models, as with real ones: that is what makes paired comparisons of simulated models behave like paired
//! comparisons of real models. A model that is asked to judge gives a verdict (`judge`), which depends on the judged
//! output as well.

mod answer;
mod corrupt;
mod draw;
mod judge;
mod provider;

#[cfg(test)]
mod tests;

pub use provider::SimProvider;
