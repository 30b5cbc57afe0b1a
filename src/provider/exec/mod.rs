//! `api: exec`: a program that answers. It is run in the workspace, without a shell, with `PATH`, `HOME` and the
//! variables that the provider file names.
//!
//! The program reads one JSON object: `model`, `messages` (role, content), `params`, `schema`, `task`, `prompt`, `case`
//! (its id), `epoch`. It writes the answer: either an object with the keys of a recorded line ([`super::replay`]:
//! `text`, `usage`, `cost`, `stop`, `error`..), or anything else, which is the text itself. Once per call it gets the object on
//! stdin up to its end, answers on stdout and exits with 0. With `persistent: true` it keeps running and gets and writes one
//! line per request.

mod process;
mod provider;
mod wire;

#[cfg(test)]
#[cfg(unix)]
mod tests;

pub use provider::ExecProvider;
