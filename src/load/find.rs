//! Finding the workspace that a folder belongs to.

use camino::{Utf8Path, Utf8PathBuf};

/// No workspace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no bench.yaml in {0} or in a folder above it\nmake a workspace with `bench init`, or name one with `-C DIR`"
)]
pub struct FindError(pub Utf8PathBuf);

/// The folder with `bench.yaml`: `start` or the nearest one above it. `start` should be absolute.
pub fn find_workspace(start: &Utf8Path) -> Result<Utf8PathBuf, FindError> {
    start
        .ancestors()
        .find(|folder| folder.join("bench.yaml").is_file())
        .map(Utf8Path::to_owned)
        .ok_or_else(|| FindError(start.to_owned()))
}
