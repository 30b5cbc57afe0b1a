//! `bench score`: grades the stored completions of a run again; sends nothing, unless judges are to be asked.

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::progress::counted;
use crate::cli::regrade::{Change, Purpose, Regraded, ScorerRegraded, State, TaskRegraded, Verdict, regrade};
use crate::cli::table::{Column, plain_table};
use crate::cli::{documents, judging, labelled, prepare, workspace};
use crate::model::Outcome;
use crate::report::{escape_terminal, wrap};
use serde_json::{Value, json};

/// Flags of `bench score`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench score latest            after a change of scorers, golden outputs or labels\n  \
                        bench score latest --dry-run  shows which scores would change\n  \
                        bench score latest --judges   asks judges that changed, or were added; the only form that sends"
)]
pub struct Args {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Show what would change, and keep the stored scores
    #[arg(long)]
    dry_run: bool,
    /// Ask judges about what they have not judged yet, or would now be asked differently about; this sends requests
    #[arg(long, conflicts_with = "dry_run")]
    judges: bool,
}

/// How many changed trials are listed.
const SHOWN: usize = 10;
/// How many changed trials of each scorer are listed.
const SHOWN_OF_SCORER: usize = 3;

/// Grades again, stores the new scores, and says which changed and why.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let project = workspace::load(common, console)?;
    let store = prepare::open_store(&project)?;
    let run = store.find_run(&args.run)?;
    let manifest = store.manifest(&run)?;
    let is_of_run = |name: &str| manifest.tasks.iter().any(|entry| *entry.name == *name);
    let tasks = project.tasks.iter().filter(|task| is_of_run(&task.name));
    labelled::check_labels(&project, tasks, console)?;
    let purpose = match (args.dry_run, args.judges) {
        (true, _) => Purpose::DryRun,
        (false, true) => Purpose::Judge,
        (false, false) => Purpose::Store,
    };
    let mut tally = regrade(&store, &run, &project, purpose, console)?;
    let judged = match args.judges {
        true => judging::judge_stored(&store, &run, &project, None, console)?,
        false => None,
    };
    tally.close(&store, &run)?;
    let regraded = tally.finish();
    if !args.dry_run {
        labelled::correct_run(&store, &run, &project, console)?;
        documents::write(&store, &run, &documents::folder(&project.root, &run.id))?;
    }
    // As after `bench run`: trials without a score are still to be graded.
    let unjudged = regraded.judge_errors;
    let code = if regraded.scorer_errors + unjudged > 0 {
        exit::INCOMPLETE
    } else {
        exit::DONE
    };
    if console.json() {
        console.document(&document(&run.id, &regraded, args.dry_run))?;
        return Ok(code);
    }
    for task in &regraded.tasks {
        console.out(&task_text(task, console.text_width()))?;
    }
    console.out(&format!(
        "{} completions graded, {} changed\n",
        regraded.graded,
        counted(regraded.changed, "score")
    ))?;
    console.out(&changes_text(
        &regraded.changes,
        regraded.changed,
        SHOWN,
        console.text_width(),
    ))?;
    if regraded.scorer_errors > 0 {
        console.warn(&format!(
            "{} could not be graded (scorer-error); `bench scorer test` shows why",
            counted(regraded.scorer_errors, "trial")
        ));
    }
    if let Some(judged) = &judged {
        let view = judged.progress.total();
        console.out(&format!(
            "replies of judges: {}, {} of them from the store; {} paid for them\n",
            view.with(Outcome::Scored),
            view.cached,
            view.paid
        ))?;
    }
    if unjudged > 0 {
        console.warn(&format!(
            "{} without a verdict (judge-error); {}",
            counted(unjudged, "trial"),
            if args.judges {
                "the report says why"
            } else {
                "`bench score --judges` asks"
            }
        ));
    }
    if args.dry_run && regraded.changed > 0 {
        console.note("Nothing was stored (--dry-run).");
    }
    Ok(code)
}

const COLUMNS: [Column; 5] = [
    Column::text("scorer").shortenable(),
    Column::text("state"),
    Column::number("scores"),
    Column::number("changed"),
    Column::text("mean"),
];

/// The scorers of a task with what changed, and the first scores of each that changed.
fn task_text(task: &TaskRegraded, width: usize) -> String {
    let rows: Vec<Vec<String>> = task.scorers.iter().map(row).collect();
    let mut text = format!("{}\n", escape_terminal(&task.name));
    text += &plain_table(&COLUMNS, &rows, width);
    for line in reasons(task) {
        for line in wrap(&escape_terminal(&line), width.saturating_sub(2), 2) {
            text += &format!("  {line}\n");
        }
    }
    if task.scorers.len() > 1 {
        for scorer in task.scorers.iter().filter(|scorer| is_telling(scorer)) {
            text += &format!(
                "{}: {} changed\n",
                escape_terminal(&scorer.name),
                counted(scorer.changed, "score")
            );
            text += &changes_text(&scorer.changes, scorer.changed, SHOWN_OF_SCORER, width);
        }
    }
    text.push('\n');
    text
}

