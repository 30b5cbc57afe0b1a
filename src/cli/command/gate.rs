//! `bench gate`: the CI verdict.

use super::compare::margin;
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::gating::{self, Despite, Output, Request, Rules};
use crate::cli::{prepare, workspace};
use crate::model::GateRules;
use camino::Utf8PathBuf;

/// Flags of `bench gate`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench gate latest --baseline main              the rules of bench.yaml and of the tasks\n  \
                        bench gate latest --baseline main --margin 0.03  one rule of the command line in their place\n  \
                        bench gate --baseline-candidate sim/atlas --candidate sim/birch --margin 0.05  two candidates of one run\n  \
                        bench gate latest --junit gate.xml             also for CI; exit code 0 pass, 100 fail, 101 inconclusive"
)]
pub struct Args {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    #[command(flatten)]
    against: Against,
    /// Only these candidates: names, `NAME@PROMPT`, `@PROMPT` or globs
    #[arg(long = "candidate", value_name = "NAME")]
    candidates: Vec<String>,
    /// The score is not worse than the baseline's by more than this
    #[arg(long, value_name = "M", value_parser = margin)]
    margin: Option<f64>,
    /// The score is better than the baseline's
    #[arg(long)]
    improve: bool,
    /// The score is not proven to be worse than the baseline's
    #[arg(long)]
    no_regression: bool,
    /// The mean score is at least this
    #[arg(long, value_name = "S", value_parser = share)]
    min_score: Option<f64>,
    /// The pass rate is at least this
    #[arg(long, value_name = "P", value_parser = share)]
    min_pass_rate: Option<f64>,
    /// Write the checks as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<Utf8PathBuf>,
    /// What to write
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// What a run is held against.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Against {
    /// The run that it is held against, in place of the one in bench.yaml
    #[arg(long, value_name = "RUN")]
    pub baseline: Option<String>,
    /// The candidate that all are held against; of the run itself without --baseline
    #[arg(long, value_name = "NAME")]
    pub baseline_candidate: Option<String>,
    /// Gate although cases or scorers changed
    #[arg(long)]
    pub despite_changes: bool,
    /// Gate the cases that the run has, although the baseline has more
    #[arg(long)]
    pub despite_fewer_cases: bool,
}

impl Against {
    /// Whether nothing of it is given.
    pub fn is_empty(&self) -> bool {
        let despite = self.despite_changes || self.despite_fewer_cases;
        self.baseline.is_none() && self.baseline_candidate.is_none() && !despite
    }

    /// Puts these over what the workspace says.
    pub fn over(&self, rules: &mut Rules) {
        if let Some(run) = &self.baseline {
            rules.baseline.run = Some(run.clone());
        }
        if let Some(candidate) = &self.baseline_candidate {
            if self.baseline.is_none() {
                rules.baseline.run = None;
            }
            rules.baseline.candidate = Some(candidate.clone());
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For the terminal
    Text,
    /// For a pull request
    Markdown,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        Ok(1.0) => Err("that it is 1 cannot be proven; `must_pass` and `each_case` in bench.yaml hold the cases that were run".to_owned()),
        _ => Err("not a number from 0 to less than 1".to_owned()),
    }
}

/// Judges the run.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let project = workspace::load(common, console)?;
    let mut rules = Rules::of(&project).replaced(GateRules {
        not_worse_by: args.margin,
        improve: args.improve,
        no_regression: args.no_regression,
        min_score: args.min_score,
        min_pass_rate: args.min_pass_rate,
        ..GateRules::default()
    });
    args.against.over(&mut rules);
    if !args.candidates.is_empty() {
        rules.candidates = args.candidates;
    }
    rules.check()?;
    let Some(store) = prepare::existing_store(&project)? else {
        return Err(prepare::no_run_yet());
    };
    let run = store.find_run(&args.run)?;
    let verdict = gating::judge(&Request {
        store: &store,
        run,
        baseline: gating::find_baseline(&store, &rules.baseline, &rules)?,
        rules: &rules,
        despite: Despite::of(&args.against),
    })?;
    let output = Output {
        junit: args.junit.map(|path| workspace::path(common, &path)),
        markdown: args.format == Format::Markdown,
    };
    gating::tell(&verdict, &project.root, &output, None, console)
}
