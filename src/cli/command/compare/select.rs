//! Which candidates are compared with which, and in which tasks.

use crate::analyse::Grid;
use crate::cli::failure::Failure;
use crate::cli::sources::{Place, Source, SourceCandidate};
use crate::plan::{glob, known_names};
use std::sync::Arc;

/// Two candidates with the tasks that both have.
pub struct Pair {
    /// The first one's name.
    pub a: String,
    /// The second one's name.
    pub b: String,
    /// Task by task: its name and where the two are.
    pub tasks: Vec<(Arc<str>, Place, Place)>,
}

/// The tasks of two sources: by name, or the only one of each.
pub struct TaskMatch {
    /// Positions of grids that belong together.
    pub grids: Vec<(usize, usize)>,
    /// What to know of the match: tasks of one side only, cases that have no counterpart.
    pub notes: Vec<String>,
}

impl TaskMatch {
    /// Matches the tasks that fit the globs.
    pub fn new(a: &Source, b: &Source, globs: &[String]) -> Result<Self, Failure> {
        let mut grids = Vec::new();
        let mut notes = Vec::new();
        for (at, grid) in a.grids.iter().enumerate() {
            if let Some(other) = b.grids.iter().position(|other| other.task == grid.task) {
                grids.push((at, other));
            }
        }
        if let (true, [one], [other]) = (grids.is_empty(), a.grids.as_slice(), b.grids.as_slice()) {
            grids.push((0, 0));
            notes.push(format!(
                "the task `{}` of A is held against `{}` of B, each the only one of its side",
                one.task, other.task
            ));
        }
        if grids.is_empty() {
            let names = |source: &Source| {
                let names: Vec<String> = source
                    .grids
                    .iter()
                    .map(|grid| format!("`{}`", grid.task))
                    .collect();
                names.join(", ")
            };
            return Err(Failure::Usage(format!(
                "no task is on both sides: {} has {}; {} has {}",
                a.label,
                names(a),
                b.label,
                names(b)
            )));
        }
        let matchers = globs
            .iter()
            .map(|text| glob(text))
            .collect::<Result<Vec<_>, _>>()?;
        let fits = |task: &str| globs.is_empty() || matchers.iter().any(|matcher| matcher.is_match(task));
        for (side, source, matched) in [
            ("A", a, grids.iter().map(|(at, _)| *at).collect::<Vec<usize>>()),
            ("B", b, grids.iter().map(|(_, at)| *at).collect()),
        ] {
            let alone: Vec<String> = source
                .grids
                .iter()
                .enumerate()
                .filter(|(at, grid)| !matched.contains(at) && fits(&grid.task))
                .map(|(_, grid)| format!("`{}`", grid.task))
                .collect();
            if !alone.is_empty() {
                notes.push(format!(
                    "only {side} ({}) has the task{} {}: not compared, and not in an average over all tasks",
                    source.label,
                    if alone.len() == 1 { "" } else { "s" },
                    alone.join(", ")
                ));
            }
        }
        if globs.is_empty() {
            return Self { grids, notes }.with_cases(a, b);
        }
        let task = |at: usize| a.grids.get(at).map_or("", |grid| &*grid.task);
        let kept: Vec<(usize, usize)> = grids
            .iter()
            .copied()
            .filter(|(at, _)| matchers.iter().any(|matcher| matcher.is_match(task(*at))))
            .collect();
        if kept.is_empty() {
            let asked = globs.join(", ");
            let known = known_names(&asked, grids.iter().map(|(at, _)| task(*at)));
            return Err(Failure::Usage(format!(
                "no task that is compared fits `{asked}`{known}"
            )));
        }
        Self { grids: kept, notes }.with_cases(a, b)
    }

