//! Reading the files of scorers that are code.

use crate::load::files::{display_path, join, read_bytes};
use crate::model::{OutputSpec, ScorerSpec};
use crate::scorer::{Language, Program, ProgramOptions, ScorerConfig, Supplied, compile};
use camino::Utf8Path;

/// Largest text of a scorer, in bytes.
const MOST_TEXT: u64 = 4 << 20;
/// Largest module, in bytes.
const MOST_MODULE: u64 = 256 << 20;
/// Files beside a scorer that it may import.
const MOST_FILES: usize = 200;

/// A file of code as a scorer without options, as if a task beside it named it. `path` is absolute.
pub fn scorer_file(root: &Utf8Path, path: &Utf8Path) -> Result<ScorerSpec, String> {
    let name = path.file_name().unwrap_or_default();
    let language = Language::of_file(name)
        .ok_or_else(|| format!("{} is not code of a scorer", display_path(root, path)))?;
    let mut config = ScorerConfig::Program(Program {
        language,
        options: ProgramOptions {
            file: Some(name.to_owned()),
            ..ProgramOptions::default()
        },
        supplied: None,
    });
    supply(root, path.parent().unwrap_or(root), &mut config)?;
    let spec = ScorerSpec {
        name: path.file_stem().unwrap_or(name).into(),
        weight: 1.0,
        filter: None,
        config,
    };
    compile(&spec, &OutputSpec::default())?;
    Ok(spec)
}

/// Reads the file that a scorer names and the files beside it that it imports. `folder` is that of the task file.
pub fn supply(root: &Utf8Path, folder: &Utf8Path, config: &mut ScorerConfig) -> Result<(), String> {
    let ScorerConfig::Program(program) = config else {
        return Ok(());
    };
    let Some(name) = program.file() else {
        return Ok(());
    };
    let key = program.language.key();
    let path = join(folder, name);
    let most = if program.language == Language::Wasm {
        MOST_MODULE
    } else {
        MOST_TEXT
    };
    let bytes = read_bytes(root, &path, most).map_err(|problem| {
        let shown = display_path(root, &path);
        format!(
            "`{key}`: {shown}: {}; the path is relative to the file of the task",
            problem.message
        )
    })?;
    let mut supplied = Supplied::new(display_path(root, &path).into_string(), bytes);
    if let Some(home) = path.parent() {
        let own = path.file_name().unwrap_or_default();
        gather(root, home, own, program, &mut supplied).map_err(|message| format!("`{key}`: {message}"))?;
    }
    program.supplied = Some(supplied);
    Ok(())
}

/// Follows imports from file to file, within the scorer's folder.
fn gather(
    root: &Utf8Path,
    home: &Utf8Path,
    own: &str,
    program: &Program,
    supplied: &mut Supplied,
) -> Result<(), String> {
    let text = String::from_utf8_lossy(&supplied.bytes).into_owned();
    let mut open = program.imports(own, &text);
    while let Some(name) = open.pop() {
        let path = home.join(&name);
        if name == own || supplied.modules.contains_key(&name) || !path.is_file() {
            continue;
        }
        let bytes = read_bytes(root, &path, MOST_TEXT)
            .map_err(|problem| format!("{}: {}", display_path(root, &path), problem.message))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| format!("{}: this is not UTF-8 text", display_path(root, &path)))?;
        open.extend(program.imports(&name, &text));
        supplied.modules.insert(name, text);
        if supplied.modules.len() > MOST_FILES {
            return Err(format!(
                "{} imports more than {MOST_FILES} files beside it",
                supplied.file
            ));
        }
    }
    Ok(())
}
