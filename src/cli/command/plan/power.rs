//! What a planned design can show: the smallest difference it sees, and what a wanted one would take.

use crate::analyse::{Grid, PairSpread, Sight};
use crate::cli::failure::Failure;
use crate::cli::grids;
use crate::cli::judging::JudgeRow;
use crate::cli::prepare::{self, Prepared};
use crate::cli::table::{Column, plain_table};
use crate::model::{Money, Project};
use crate::plan::Estimate;
use crate::report::{escape_terminal, wrap};
use crate::stats::best_epochs;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Earlier runs that are looked at, newest first.
const PAST_RUNS: usize = 20;
/// Share of the cases on which two candidates are taken to differ where no earlier run says.
const BLIND_DISCORDANCE: f64 = 0.2;

/// Flags that say what is to be shown, and what to assume.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Power")]
pub struct PowerArgs {
    /// The difference that is to be seen, in points of 100
    #[arg(long, value_name = "POINTS", default_value_t = 3.0, value_parser = points)]
    difference: f64,
    /// The chance to see it if it is there
    #[arg(long, value_name = "SHARE", default_value_t = 0.8, value_parser = share)]
    power: f64,
    /// Share of the cases on which two candidates differ, in place of what earlier runs say
    #[arg(long, value_name = "SHARE", value_parser = share)]
    assume_discordance: Option<f64>,
    /// How many times clusters widen the variance, in place of what earlier runs say
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    assume_design_effect: Option<f64>,
    /// What a new case costs to make and verify
    #[arg(long, value_name = "USD", value_parser = dollars)]
    case_cost: Option<f64>,
}

fn within(text: &str, what: &str, fits: impl Fn(f64) -> bool) -> Result<f64, String> {
    let number: f64 = text
        .parse()
        .map_err(|_| format!("`{text}` is no number; give {what}"))?;
    if fits(number) {
        Ok(number)
    } else {
        Err(format!("give {what}"))
    }
}

fn points(text: &str) -> Result<f64, String> {
    within(text, "points above 0 and below 100", |points| {
        points > 0.0 && points < 100.0
    })
}

fn share(text: &str) -> Result<f64, String> {
    within(text, "a share above 0 and below 1", |share| {
        share > 0.0 && share < 1.0
    })
}

fn factor(text: &str) -> Result<f64, String> {
    within(text, "a factor of at least 1", |factor| {
        (1.0..1e6).contains(&factor)
    })
}

fn dollars(text: &str) -> Result<f64, String> {
    within(text, "dollars, 0 or more", |dollars| {
        (0.0..1e9).contains(&dollars)
    })
}

/// What the plan can show of a task.
pub struct TaskPower {
    task: String,
    cases: u64,
    epochs: u32,
    spread: PairSpread,
    /// The run that the spread is from; `None`: it is assumed.
    run: Option<String>,
    sight: Sight,
    /// Dollars of one case and epoch, all candidates together; `None` is unknown.
    epoch_cost: Option<f64>,
}

/// What the plan can show of each task.
pub fn of(
    prepared: &Prepared,
    project: &Project,
    (estimate, judges): (&Estimate, &[JudgeRow]),
    args: &PowerArgs,
) -> Result<Vec<TaskPower>, Failure> {
    let mut past = Past::open(project)?;
    let delta = args.difference / 100.0;
    let mut found = Vec::new();
    for (at, planned) in prepared.plan.tasks.iter().enumerate() {
        let seen = past.of(prepared, at)?;
        let (mut spread, run) = match (args.assume_discordance, seen) {
            (None, Some((spread, run))) => (spread, Some(run)),
            (assumed, _) => {
                let share = assumed.unwrap_or(BLIND_DISCORDANCE);
                (PairSpread::assumed(share, delta, 1.0), None)
            }
        };
        if let Some(effect) = args.assume_design_effect {
            spread.design_effect = effect;
        }
        let cases = prepared.selected_cases(at);
        found.push(TaskPower {
            task: planned.task.name.to_string(),
            cases,
            epochs: planned.epochs,
            sight: Sight::of(&spread, (cases, planned.epochs), delta, args.power),
            spread,
            run,
            epoch_cost: epoch_cost(prepared, (estimate, judges), at, &past),
        });
    }
    Ok(found)
}

