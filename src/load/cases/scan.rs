//! One pass over all cases of a task: how many, their hash, and what is wrong with them.

use super::reader::{CaseReader, CaseSelection};
use crate::load::files::display_path;
use crate::load::names::nearest;
use crate::load::problem::{Problem, Related};
use crate::model::{Case, Digest, Hasher, Task};
use crate::scorer::GoldenNeeds;
use crate::template::PromptTemplate;
use camino::Utf8Path;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Most problems that are told of one task.
const MAX_PROBLEMS: usize = 20;
/// Kinds of shared problems; smaller numbers are prompts.
const NO_CLUSTER: usize = usize::MAX;
const NO_GOLDEN: usize = usize::MAX - 1;

/// What a pass over the cases of a task finds.
#[derive(Clone, Debug)]
pub struct CaseScan {
    /// Cases of the task.
    pub count: u64,
    /// Hash of all cases in order.
    pub hash: Digest,
    /// What is wrong, at most 20 of them.
    pub problems: Vec<Problem>,
    /// Problems that are not told, beyond those.
    pub more: u64,
}

/// A check of a task's cases that is under way.
struct Check {
    prompts: Vec<(String, PromptTemplate, BTreeSet<String>)>,
    cluster: Option<String>,
    golden: GoldenNeeds,
    thorough: bool,
    problems: Vec<Problem>,
    more: u64,
    /// Problems that many cases share: where they are told, and how many further cases have them.
    shared: HashMap<(usize, String), (usize, u64)>,
}

/// Reads all cases of a task and checks ids, template variables, scorers of cases and the cluster field. A prompt
/// is rendered where a variable seems to be missing; with `thorough`, every prompt of every case. `root` is the
/// workspace, for the names of files. Takes eight bytes of memory a case.
pub fn scan(task: &Arc<Task>, root: &Utf8Path, thorough: bool) -> CaseScan {
    let prompts = task.prompts.iter().filter_map(|prompt| {
        let template = PromptTemplate::compile(prompt).ok()?;
        let names = template.undeclared().into_iter().map(str::to_owned).collect();
        Some((prompt.id.clone(), template, names))
    });
    let mut check = Check {
        prompts: prompts.collect(),
        cluster: task.cluster.clone(),
        golden: GoldenNeeds::new(&task.scorers),
        thorough,
        problems: Vec::new(),
        more: 0,
        shared: HashMap::new(),
    };
    let mut hasher = Hasher::new("cases");
    let mut ids: Vec<u64> = Vec::new();
    let mut count = 0;
    let mut reader = CaseReader::open(task, CaseSelection::default());
    while let Some(read) = reader.next() {
        match read {
            Ok((_, case)) => {
                count += 1;
                hasher.json(&*case);
                if !case.scorers.is_empty() {
                    hasher.json(&case.scorers);
                }
                ids.push(id_hash(&case.id));
                check.case(root, &reader, &case);
            }
            Err(error) => check.note(*error.0),
        }
    }
    if count == 0 && check.problems.is_empty() && !task.cases.is_empty() {
        check.note(Problem::error(
            task.path.clone(),
            "no-cases",
            "the task has no cases",
        ));
    }
    check.tell_shared();
    duplicates(task, root, ids, &mut check);
    for problem in &mut check.problems {
        problem.file = display_path(root, &problem.file);
        if let Some(related) = &mut problem.related {
            related.file = display_path(root, &related.file);
        }
    }
    CaseScan {
        count,
        hash: hasher.digest(),
        problems: check.problems,
        more: check.more,
    }
}

fn id_hash(id: &str) -> u64 {
    Digest::of(id.as_bytes()).as_u64()
}

