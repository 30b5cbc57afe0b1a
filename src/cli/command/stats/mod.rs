//! `bench stats`: the statistics on scores of any source.

mod adjusted;
mod front;
mod lines;
mod means;
mod options;
mod others;
mod pairs;
mod positive;
mod power;
mod repeats;
mod row;
mod scores;
mod table;

use super::compare::margin;
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::import::Scale;
use crate::cli::workspace;
use crate::stats::{REPLICATES, bca};
use camino::Utf8PathBuf;
use row::Found;
use table::Table;

/// Flags of `bench stats`.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench stats interval scores.csv                     mean and interval of each candidate\n  \
                        bench stats difference scores.jsonl --baseline old  all others against `old`, on the same cases\n  \
                        bench stats gate scores.csv --baseline old --margin 0.03\n  \
                        bench stats level scores.csv --at-least 0.95        one-sided, exact for yes/no scores\n  \
                        bench stats interval --jsonl < requests.jsonl       one interval a line\n\nA file (or stdin) is CSV with a \
                        header, JSON (a list of objects or of numbers) or JSONL. Columns: case, candidate (or model), score, and where \
                        there are any cluster, epoch, task."
)]
pub struct Args {
    /// What to compute
    #[arg(value_name = "METHOD")]
    method: Method,
    /// The scores: CSV, JSON or JSONL; stdin where absent
    #[arg(value_name = "FILE")]
    file: Option<Utf8PathBuf>,
    /// With `interval`: answer each line of stdin with a line. `{"id", "scores", "clusters", "level"}` or, paired, `{"id", "a",
    /// "b", "clusters", "level"}` give `{"id", "lower", "upper"}`
    #[arg(long, conflicts_with = "file")]
    jsonl: bool,
    /// Column with the case's id [default: case, case_id, id or doc_id]
    #[arg(long, value_name = "COLUMN")]
    case: Option<String>,
    /// Column with the candidate [default: candidate, model or system]
    #[arg(long, value_name = "COLUMN")]
    candidate: Option<String>,
    /// Column with the score [default: score or value]
    #[arg(long, value_name = "COLUMN")]
    score: Option<String>,
    /// Column that marks dependent cases [default: cluster]
    #[arg(long, value_name = "COLUMN")]
    cluster: Option<String>,
    /// Column with the task, or another part that is always in the benchmark [default: task]
    #[arg(long, value_name = "COLUMN")]
    task: Option<String>,
    /// The range of the scores
    #[arg(long, value_name = "LOW:HIGH", value_parser = Scale::parse)]
    scale: Option<Scale>,
    /// Confidence of intervals (two-sided) and of decisions (each bound) [default: 0.95]
    #[arg(long, value_name = "P", value_parser = level)]
    level: Option<f64>,
    /// The candidate that all others are compared with; else all pairs
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,
    /// For `gate`: not worse by more than this; for `power`: the difference to see [default: 0.05]
    #[arg(long, value_name = "M", value_parser = margin)]
    margin: Option<f64>,
    /// For `level` and `posterior`: at least this
    #[arg(long, value_name = "S")]
    at_least: Option<f64>,
    /// For `level`: at most this
    #[arg(long, value_name = "S", conflicts_with = "at_least")]
    at_most: Option<f64>,
    /// For `percentile`: which one [default: 95]
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(1..=99))]
    percent: Option<u32>,
    /// For `front`: column with the cost or latency [default: cost]
    #[arg(long, value_name = "COLUMN")]
    cost: Option<String>,
    /// For `front` and intervals by bootstrap: seed of what is drawn [default: 0]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// The methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Method {
    /// Mean score with its interval (effective-n Wilson)
    Interval,
    /// Difference of two on the same cases (effective-n Tango), p from the same statistic
    Difference,
    /// Exact test of paired yes/no scores (McNemar, mid-p and exact)
    Mcnemar,
    /// Average over tasks, each with the same weight
    Macro,
    /// Whether a mean keeps an absolute limit (Clopper-Pearson at the effective number of cases)
    Level,
    /// Whether a candidate is not worse than the baseline by more than a margin
    Gate,
    /// pass@k and pass^k over epochs
    PassAtK,
    /// Rank intervals from Holm-adjusted pairwise tests
    Ranks,
    /// Adjust p-values (column `p`) for any false rejection
    Holm,
    /// Adjust p-values (column `p`) for the share of false rejections, for exploration
    BenjaminiHochberg,
    /// Ratings from pairwise games (columns a, b, outcome: 1, 0 or 0.5 for a; case)
    BradleyTerry,
    /// A judge's mean corrected by human labels (columns judge and human, the latter empty where there is none)
    Ppi,
    /// Agreement of two raters (columns a and b)
    Kappa,
    /// Agreement of any number of raters (columns case, candidate as the rater, score)
    Alpha,
    /// Correlation of two candidates' scores
    Correlation,
    /// Mean of positive values without an upper end, such as seconds
    Mean,
    /// Ratio of two candidates' positive values on the same cases
    Ratio,
    /// A percentile, by order statistics
    Percentile,
    /// Chance of each candidate to be on the front of score and cost
    Front,
    /// Interval of a mean that holds at any time, over the values in their order
    Sequence,
    /// Cases needed, and the smallest difference that these see
    Power,
    /// Chance that a pass rate is at least --at-least (uniform prior)
    Posterior,
}