/// What one case and epoch of a task costs, candidates and judges: as planned, or as earlier runs paid where everything is
/// stored.
fn epoch_cost(
    prepared: &Prepared,
    (estimate, judges): (&Estimate, &[JudgeRow]),
    task: usize,
    past: &Past,
) -> Option<f64> {
    let planned = prepared.plan.tasks.get(task)?;
    let trials = prepared.selected_cases(task) as f64 * f64::from(planned.epochs);
    let mut sum = 0.0;
    let of_task = |row: &&JudgeRow| {
        row.asked_by
            .as_ref()
            .is_some_and(|(name, _)| **name == *planned.task.name)
    };
    for row in judges.iter().filter(of_task) {
        sum += row.estimate.cost.0?.0 as f64 / 1e12 / trials.max(1.0);
    }
    for row in &estimate.rows {
        let entry = &prepared.plan.candidates.get(row.candidate)?.entry;
        if entry.task as usize != task {
            continue;
        }
        let sent = row.calls - row.stored;
        sum += match row.cost.1 {
            Some(expected) if sent > 0 => expected.0 as f64 / 1e12 / sent as f64,
            _ => past.mean_cost(entry.hash)?,
        };
    }
    Some(sum)
}

/// The grids of earlier runs, read when they are needed.
struct Past {
    store: Option<crate::store::Store>,
    runs: Vec<(crate::store::RunRef, crate::model::Manifest)>,
    grids: BTreeMap<usize, Vec<Grid>>,
}

impl Past {
    fn open(project: &Project) -> Result<Self, Failure> {
        let store = prepare::existing_store(project)?;
        let mut runs = Vec::new();
        if let Some(store) = &store {
            for info in store.runs()?.into_iter().take(PAST_RUNS) {
                let manifest = store.manifest(&info.run)?;
                runs.push((info.run, manifest));
            }
        }
        Ok(Self {
            store,
            runs,
            grids: BTreeMap::new(),
        })
    }

    /// The newest run with two of the planned candidates, else the newest with any two.
    fn of(&mut self, prepared: &Prepared, task: usize) -> Result<Option<(PairSpread, String)>, Failure> {
        let Some(planned) = prepared.plan.tasks.get(task) else {
            return Ok(None);
        };
        let hashes: Vec<_> = planned
            .candidates
            .clone()
            .filter_map(|at| Some(prepared.plan.candidates.get(at)?.entry.hash))
            .collect();
        let mut any = None;
        for at in 0..self.runs.len() {
            let Some((run, manifest)) = self.runs.get(at) else {
                break;
            };
            let id = run.id.clone();
            let named = |entry: &crate::model::TaskEntry| entry.name == planned.task.name;
            let Some(position) = manifest.tasks.iter().position(named) else {
                continue;
            };
            let own: Vec<bool> = manifest
                .candidates
                .iter()
                .filter(|entry| entry.task as usize == position)
                .map(|entry| hashes.contains(&entry.hash))
                .collect();
            let wanted: Vec<usize> = (0..own.len())
                .filter(|column| own.get(*column) == Some(&true))
                .collect();
            if own.len() < 2 || (any.is_some() && wanted.len() < 2) {
                continue;
            }
            let grids = self.grids(at)?;
            let spread = grids
                .get(position)
                .and_then(|grid| PairSpread::typical(grid, &wanted));
            match spread {
                Some(spread) if wanted.len() >= 2 => return Ok(Some((spread, id))),
                Some(spread) => any = any.or(Some((spread, id))),
                None => {}
            }
        }
        Ok(any)
    }

    fn grids(&mut self, at: usize) -> Result<&[Grid], Failure> {
        if let (Some(store), Some((run, manifest)), false) =
            (&self.store, self.runs.get(at), self.grids.contains_key(&at))
        {
            self.grids.insert(at, grids::of_run(store, run, manifest)?);
        }
        Ok(self.grids.get(&at).map_or(&[], Vec::as_slice))
    }