impl Check {
    fn note(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.more += 1;
        }
    }

    /// Notes a problem once for all cases that have it; `kind` and `what` tell problems apart.
    fn note_shared(&mut self, kind: usize, what: String, problem: impl FnOnce() -> Problem) {
        if let Some((_, more)) = self.shared.get_mut(&(kind, what.clone())) {
            *more += 1;
            return;
        }
        if self.shared.len() < MAX_PROBLEMS {
            self.shared.insert((kind, what), (self.problems.len(), 0));
        }
        self.note(problem());
    }

    fn tell_shared(&mut self) {
        for (index, more) in self.shared.values().filter(|(_, more)| *more > 0) {
            if let Some(problem) = self.problems.get_mut(*index) {
                let cases = if *more == 1 { "case" } else { "cases" };
                problem
                    .message
                    .push_str(&format!(" (and in {more} more {cases})"));
            }
        }
    }

    fn case(&mut self, root: &Utf8Path, reader: &CaseReader, case: &Case) {
        for index in 0..self.prompts.len() {
            let (id, template, names) = &self.prompts[index];
            let complete = names.iter().all(|name| case.vars.contains_key(name));
            if complete && !self.thorough {
                continue;
            }
            let Err(error) = template.render(&case.vars) else {
                continue;
            };
            let missing = names
                .iter()
                .find(|name| !case.vars.contains_key(*name) && error.message.contains(&format!("`{name}`")));
            let message = format!("case `{}`, prompt `{id}`: {}", case.id, error.message);
            let help = missing
                .and_then(|name| nearest(name, case.vars.keys().map(String::as_str)))
                .map(|near| format!("did you mean `{{{{ {near} }}}}` in the prompt?"));
            let (code, what) = match missing {
                Some(name) => ("undefined-variable", name.clone()),
                None => ("bad-template", error.message),
            };
            self.note_shared(index, what, || {
                let problem = reader.problem(root, code, message);
                match help {
                    Some(help) => problem.help(help),
                    None => problem,
                }
            });
        }
        if let Some(spec) = self.golden.unmet(case) {
            let scorer = spec.name.to_string();
            let help = if spec.config.takes_value() {
                "give the case a `golden` output, or the scorer a `value`, or filter the scorer with `cases`"
            } else {
                "give the case a `golden` output, or filter the scorer with `cases`"
            };
            let message = format!(
                "case `{}` has no golden output, which scorer `{scorer}` needs",
                case.id
            );
            self.note_shared(NO_GOLDEN, scorer, || {
                reader.problem(root, "no-golden", message).help(help)
            });
        } else if let Some((spec, why)) = self.golden.misfit(case) {
            let message = format!(
                "case `{}` cannot be graded by scorer `{}`: {why}",
                case.id, spec.name
            );
            self.note(reader.problem(root, "bad-case", message));
        }
        if let Some(cluster) = self.cluster.clone()
            && !case.vars.contains_key(&cluster)
            && !case.meta.contains_key(&cluster)
        {
            let message = format!(
                "case `{}` has no variable or metadata field `{cluster}` to cluster by",
                case.id
            );
            self.note_shared(NO_CLUSTER, cluster, || {
                reader
                    .problem(root, "no-cluster", message)
                    .warning()
                    .help("such a case counts as a cluster of its own")
            });
        }
    }
}

/// Finds ids that occur more than once; a second pass says where.
fn duplicates(task: &Arc<Task>, root: &Utf8Path, mut ids: Vec<u64>, check: &mut Check) {
    ids.sort_unstable();
    let twice: HashSet<u64> = ids
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .collect();
    if twice.is_empty() {
        return;
    }
    let mut first: HashMap<Arc<str>, Related> = HashMap::new();
    let mut reader = CaseReader::open(task, CaseSelection::default());
    while let Some(read) = reader.next() {
        let Ok((_, case)) = read else { continue };
        if !twice.contains(&id_hash(&case.id)) {
            continue;
        }
        if check.problems.len() >= MAX_PROBLEMS && first.contains_key(&case.id) {
            check.more += 1;
            continue;
        }
        let mut problem = reader.problem(
            root,
            "duplicate-id",
            format!("a second case has the id `{}`", case.id),
        );
        match first.get(&case.id) {
            Some(related) => {
                problem.related = Some(Box::new(related.clone()));
                check.note(problem.help("ids must be unique in a task, since results are stored under them"));
            }
            None => {
                let line = problem.place.map_or(0, |place| place.line);
                let related = Related {
                    message: "first here".to_owned(),
                    file: problem.file,
                    line,
                };
                first.insert(Arc::clone(&case.id), related);
            }
        }
    }
}
