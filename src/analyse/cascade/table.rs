//! Attempts of the candidates of one task and prompt at its cases.

/// A candidate that may be a rung.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CascadeCandidate {
    /// Position in the manifest.
    pub candidate: u32,
    /// As leaderboards name it.
    pub name: String,
    /// True for simulated models.
    pub simulated: bool,
}

/// What a candidate gave for a case, in one epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempt {
    /// Whether the answer would be taken without asking the next model.
    pub accepted: bool,
    /// Whether it passes, by all scorers of the task.
    pub passed: bool,
    /// Its score; `None` where nothing usable came (refused, empty, cut off, filtered, without the form), which is worth 0
    /// here: nobody can use it.
    pub score: Option<f64>,
    /// What the answer cost in dollars; `None` is unknown.
    pub dollars: Option<f64>,
    /// What it cost to find out whether to accept it: judges. `None` is unknown.
    pub check: Option<f64>,
    /// How long it took in seconds; `None` is unknown.
    pub seconds: Option<f64>,
}

/// All attempts at the cases of a task with one prompt. Some 80 bytes for each trial, whatever the texts.
#[derive(Clone, Debug, Default)]
pub struct CascadeTable {
    /// Whether the task names a cluster field.
    pub clustered: bool,
    /// Repeats of each trial.
    pub epochs: u32,
    /// The candidates.
    pub candidates: Vec<CascadeCandidate>,
    /// Whether somebody asks judges to find out whether to accept.
    pub judged: bool,
    /// The cluster of each case.
    clusters: Vec<u32>,
    /// By candidate, then by case and epoch.
    attempts: Vec<Vec<Option<Attempt>>>,
}

impl CascadeTable {
    /// An empty table of those candidates.
    pub fn new(clustered: bool, epochs: u32, candidates: Vec<CascadeCandidate>) -> Self {
        Self {
            clustered,
            epochs: epochs.max(1),
            attempts: vec![Vec::new(); candidates.len()],
            candidates,
            ..Self::default()
        }
    }

    /// Adds a case; returns its number. `cluster` is a number of a [`crate::stats::ClusterIndex`]; a case without one is its
    /// own cluster.
    pub fn add_case(&mut self, cluster: Option<u32>) -> usize {
        let at = self.clusters.len();
        // Numbers of named clusters are even, those of cases on their own odd, so that they never meet.
        let own = (at as u32).wrapping_mul(2) | 1;
        let cluster = cluster.map_or(own, |cluster| cluster.wrapping_mul(2));
        self.clusters.push(cluster);
        at
    }

    /// Adds an attempt at a case of [`CascadeTable::add_case`].
    pub fn add(&mut self, case: usize, candidate: usize, epoch: u32, attempt: Attempt) {
        let place = self.place(case, epoch);
        if let (Some(column), Some(place)) = (self.attempts.get_mut(candidate), place) {
            if column.len() <= place {
                column.resize(place + 1, None);
            }
            if let Some(entry) = column.get_mut(place) {
                *entry = Some(attempt);
            }
        }
    }

    fn place(&self, case: usize, epoch: u32) -> Option<usize> {
        (epoch < self.epochs).then_some(case * self.epochs as usize + epoch as usize)
    }

    /// Cases.
    pub fn cases(&self) -> usize {
        self.clusters.len()
    }

    /// The cluster of a case.
    pub fn cluster(&self, case: usize) -> Option<u32> {
        self.clusters.get(case).copied()
    }

    /// An attempt, where there is one.
    pub fn attempt(&self, case: usize, candidate: usize, epoch: u32) -> Option<&Attempt> {
        self.attempts
            .get(candidate)?
            .get(self.place(case, epoch)?)?
            .as_ref()
    }

    /// All attempts of a candidate.
    pub fn of_candidate(&self, candidate: usize) -> impl Iterator<Item = &Attempt> {
        self.attempts.get(candidate).into_iter().flatten().flatten()
    }
}