    /// Fails where no case is on both sides.
    fn with_cases(mut self, a: &Source, b: &Source) -> Result<Self, Failure> {
        let mut apart = Vec::new();
        for (at_a, at_b) in &self.grids {
            if let (Some(one), Some(other)) = (a.grids.get(*at_a), b.grids.get(*at_b))
                && !one.cases.iter().any(|case| other.find_case(&case.id).is_some())
            {
                apart.push((one, other));
            }
        }
        let ids = |grid: &Grid| {
            let ids: Vec<String> = grid
                .cases
                .iter()
                .take(3)
                .map(|case| format!("`{}`", case.id))
                .collect();
            match ids.is_empty() {
                true => "none".to_owned(),
                false => ids.join(", "),
            }
        };
        if let (Some((one, other)), true) = (apart.first(), apart.len() == self.grids.len()) {
            return Err(Failure::Usage(format!(
                "no case is on both sides: in the task `{}` {} has the ids {}{}, and {} has {}{}; if a field of the results holds \
                 the same ids, name it with --case-id PATH",
                one.task,
                a.label,
                ids(one),
                if one.cases.len() > 3 { " .." } else { "" },
                b.label,
                ids(other),
                if other.cases.len() > 3 { " .." } else { "" },
            )));
        }
        for (one, _) in apart {
            self.notes.push(format!("{}: no case is on both sides", one.task));
        }
        Ok(self)
    }
}

/// The pairs that were asked for; notes the tasks that only one of two has results in.
pub fn pairs(
    a: &Source,
    b: Option<&Source>,
    asked: &[String],
    tasks: &mut TaskMatch,
) -> Result<Vec<Pair>, Failure> {
    let found = match b {
        None => within(a, asked)?,
        Some(b) => between(a, b, asked)?,
    };
    for (grid_a, grid_b) in &tasks.grids {
        let has = |candidate: &SourceCandidate, grid: usize| {
            candidate.places.iter().any(|place| place.grid == grid)
        };
        let apart = found.iter().filter(|(x, y)| has(x, *grid_a) != has(y, *grid_b));
        let (apart, of) = (apart.count(), found.len());
        if let (true, Some(grid)) = (apart > 0, a.grids.get(*grid_a)) {
            tasks.notes.push(format!(
                "{}: not compared for {apart} of {of} pairs, since one of the two has no results in it",
                grid.task
            ));
        }
    }
    let pairs: Vec<Pair> = found
        .into_iter()
        .map(|(x, y)| Pair {
            tasks: shared(a, tasks, &x, &y),
            a: x.shown,
            b: y.shown,
        })
        .filter(|pair| !pair.tasks.is_empty())
        .collect();
    if pairs.is_empty() {
        return Err(Failure::Usage(
            "the candidates that were asked for share no task".to_owned(),
        ));
    }
    Ok(pairs)
}

fn shared(
    a: &Source,
    tasks: &TaskMatch,
    x: &SourceCandidate,
    y: &SourceCandidate,
) -> Vec<(Arc<str>, Place, Place)> {
    let place = |candidate: &SourceCandidate, grid: usize| {
        candidate.places.iter().copied().find(|place| place.grid == grid)
    };
    tasks
        .grids
        .iter()
        .filter_map(|(grid_a, grid_b)| {
            let name = a.grids.get(*grid_a)?.task.clone();
            Some((name, place(x, *grid_a)?, place(y, *grid_b)?))
        })
        .collect()
}

/// The candidates of a source that a word of the command line means: a name, a model, `NAME@PROMPT`, `@PROMPT`, or a
/// glob over these.
pub fn named<'c>(
    source: &Source,
    candidates: &'c [SourceCandidate],
    text: &str,
) -> Result<Vec<&'c SourceCandidate>, Failure> {
    let names = |candidate: &SourceCandidate| {
        [
            candidate.name.clone(),
            candidate.model.clone(),
            format!("{}@{}", candidate.name, candidate.prompt),
            format!("@{}", candidate.prompt),
        ]
    };
    let exact = |candidate: &&SourceCandidate| names(candidate).iter().any(|name| name == text);
    let mut found: Vec<&SourceCandidate> = candidates.iter().filter(exact).collect();
    if found.is_empty() && text.contains(['*', '?', '[', '{']) {
        let matcher = glob(text)?;
        let fits = |candidate: &&SourceCandidate| names(candidate).iter().any(|name| matcher.is_match(name));
        found = candidates.iter().filter(fits).collect();
    }
    if found.is_empty() {
        let known = known_names(text, candidates.iter().map(|candidate| candidate.shown.as_str()));
        return Err(Failure::Usage(format!(
            "{} has no candidate `{text}`{known}",
            source.label
        )));
    }
    Ok(found)
}

