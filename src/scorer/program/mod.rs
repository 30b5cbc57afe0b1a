//! `python`, `javascript` and `wasm`: scorers that are code, run in the sandbox.
//!
//! [`Program`] is what a task says of one, with the text of its file once the loader has read it. A call gets the output
//! and a context ([`context`]); what comes back is read by [`verdict`]. promptfoo's conventions work as they are:
//! <https://www.promptfoo.dev/docs/configuration/expected-outputs/python/> and
//! <https://www.promptfoo.dev/docs/configuration/expected-outputs/javascript/>.

mod context;
mod fault;
mod grade;
mod imports;
mod options;
mod source;
#[cfg_attr(not(feature = "javascript"), path = "texts_plain.rs")]
mod texts;
mod twins;
mod verdict;

pub use fault::{Fault, Frame};
pub use options::{LimitsOption, ProgramOptions};
pub use source::{Language, Program, Supplied};

pub(super) use fault::{Reply, reply};
pub(super) use grade::{compile, no_sandbox};
pub(super) use texts::Texts;
