//! Which files a path or glob means.

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobBuilder;

/// Folders deeper than this below a glob's fixed part are not searched.
const DEPTH: usize = 16;

/// The file itself, or all files that a glob fits, sorted.
pub(super) fn expand(pattern: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
    if !pattern.as_str().contains(['*', '?', '[', '{']) || pattern.is_file() {
        return Ok(vec![pattern.to_owned()]);
    }
    let matcher = GlobBuilder::new(pattern.as_str())
        .literal_separator(true)
        .build()
        .map_err(|error| format!("{pattern}: {error}"))?
        .compile_matcher();
    let fixed: Utf8PathBuf = pattern
        .components()
        .take_while(|part| !part.as_str().contains(['*', '?', '[', '{']))
        .collect();
    let mut found = Vec::new();
    let mut folders = vec![(fixed, 0)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = folder
            .read_dir_utf8()
            .map_err(|error| format!("{folder}: {error}"))?;
        for entry in entries.flatten() {
            let path = entry.path();
            // A link to a folder is not followed: it may lead back up.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if depth < DEPTH {
                    folders.push((path.to_owned(), depth + 1));
                }
            } else if matcher.is_match(path) {
                found.push(path.to_owned());
            }
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(format!("{pattern}: no file fits"));
    }
    Ok(found)
}