    /// Mean cost of a trial of a candidate in the runs that were read.
    fn mean_cost(&self, hash: crate::model::Digest) -> Option<f64> {
        let (mut sum, mut count) = (0.0, 0.0);
        for (at, grids) in &self.grids {
            let (_, manifest) = self.runs.get(*at)?;
            for grid in grids {
                for (column, candidate) in grid.candidates.iter().enumerate() {
                    let entry = manifest.candidates.get(candidate.position as usize);
                    if entry.is_none_or(|entry| entry.hash != hash) {
                        continue;
                    }
                    for case in 0..grid.cases.len() {
                        let cell = grid.cell(case, column);
                        sum += cell.dollars;
                        count += f64::from(cell.priced);
                    }
                }
            }
        }
        (count > 0.0).then(|| sum / count)
    }
}

impl TaskPower {
    /// Dollars of so many cases and epochs, new cases included.
    fn cost(&self, cases: f64, epochs: u32, args: &PowerArgs) -> Option<f64> {
        let new = (cases - self.cases as f64).max(0.0) * args.case_cost.unwrap_or(0.0);
        Some(self.epoch_cost? * cases * f64::from(epochs) + new)
    }

    fn with_cases(&self, args: &PowerArgs) -> Option<f64> {
        self.cost(self.sight.cases, self.epochs, args)
    }

    fn with_epochs(&self, args: &PowerArgs) -> Option<f64> {
        self.cost(self.cases as f64, self.sight.epochs?, args)
    }

    /// Epochs for each case that give the most for the money, where a case costs something beside its epochs.
    fn best_epochs(&self, args: &PowerArgs) -> Option<f64> {
        let (split, case, epoch) = (self.spread.split?, args.case_cost?, self.epoch_cost?);
        Some(best_epochs(split.within.0 + split.within.1, split.between, case, epoch).round())
    }
}

fn money(dollars: Option<f64>) -> String {
    dollars.map_or_else(
        || "unknown".to_owned(),
        |dollars| Money((dollars * 1e12).round() as i64).to_string(),
    )
}

fn counted(count: f64, noun: &str) -> String {
    let plural = if count == 1.0 { "" } else { "s" };
    format!("{count:.0} {noun}{plural}")
}

/// A count, where it is one.
fn whole(count: f64) -> Option<u64> {
    (count.is_finite() && count >= 0.0).then_some(count as u64)
}

/// What stands below the table of the plan.
pub fn text(tasks: &[TaskPower], args: &PowerArgs, width: usize) -> String {
    let points = args.difference;
    let mut lines = vec![
        String::new(),
        format!(
            "What this design sees (two candidates, the same cases, 5 % two-sided, {:.0} % chance)",
            args.power * 100.0
        ),
    ];
    let columns = [
        Column::text("task").shortenable(),
        Column::number("design"),
        Column::number("sees"),
        Column::text("to see"),
        Column::number("not worse"),
    ];
    let rows: Vec<Vec<String>> = tasks.iter().map(|task| task.row(args)).collect();
    let table = plain_table(&columns, &rows, width);
    lines.extend(table.lines().map(str::to_owned));
    let mut notes = vec![format!(
        "design: cases x epochs. sees: the smallest difference, in points of 100. to see {points} points: the cases that it \
         takes at these epochs, or the epochs at these cases, with what such a run costs. not worse: cases that \
         prove \"not worse by {points} points\" if the two are equally good."
    )];
    notes.extend(tasks.iter().filter_map(|task| task.advice(args)));
    notes.extend(sources(tasks, args));
    lines.extend(notes.iter().flat_map(|note| wrap(note, width, 2)));
    lines.join("\n") + "\n"
}

impl TaskPower {
    fn row(&self, args: &PowerArgs) -> Vec<String> {
        let sight = &self.sight;
        let priced = |what: String, dollars: Option<f64>| match dollars {
            Some(dollars) => format!("{what}, {}", money(Some(dollars))),
            None => what,
        };
        let mut see = format!("{} points: ", args.difference);
        see += &priced(counted(sight.cases, "case"), self.with_cases(args));
        if let Some(epochs) = sight.epochs.filter(|epochs| *epochs > self.epochs) {
            let epochs = counted(f64::from(epochs), "epoch");
            see += &format!(" or {}", priced(epochs, self.with_epochs(args)));
        }
        vec![
            self.task.clone(),
            format!("{} x {}", self.cases, self.epochs),
            if sight.smallest > 1.0 {
                "nothing".to_owned()
            } else {
                format!("{:.1}", sight.smallest * 100.0)
            },
            see,
            counted(sight.noninferiority_cases, "case"),
        ]
    }

