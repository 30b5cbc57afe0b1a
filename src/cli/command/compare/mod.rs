//! `bench compare`: candidates on the same cases, of one run, of two runs, or of other harnesses.

pub mod changed;
mod print;
pub mod select;

use crate::analyse::compare::{Change, CompareOptions, Comparison, Flip, PairComparison, TaskArms};
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::import::{self, ImportOptions, Scale};
use crate::cli::sources::Source;
use crate::cli::{prepare, workspace};
use crate::report::{self, Sides};
use crate::store::{RunRef, Store};
use camino::Utf8Path;
use select::{Pair, TaskMatch};

/// Flags of `bench compare`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench compare latest                                   all pairs of candidates of a run\n  \
                        bench compare latest --candidates sim/atlas sim/birch  two candidates of a run, with the cases that flipped\n  \
                        bench compare latest~1 latest                          the same candidates before and after a change\n  \
                        bench compare latest promptfoo.json --case-id vars.id --candidates sim/atlas openai:gpt-4o"
)]
pub struct Args {
    /// The first side: a run (id, unique prefix, name, `latest`), or results of promptfoo, Inspect or lm-eval (a .json
    /// or .jsonl file, or a folder of them)
    #[arg(value_name = "A", default_value = "latest")]
    a: String,
    /// The second side; differences are B minus A. Without it, candidates of A are compared with each other
    #[arg(value_name = "B")]
    b: Option<String>,
    /// Candidates: names, `NAME@PROMPT`, `@PROMPT` or globs. Of one run, all pairs of them (one name: it against each
    /// other one); of two, the one of A and the one of B
    #[arg(long, value_name = "NAME", num_args = 1..)]
    candidates: Vec<String>,
    /// Only tasks whose name matches
    #[arg(long = "task", value_name = "GLOB")]
    tasks: Vec<String>,
    /// Differences up to this are as good as none
    #[arg(long, value_name = "M", default_value_t = MARGIN, value_parser = margin)]
    margin: f64,
    /// Compare although cases or scorers changed
    #[arg(long)]
    despite_changes: bool,
    /// Cases to show of those that pass less often, and as many that pass more often [default: 3 for one pair, else 0]
    #[arg(long, value_name = "N")]
    flips: Option<usize>,
    /// In files of other harnesses: dotted path to the id of a case (`vars.id`, `doc.id`)
    #[arg(long, value_name = "PATH")]
    case_id: Option<String>,
    /// In files of other harnesses: which score is taken, where there are several
    #[arg(long, value_name = "NAME")]
    scorer: Option<String>,
    /// In files of other harnesses: the range of the scores, `LOW:HIGH`
    #[arg(long, value_name = "RANGE", value_parser = Scale::parse)]
    scale: Option<Scale>,
    /// What to write
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For the terminal
    Text,
    /// For a pull request
    Markdown,
}

/// Level of the intervals.
const ALPHA: f64 = 0.05;
/// Differences up to this are as good as none, where nobody says otherwise.
const MARGIN: f64 = 0.05;
/// Cases shown for each direction where there is one pair.
const FLIPS: usize = 3;

/// Parses a margin.
pub fn margin(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(margin) if margin > 0.0 && margin < 1.0 => Ok(margin),
        Ok(_) => Err("a margin is above 0 and below 1: equality itself cannot be proven".to_owned()),
        Err(_) => Err("not a number".to_owned()),
    }
}

/// Compares.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let options = ImportOptions {
        case_id: args.case_id.clone(),
        scorer: args.scorer.clone(),
        scale: args.scale.unwrap_or_default(),
    };
    let mut opener = Opener {
        common,
        options: &options,
        store: None,
    };
    let a = opener.open(&args.a)?;
    let b = args.b.as_deref().map(|text| opener.open(text)).transpose()?;
    let store = opener.store;
    let second = b.as_ref().unwrap_or(&a);
    let mut tasks = TaskMatch::new(&a, second, &args.tasks)?;
    let pairs = select::pairs(&a, b.as_ref(), &args.candidates, &mut tasks)?;
    let options = CompareOptions {
        margin: args.margin,
        alpha: ALPHA,
        flips: args.flips.unwrap_or(if pairs.len() == 1 { FLIPS } else { 0 }),
    };
    let compared = Compared::of(
        store.as_ref(),
        (&a, b.as_ref()),
        (&tasks, &pairs),
        &options,
        args.despite_changes,
    )?;
    let (comparison, sides) = (&compared.comparison, compared.sides());
    if console.json() {
        console.document(&report::comparison_document(comparison, &sides))?;
        return Ok(exit::DONE);
    }
    match args.format {
        Format::Markdown => {
            let mut bytes = Vec::new();
            report::comparison_markdown(comparison, &sides, &mut bytes)?;
            console.raw(&bytes)?;
        }
        Format::Text => console.out(&print::text(comparison, &sides, console.text_width()))?,
    }
    Ok(exit::DONE)
}