/// Whether the single scores of a scorer say more than its row. Those of an added or removed one all changed.
fn is_telling(scorer: &ScorerRegraded) -> bool {
    scorer.changed > 0 && !matches!(scorer.state, Some(State::Added | State::Removed))
}

fn row(scorer: &ScorerRegraded) -> Vec<String> {
    let shown = |mean: Option<f64>| mean.map_or_else(|| "-".to_owned(), |mean| format!("{mean:.3}"));
    let (before, after) = (shown(scorer.mean.0), shown(scorer.mean.1));
    vec![
        scorer.name.to_string(),
        scorer.state.map_or("of single cases", State::name).to_owned(),
        scorer.n.1.to_string(),
        scorer.changed.to_string(),
        if before == after {
            after
        } else {
            format!("{before} -> {after}")
        },
    ]
}

/// What changed of a task, in words.
fn reasons(task: &TaskRegraded) -> Vec<String> {
    let told = task.scorers.iter().filter(|scorer| !scorer.why.is_empty());
    let mut lines: Vec<String> = told
        .map(|scorer| format!("{}: {}", scorer.name, scorer.why.join("; ")))
        .collect();
    lines.extend(task.rules.iter().map(|rule| format!("the task: {rule}")));
    if task.golden_changed > 0 {
        lines.push(format!(
            "the golden output of {} changed",
            counted(task.golden_changed, "case")
        ));
    }
    lines
}

/// The first changes, one a line.
fn changes_text(changes: &[Change], all: u64, most: usize, width: usize) -> String {
    let mut text = String::new();
    for change in changes.iter().take(most) {
        let epoch = match change.epoch {
            0 => String::new(),
            epoch => format!(" epoch {epoch}"),
        };
        let line = format!(
            "{} {} {}{epoch}: {} -> {}",
            escape_terminal(&change.task),
            escape_terminal(&change.case),
            escape_terminal(&change.candidate),
            shown(&change.before, &change.after),
            shown(&change.after, &change.before)
        );
        for line in wrap(&line, width.saturating_sub(2), 2) {
            text += &format!("  {line}\n");
        }
    }
    let listed = changes.len().min(most) as u64;
    if all > listed {
        text += &format!(
            "  and {} more (--json lists up to {})\n",
            all - listed,
            changes.len()
        );
    }
    text
}

/// The score, or why there is none. Whether it passes is told where that alone changed.
fn shown(verdict: &Verdict, other: &Verdict) -> String {
    match (verdict.score, verdict.outcome) {
        (Some(score), _) if other.score == Some(score) => {
            let pass = if verdict.pass == Some(true) {
                "passes"
            } else {
                "fails"
            };
            format!("{score:.3} ({pass})")
        }
        (Some(score), _) => format!("{score:.3}"),
        (None, Some(outcome)) => outcome.to_string(),
        (None, None) => "nothing".to_owned(),
    }
}

fn document(run: &str, regraded: &Regraded, dry_run: bool) -> Value {
    let scorers_changed: Vec<&str> = regraded
        .tasks
        .iter()
        .filter(|task| {
            task.scorers
                .iter()
                .any(|scorer| !matches!(scorer.state, None | Some(State::Unchanged)))
        })
        .map(|task| &*task.name)
        .collect();
    let tasks: Vec<Value> = regraded.tasks.iter().map(task_json).collect();
    json!({
        "run": run, "graded": regraded.graded, "changed": regraded.changed, "stored": !dry_run,
        "scorer_errors": regraded.scorer_errors, "judge_errors": regraded.judge_errors,
        "scorers_changed": scorers_changed, "tasks": tasks, "changes": changes_json(&regraded.changes),
    })
}

fn task_json(task: &TaskRegraded) -> Value {
    let scorers: Vec<Value> = task
        .scorers
        .iter()
        .map(|scorer| {
            json!({
                "name": scorer.name, "state": scorer.state.map_or("of-single-cases", State::name), "why": scorer.why,
                "before": {"n": scorer.n.0, "mean": scorer.mean.0}, "after": {"n": scorer.n.1, "mean": scorer.mean.1},
                "changed": scorer.changed, "changes": changes_json(&scorer.changes),
            })
        })
        .collect();
    json!({
        "task": task.name, "scorers": scorers, "rules_changed": task.rules, "golden_changed": task.golden_changed,
    })
}

fn changes_json(changes: &[Change]) -> Vec<Value> {
    let verdict =
        |verdict: &Verdict| json!({"outcome": verdict.outcome, "score": verdict.score, "pass": verdict.pass});
    changes
        .iter()
        .map(|change| {
            json!({
                "task": change.task, "case": change.case, "candidate": change.candidate, "epoch": change.epoch,
                "before": verdict(&change.before), "after": verdict(&change.after),
            })
        })
        .collect()
}
