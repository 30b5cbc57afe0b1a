//! `bench init`: a new workspace that runs at once, offline.

mod files;

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use camino::Utf8PathBuf;
use files::FILES;
use std::fs::OpenOptions;
use std::io::Write;

/// Flags of `bench init`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench init my-evals && cd my-evals && bench run\n  bench init        \
                        (in the current folder; files that exist are left alone)"
)]
pub struct Args {
    /// Folder to make the workspace in [default: the current one]
    #[arg(value_name = "DIR")]
    dir: Option<Utf8PathBuf>,
}

/// Writes the files that are not there yet.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let base = common.directory.clone().unwrap_or_default();
    let root = args.dir.map_or(base.clone(), |dir| base.join(dir));
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    for (name, content) in FILES {
        let path = root.join(name);
        let failed = |error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::System(format!("cannot make the folder {folder}: {error}")))?;
        }
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(content.as_bytes()).map_err(failed)?;
                written.push(*name);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => kept.push(*name),
            Err(error) => return Err(failed(error)),
        }
    }
    if console.json() {
        console.document(&serde_json::json!({"workspace": root, "written": written, "kept": kept}))?;
        return Ok(exit::DONE);
    }
    for name in &written {
        console.out(&format!("wrote {}\n", root.join(name)))?;
    }
    for name in &kept {
        console.note(&format!("kept {} as it is", root.join(name)));
    }
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
