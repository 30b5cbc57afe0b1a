//! What the tests of the program stand on: a workspace on disk, the program itself, and a server to talk to.

pub mod program;
pub mod server;
pub mod tls;
pub mod workspace;

pub use program::Running;
pub use server::{Fault, Outage, Script, Server};
pub use workspace::Workspace;

/// Says why a test cannot be made here.
#[expect(
    clippy::print_stderr,
    reason = "the one place that tells the person who runs the tests"
)]
pub fn skipped(reason: &str) {
    eprintln!("skipped: {reason}");
}