/// All pairs of one source; with one name, that candidate against each other one.
fn within(source: &Source, asked: &[String]) -> Result<Vec<(SourceCandidate, SourceCandidate)>, Failure> {
    let candidates = source.candidates();
    let mut chosen: Vec<&SourceCandidate> = Vec::new();
    for text in asked {
        for candidate in named(source, &candidates, text)? {
            if !chosen.iter().any(|known| std::ptr::eq(*known, candidate)) {
                chosen.push(candidate);
            }
        }
    }
    if let ([one], true) = (chosen.as_slice(), asked.len() > 1) {
        return Err(Failure::Usage(format!(
            "--candidates names `{}` alone, {} times; name another one, or it once to compare it with each other one",
            one.shown,
            asked.len()
        )));
    }
    let pairs: Vec<(SourceCandidate, SourceCandidate)> = match chosen.as_slice() {
        [] => each_with_later(&candidates.iter().collect::<Vec<_>>()),
        [one] => candidates
            .iter()
            .filter(|other| !std::ptr::eq(*other, *one))
            .map(|other| ((*one).clone(), other.clone()))
            .collect(),
        several => each_with_later(several),
    };
    if pairs.is_empty() {
        return Err(Failure::Usage(format!(
            "{} has one candidate only; name a second run or file to compare it with",
            source.label
        )));
    }
    Ok(pairs)
}

fn each_with_later(candidates: &[&SourceCandidate]) -> Vec<(SourceCandidate, SourceCandidate)> {
    let mut pairs = Vec::new();
    for (at, one) in candidates.iter().enumerate() {
        for other in candidates.iter().skip(at + 1) {
            pairs.push(((*one).clone(), (*other).clone()));
        }
    }
    pairs
}

/// Pairs of two sources: by name and prompt, by model and prompt, by name alone, or the only one of each.
fn between(
    a: &Source,
    b: &Source,
    asked: &[String],
) -> Result<Vec<(SourceCandidate, SourceCandidate)>, Failure> {
    let (all_a, all_b) = (a.candidates(), b.candidates());
    let (of_a, of_b): (Vec<&SourceCandidate>, Vec<&SourceCandidate>) = match asked {
        [] => (all_a.iter().collect(), all_b.iter().collect()),
        [both] => (named(a, &all_a, both)?, named(b, &all_b, both)?),
        [first, second] => (named(a, &all_a, first)?, named(b, &all_b, second)?),
        _ => {
            return Err(Failure::Usage(
                "between two runs or files, --candidates takes one name for both sides, or one for each"
                    .to_owned(),
            ));
        }
    };
    if let ([one], [other]) = (of_a.as_slice(), of_b.as_slice()) {
        return Ok(vec![((*one).clone(), (*other).clone())]);
    }
    let same: [fn(&SourceCandidate, &SourceCandidate) -> bool; 3] = [
        |x, y| x.name == y.name && x.prompt == y.prompt,
        |x, y| x.model == y.model && x.prompt == y.prompt,
        |x, y| x.prompt == y.prompt,
    ];
    // Candidates named for each side differ in their model, so that only prompts tell which belong together.
    let rules = if asked.len() == 2 { &same[2..] } else { &same[..2] };
    for rule in rules {
        let pairs: Vec<(SourceCandidate, SourceCandidate)> = of_a
            .iter()
            .filter_map(|x| {
                let mut fitting = of_b.iter().filter(|y| rule(x, y));
                let first = fitting.next()?;
                fitting.next().is_none().then(|| ((*x).clone(), (*first).clone()))
            })
            .collect();
        if !pairs.is_empty() {
            return Ok(pairs);
        }
    }
    let names = |of: &[&SourceCandidate]| {
        let names: Vec<String> = of
            .iter()
            .take(8)
            .map(|candidate| format!("`{}@{}`", candidate.name, candidate.prompt))
            .collect();
        names.join(", ")
    };
    Err(Failure::Usage(format!(
        "no candidate is on both sides; say which belong together with --candidates ONE OTHER. {} has {}; {} has {}",
        a.label,
        names(&of_a),
        b.label,
        names(&of_b)
    )))
}