impl Args {
    fn level(&self) -> f64 {
        self.level.unwrap_or(0.95)
    }

    fn margin(&self) -> f64 {
        self.margin.unwrap_or(0.05)
    }

    fn percent(&self) -> u32 {
        self.percent.unwrap_or(95)
    }

    fn cost(&self) -> &str {
        self.cost.as_deref().unwrap_or("cost")
    }

    fn seed(&self) -> u64 {
        self.seed.unwrap_or(0)
    }

    /// The interval of a statistic by resampling `units`; `statistic` gets the numbers of the drawn ones.
    fn resampled(
        &self,
        units: usize,
        estimate: f64,
        statistic: impl Fn(&[usize]) -> Option<f64> + Sync,
    ) -> Option<(f64, f64)> {
        bca(
            units,
            estimate,
            statistic,
            1.0 - self.level(),
            REPLICATES,
            self.seed(),
        )
    }
}

fn level(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(level) if level > 0.5 && level < 1.0 => Ok(level),
        _ => Err("a confidence is above 0.5 and below 1".to_owned()),
    }
}

/// Computes.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    if args.jsonl {
        if args.method != Method::Interval {
            return Err(Failure::Usage("--jsonl is for `bench stats interval`".to_owned()));
        }
        args.refuse_without_effect()?;
        lines::answer(console)?;
        return Ok(exit::DONE);
    }
    let path = args.file.as_ref().map(|path| workspace::path(common, path));
    let table = Table::read(path.as_deref())?;
    let found = compute(&args, &table)?;
    if console.json() {
        console.document(&found)?;
    } else {
        console.out(&found.text(console.text_width()))?;
    }
    Ok(exit::DONE)
}

/// The JSON Schema of what `--json` prints.
pub fn schema() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Found>()
        .to_value()
}

fn compute(args: &Args, table: &Table) -> Result<Found, Failure> {
    args.refuse_without_effect()?;
    let repeated = repeats::check(args, table)?;
    let mut found = method(args, table)?;
    found.notes.extend(repeated);
    Ok(found)
}

fn method(args: &Args, table: &Table) -> Result<Found, Failure> {
    match args.method {
        Method::Interval => means::interval(args, table),
        Method::Macro => means::macro_average(args, table),
        Method::Level => means::level(args, table),
        Method::PassAtK => means::pass_at_k(args, table),
        Method::Mean => positive::mean(args, table),
        Method::Percentile => means::percentile(args, table),
        Method::Sequence => means::sequence(args, table),
        Method::Posterior => means::posterior(args, table),
        Method::Difference => pairs::difference(args, table),
        Method::Mcnemar => pairs::mcnemar(args, table),
        Method::Gate => pairs::gate(args, table),
        Method::Ranks => pairs::ranks(args, table),
        Method::Correlation => pairs::correlation(args, table),
        Method::Ratio => positive::ratio(args, table),
        Method::Power => power::power(args, table),
        Method::Holm | Method::BenjaminiHochberg => adjusted::adjusted(args, table),
        Method::BradleyTerry => others::bradley_terry(args, table),
        Method::Ppi => others::ppi(args, table),
        Method::Kappa => others::kappa(args, table),
        Method::Alpha => others::alpha(args, table),
        Method::Front => front::front(args, table),
    }
}

#[cfg(test)]
mod tests;