/// A comparison with what its words need.
pub struct Compared {
    /// The comparison.
    pub comparison: Comparison,
    labels: [String; 2],
    changes: Vec<Change>,
    notes: Vec<String>,
}

impl Compared {
    /// Compares pairs of `a` and `b`, or of `a` alone; `of_tasks` is what there is to know of how tasks were matched.
    fn of(
        store: Option<&Store>,
        (a, b): (&Source, Option<&Source>),
        (tasks, pairs): (&TaskMatch, &[Pair]),
        options: &CompareOptions,
        despite_changes: bool,
    ) -> Result<Self, Failure> {
        let second = b.unwrap_or(a);
        let mut notes: Vec<String> = a.notes.clone();
        let mut changes = Vec::new();
        if let Some(b) = b {
            notes.extend(b.notes.iter().filter(|note| !a.notes.contains(note)).cloned());
            changes = changed::changes(store, a, b, pairs, &mut notes)?;
            if changes.iter().any(|change| change.kind.breaks()) && !despite_changes {
                return Err(changed::refusal(&changes));
            }
        }
        notes.extend(tasks.notes.iter().cloned());
        let mut comparison = compare(a, second, pairs, options);
        if options.flips > 0 {
            read_flips(store, a, second, pairs, &mut comparison)?;
        }
        Ok(Self {
            comparison,
            labels: [a.label.clone(), second.label.clone()],
            changes,
            notes,
        })
    }

    /// A run against an earlier one: each candidate against itself as it was.
    pub fn with_baseline(
        store: &Store,
        run: &RunRef,
        baseline: &RunRef,
        despite_changes: bool,
    ) -> Result<Self, Failure> {
        if run == baseline {
            return Err(Failure::Usage(format!(
                "run {} is its own baseline; name an earlier run with --baseline",
                run.id
            )));
        }
        let a = Source::of_stored(store, baseline.clone())?;
        let b = Source::of_stored(store, run.clone())?;
        let mut tasks = TaskMatch::new(&a, &b, &[])?;
        let pairs = select::pairs(&a, Some(&b), &[], &mut tasks)?;
        let options = CompareOptions {
            margin: MARGIN,
            alpha: ALPHA,
            flips: FLIPS,
        };
        Self::of(
            Some(store),
            (&a, Some(&b)),
            (&tasks, &pairs),
            &options,
            despite_changes,
        )
    }

    /// What the two sides are.
    pub fn sides(&self) -> Sides<'_> {
        let [a, b] = &self.labels;
        Sides {
            a,
            b,
            changes: &self.changes,
            notes: &self.notes,
        }
    }
}

/// Opens sides; the store only when a run is named.
struct Opener<'a> {
    common: &'a Common,
    options: &'a ImportOptions,
    store: Option<Store>,
}

impl Opener<'_> {
    fn open(&mut self, text: &str) -> Result<Source, Failure> {
        let path = workspace::path(self.common, Utf8Path::new(text));
        if import::names_a_file(text) {
            return Source::of_file(&path, text, self.options);
        }
        // A run may be called like a folder; then `NAME/` is the folder.
        match self.stored(text) {
            Err(_) if path.is_dir() => Source::of_file(&path, text, self.options),
            found => found,
        }
    }

    fn stored(&mut self, text: &str) -> Result<Source, Failure> {
        if self.store.is_none() {
            let root = workspace::find(self.common)?;
            self.store = Some(prepare::store_with_runs(&root)?);
        }
        match &self.store {
            Some(store) => Source::of_run(store, text),
            None => Err(Failure::System("the store is not open".to_owned())),
        }
    }
}

/// Compares all pairs.
fn compare(a: &Source, b: &Source, pairs: &[Pair], options: &CompareOptions) -> Comparison {
    let compared = pairs.iter().map(|pair| {
        let arms: Vec<TaskArms<'_>> = pair
            .tasks
            .iter()
            .filter_map(|(task, place_a, place_b)| {
                Some(TaskArms {
                    task: task.clone(),
                    a: a.arm(*place_a)?,
                    b: b.arm(*place_b)?,
                })
            })
            .collect();
        PairComparison::of((pair.a.clone(), pair.b.clone()), &arms, options)
    });
    Comparison::of(compared.collect(), options)
}

/// Reads the outputs of the cases that are shown.
fn read_flips(
    store: Option<&Store>,
    a: &Source,
    b: &Source,
    pairs: &[Pair],
    comparison: &mut Comparison,
) -> Result<(), Failure> {
    for (pair, compared) in pairs.iter().zip(&mut comparison.pairs) {
        for ((_, place_a, place_b), task) in pair.tasks.iter().zip(&mut compared.tasks) {
            let mut flips: Vec<&mut Flip> =
                task.lost_cases.iter_mut().chain(&mut task.gained_cases).collect();
            a.read_outputs(store, *place_a, &mut flips, true)?;
            b.read_outputs(store, *place_b, &mut flips, false)?;
        }
    }
    Ok(())
}
