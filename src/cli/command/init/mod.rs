//! `bench init`: a new workspace that runs at once, offline, or a new scorer to be compiled to WebAssembly.

mod files;
mod scorer;

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use camino::{Utf8Path, Utf8PathBuf};
use files::FILES;
use scorer::{Language, module_path};
use std::fs::OpenOptions;
use std::io::Write;

/// Flags of `bench init`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench init my-evals && cd my-evals && bench run\n  bench init        \
                        (in the current folder; files that exist are left alone)\n  bench init --scorer rust   (a scorer \
                        in scorers/rust; its README.md says how to build it)"
)]
pub struct Args {
    /// Folder to make the workspace in [default: the current one], or the scorer [default: scorers/LANGUAGE]
    #[arg(value_name = "DIR")]
    dir: Option<Utf8PathBuf>,

    /// Make the source of a scorer to be compiled to WebAssembly, not a workspace
    #[arg(long, value_name = "LANGUAGE")]
    scorer: Option<Language>,
}

/// Writes the files that are not there yet.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let base = common.directory.clone().unwrap_or_default();
    match args.scorer {
        Some(language) => {
            let folder = args.dir.unwrap_or_else(|| language.folder().to_owned());
            new_scorer(language, &base, &folder, console)
        }
        None => {
            let root = args.dir.map_or(base.clone(), |dir| base.join(dir));
            new_workspace(&root, console)
        }
    }
}

fn new_workspace(root: &Utf8Path, console: &Console) -> Result<u8, Failure> {
    let files = FILES.iter().map(|(name, content)| (*name, *content));
    let made = write(root, files)?;
    if console.json() {
        let (written, kept) = (&made.written, &made.kept);
        console.document(&serde_json::json!({"workspace": root, "written": written, "kept": kept}))?;
        return Ok(exit::DONE);
    }
    made.tell(root, console)?;
    let place = if matches!(root.as_str(), "" | ".") {
        String::new()
    } else {
        format!("cd {root} && ")
    };
    console.out(&format!(
        "\nTry it: {place}bench run\nThe models are simulated. Put your key into the environment and see \
         providers/openai.yaml for real ones.\n"
    ))?;
    Ok(exit::DONE)
}

fn new_scorer(
    language: Language,
    base: &Utf8Path,
    folder: &Utf8Path,
    console: &Console,
) -> Result<u8, Failure> {
    let root = base.join(folder);
    let module = module_path(folder);
    let files = language.files(module.as_str());
    let made = write(
        &root,
        files.iter().map(|(name, content)| (*name, content.as_str())),
    )?;
    if console.json() {
        let (written, kept) = (&made.written, &made.kept);
        console.document(
            &serde_json::json!({"scorer": root, "module": module, "written": written, "kept": kept}),
        )?;
        return Ok(exit::DONE);
    }
    made.tell(&root, console)?;
    console.out(&format!(
        "\nBuild it: {} says how.\nThen name it in a task: `wasm: {{file: {module}}}`\n",
        root.join("README.md")
    ))?;
    Ok(exit::DONE)
}

/// What became of the files.
struct Made<'a> {
    written: Vec<&'a str>,
    kept: Vec<&'a str>,
}

impl Made<'_> {
    fn tell(&self, root: &Utf8Path, console: &Console) -> Result<(), Failure> {
        for name in &self.written {
            console.out(&format!("wrote {}\n", root.join(name)))?;
        }
        for name in &self.kept {
            console.note(&format!("kept {} as it is", root.join(name)));
        }
        Ok(())
    }
}

/// Writes files, by path in the folder and content; those that exist are left alone.
fn write<'a>(root: &Utf8Path, files: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Made<'a>, Failure> {
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let path = root.join(name);
        let failed = |error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::System(format!("cannot make the folder {folder}: {error}")))?;
        }
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(content.as_bytes()).map_err(failed)?;
                written.push(name);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => kept.push(name),
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(Made { written, kept })
}
