//! `bench schema`: the JSON Schema of a file kind or document.

use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::{load, report};

/// Flags of `bench schema`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench schema task > task.schema.json\n\n  # in the first line of a task file, \
                        for editors with the YAML language server:\n  \
                        # yaml-language-server: $schema=task.schema.json"
)]
pub struct Args {
    /// What to describe
    #[arg(value_name = "KIND")]
    kind: Kind,
}

/// Kinds of files and documents.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// tasks/*.yaml
    Task,
    /// one case of golden/*.jsonl
    Cases,
    /// providers/*.yaml
    Provider,
    /// judges/*.yaml
    Judge,
    /// bench.yaml
    Workspace,
    /// runs/ID/manifest.json
    Manifest,
    /// one line of runs/ID/results.jsonl
    Results,
    /// runs/ID/summary.json
    Summary,
    /// what `bench compare --json` prints
    Comparison,
    /// what `bench gate --json` prints
    Gate,
    /// what bench judge calibrate --json prints
    JudgeCalibration,
    /// what `bench stats --json` prints
    Stats,
    /// what `bench cascade --json` prints
    Cascade,
    /// what `bench cases --json` prints
    CaseQuality,
}

/// Prints the schema.
pub fn run(args: Args, console: &Console) -> Result<u8, Failure> {
    let schema = match args.kind {
        Kind::Task => load::schema(load::SchemaKind::Task),
        Kind::Cases => load::schema(load::SchemaKind::Cases),
        Kind::Provider => load::schema(load::SchemaKind::Provider),
        Kind::Judge => load::schema(load::SchemaKind::Judge),
        Kind::Workspace => load::schema(load::SchemaKind::Workspace),
        Kind::Manifest => report::schema(report::Exported::Manifest),
        Kind::Results => report::schema(report::Exported::Results),
        Kind::Summary => report::schema(report::Exported::Summary),
        Kind::Stats => super::stats::schema(),
        Kind::Gate => report::schema(report::Exported::Gate),
        Kind::Comparison => report::schema(report::Exported::Comparison),
        Kind::JudgeCalibration => report::schema(report::Exported::JudgeCalibration),
        Kind::Cascade => report::schema(report::Exported::Cascade),
        Kind::CaseQuality => report::schema(report::Exported::CaseQuality),
    };
    console.document(&schema)?;
    Ok(exit::DONE)
}