    /// Whether more epochs are worth the money, where earlier runs repeated cases.
    fn advice(&self, args: &PowerArgs) -> Option<String> {
        let share = self.sight.share_within?;
        let advice = match self.sight.epochs_wasted() {
            Some(true) => "more epochs would be wasted, more cases help",
            _ if self.sight.epochs.is_none() => "more epochs help, but do not get there without more cases",
            _ => "more epochs help",
        };
        let best = self.best_epochs(args).map_or_else(String::new, |best| {
            let case = money(args.case_cost);
            format!(
                "; at {case} for a new case, {} a case give the most for the money",
                counted(best, "epoch")
            )
        });
        Some(format!(
            "{}: {:.0} % of the variance is between epochs: {advice}{best}.",
            escape_terminal(&self.task),
            share * 100.0
        ))
    }
}

/// Where the spread comes from.
fn sources(tasks: &[TaskPower], args: &PowerArgs) -> Vec<String> {
    let mut runs: Vec<&str> = tasks.iter().filter_map(|task| task.run.as_deref()).collect();
    runs.sort_unstable();
    runs.dedup();
    let mut notes = Vec::new();
    if !runs.is_empty() {
        notes.push(format!(
            "From {} {}: how much a typical pair of candidates differs from case to case (--json has the figures).",
            if runs.len() == 1 { "run" } else { "runs" },
            runs.join(", ")
        ));
    }
    let assumed: Vec<String> = tasks
        .iter()
        .filter(|task| task.run.is_none())
        .map(|task| escape_terminal(&task.task).into_owned())
        .collect();
    if !assumed.is_empty() {
        let share = args.assume_discordance.unwrap_or(BLIND_DISCORDANCE) * 100.0;
        let (which, why) = match args.assume_discordance {
            Some(_) => (String::new(), ""),
            None => (
                format!(" for {}", assumed.join(", ")),
                ", since no earlier run has two of its candidates; --assume-discordance says otherwise",
            ),
        };
        notes.push(format!(
            "Assumed{which}: two candidates differ on {share:.0} % of the cases{why}."
        ));
    }
    notes
}

/// The same as data.
pub fn json(tasks: &[TaskPower], args: &PowerArgs) -> Vec<Value> {
    let each = |task: &TaskPower| {
        let (sight, spread) = (&task.sight, &task.spread);
        let usd =
            |dollars: Option<f64>| dollars.map(|dollars| Money((dollars * 1e12).round() as i64).exact());
        let split = spread.split.map(|split| {
            json!({
                "between": split.between, "within_a": split.within.0, "within_b": split.within.1,
                "share_within": sight.share_within, "epochs_wasted": sight.epochs_wasted(),
            })
        });
        json!({
            "task": task.task, "cases": task.cases, "epochs": task.epochs,
            "alpha": 0.05, "sides": 2, "power": args.power,
            "smallest_difference": Some(sight.smallest).filter(|smallest| *smallest <= 1.0),
            "wanted_difference": args.difference / 100.0,
            "cases_needed": whole(sight.cases), "cases_needed_usd": usd(task.with_cases(args)),
            "epochs_needed": sight.epochs, "epochs_needed_usd": usd(task.with_epochs(args)),
            "noninferiority_cases": whole(sight.noninferiority_cases),
            "best_epochs": task.best_epochs(args).and_then(whole),
            "assumed": task.run.is_none(), "run": task.run,
            "pair": task.run.as_ref().map(|_| [&spread.pair.0, &spread.pair.1]),
            "pairs": spread.pairs, "pair_cases": spread.cases, "pair_epochs": spread.epochs,
            "variance": spread.variance, "discordance": spread.discordance,
            "design_effect": spread.design_effect, "split": split,
        })
    };
    tasks.iter().map(each).collect()
}
