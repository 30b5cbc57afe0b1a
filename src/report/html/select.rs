//! Which cases a page holds: all of them, or of a larger run those worth reading.

use crate::analyse::TrialView;
use crate::model::Outcome;

/// Trials that a page holds, at most: with more of them it would load slowly and be hard to send around.
pub const MOST_TRIALS: u64 = 20_000;
/// Bytes of texts in a page that its cases share, about.
const TEXTS: u64 = 32 << 20;
/// Bytes kept of one text, at most and at least.
const TEXT_MOST: u64 = 8_000;
const TEXT_LEAST: u64 = 1_000;

/// How the trials of a case went, those most worth reading first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Went {
    /// Some pass and some do not.
    Differ,
    /// None passes.
    Fail,
    /// All pass.
    Pass,
}

const CLASSES: [Went; 3] = [Went::Differ, Went::Fail, Went::Pass];

/// A case: its position in the task, its trials and how they went.
#[derive(Clone, Copy, Debug)]
struct Seen {
    case: u64,
    trials: u32,
    passed: u32,
}

impl Seen {
    fn went(&self) -> Went {
        match self.passed {
            0 => Went::Fail,
            passed if passed == self.trials => Went::Pass,
            _ => Went::Differ,
        }
    }
}

/// Looks at all trials of a run, case by case, and picks the cases of its page. 16 bytes a case.
#[derive(Clone, Debug, Default)]
pub struct CasePicker {
    tasks: Vec<Vec<Seen>>,
}

impl CasePicker {
    /// Looks at a trial; trials of a case come together.
    pub fn add(&mut self, view: &TrialView<'_>) {
        let task = view.key.task as usize;
        // A stray row may name any task; the manifest's are few.
        if self.tasks.len() <= task && task < 1 << 16 {
            self.tasks.resize_with(task + 1, Vec::new);
        }
        let Some(cases) = self.tasks.get_mut(task) else {
            return;
        };
        let passed = u32::from(view.outcome == Outcome::Scored && view.pass == Some(true));
        match cases.last_mut().filter(|last| last.case == view.key.case) {
            Some(last) => {
                last.trials += 1;
                last.passed += passed;
            }
            None => cases.push(Seen {
                case: view.key.case,
                trials: 1,
                passed,
            }),
        }
    }

    /// The cases of the page, with at most about `most` trials.
    pub fn pick(self, most: u64) -> PickedCases {
        let trials = |cases: &[Seen]| cases.iter().map(|seen| u64::from(seen.trials)).sum::<u64>();
        let total: u64 = self.tasks.iter().map(|cases| trials(cases)).sum();
        let mut picked = PickedCases {
            tasks: Vec::new(),
            trials: total,
            shown: 0,
            text: 0,
        };
        for cases in &self.tasks {
            let own = trials(cases);
            let quota = if total <= most {
                own
            } else {
                (u128::from(most) * u128::from(own) / u128::from(total.max(1))) as u64
            };
            let (kept, shown) = keep(cases, quota);
            picked.shown += shown;
            picked.tasks.push(PickedTask {
                all: cases.len() as u64,
                kept,
            });
        }
        picked.text = (TEXTS / picked.shown.max(1)).clamp(TEXT_LEAST, TEXT_MOST);
        picked
    }
}

/// The positions of the cases that fit, sorted, and the number of their trials. The first case is always kept.
fn keep(cases: &[Seen], quota: u64) -> (Vec<u64>, u64) {
    let mut kept = Vec::new();
    let mut shown = 0;
    'classes: for class in CLASSES {
        for seen in cases.iter().filter(|seen| seen.went() == class) {
            if shown + u64::from(seen.trials) > quota && !kept.is_empty() {
                break 'classes;
            }
            shown += u64::from(seen.trials);
            kept.push(seen.case);
        }
    }
    kept.sort_unstable();
    (kept, shown)
}

/// The cases that a page holds.
#[derive(Clone, Debug)]
pub struct PickedCases {
    tasks: Vec<PickedTask>,
    /// Trials of the run.
    pub(super) trials: u64,
    /// Trials in the page.
    pub(super) shown: u64,
    /// Bytes kept of one text.
    text: u64,
}

#[derive(Clone, Debug)]
struct PickedTask {
    all: u64,
    kept: Vec<u64>,
}

impl PickedCases {
    /// Whether the page holds that case.
    pub fn holds(&self, task: u32, case: u64) -> bool {
        self.tasks
            .get(task as usize)
            .is_some_and(|task| task.kept.binary_search(&case).is_ok())
    }

    /// Bytes kept of one text.
    pub(super) fn text(&self) -> usize {
        self.text as usize
    }

    /// Cases of a task in the page, and in the run.
    pub(super) fn cases(&self, task: usize) -> (u64, u64) {
        self.tasks
            .get(task)
            .map_or((0, 0), |task| (task.kept.len() as u64, task.all))
    }

    /// True where the page holds all trials.
    pub(super) fn is_whole(&self) -> bool {
        self.shown == self.trials
    }
}
