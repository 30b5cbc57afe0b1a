//! The command line as clap reads it. Nothing below this module sees these types.

use super::command::{
    add_task, cascade, cases, check, compare, completions, gate, init, judge, models, plan, report, resume,
    run, runs, schema, score, scorer, stats, verify,
};
use camino::Utf8PathBuf;
use clap::{Parser, Subcommand};

/// Which model should do this job, and how do we know?
///
/// bench runs declarative YAML tasks against many models, grades the answers, and ranks the models with intervals,
/// cost and latency. Everything it keeps is in the folder of the workspace; nothing is sent anywhere but to the
/// providers named there.
#[derive(Debug, Parser)]
#[command(
    name = "bench",
    version,
    max_term_width = 100,
    propagate_version = false,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done, 1 internal error, 2 usage or configuration, 100 gate failed, \
                  101 gate inconclusive, 102 incomplete run or not verified, 130 interrupted.\n\n\
                  Start here:\n  bench init my-evals && cd my-evals && bench run"
)]
pub struct Args {
    /// What to print and where to work.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Work in this folder instead of the current one
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true)]
    pub directory: Option<Utf8PathBuf>,
    /// Print one JSON document on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// Print results and errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print more: what each provider answered, retried and cost
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// When to use colour: `auto` (on a terminal, unless `NO_COLOR` is set), `always` or `never`
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_possible_values = true
    )]
    pub color: ColorWhen,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new workspace that runs at once, offline
    Init(init::Args),
    /// Add a task: empty, or from a CSV or JSONL file
    AddTask(add_task::Args),
    /// Validate everything and render every prompt; sends nothing
    Check(check::Args),
    /// Show calls, tokens, dollars and time of a run before it starts; sends nothing
    Plan(plan::Args),
    /// Run tasks against models
    Run(run::Args),
    /// Finish an interrupted or incomplete run; repeats no paid call
    Resume(resume::Args),
    /// Grade the stored completions of a run again; sends nothing
    Score(score::Args),
    /// Show the built-in scorers; try a scorer on one completion
    Scorer(scorer::Args),
    /// Compare candidates on the same cases: of one run, of two, or of other harnesses
    Compare(compare::Args),
    /// Hold a run against rules: pass, fail or inconclusive, for CI
    Gate(gate::Args),
    /// Compare a judge with people
    Judge(judge::Args),
    /// Compute the statistics of scores of any source
    Stats(stats::Args),
    /// Write the report of a run
    Report(report::Args),
    /// Find the cheapest ladder of models (try, validate, escalate) that is good enough, from stored trials
    Cascade(cascade::Args),
    /// Show which cases carry the decision and which are dead, flaky, doubled or wrong; or where scorers disagree
    Cases(cases::Args),
    /// Derive every reported number of a run again from what is stored; sends nothing
    Verify(verify::Args),
    /// List, show, name, export, import and prune runs
    Runs(runs::Args),
    /// List the models that are known, or ask the providers for theirs
    Models(models::Args),
    /// Print the JSON Schema of a file kind or document
    Schema(schema::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}
