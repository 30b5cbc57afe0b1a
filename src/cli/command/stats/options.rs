//! Which options a method takes: one without effect would be believed.

use super::{Args, Method};
use crate::cli::failure::Failure;

/// Columns that most methods read.
const COLUMNS: [&str; 6] = [
    "--case",
    "--candidate",
    "--score",
    "--cluster",
    "--task",
    "--scale",
];

impl Method {
    /// The options that have an effect on it.
    fn options(self) -> Vec<&'static str> {
        let with = |more: &[&'static str]| COLUMNS.iter().chain(more).copied().collect();
        let without = |left_out: &[&str], more: &[&'static str]| {
            let columns = COLUMNS.iter().filter(|name| !left_out.contains(*name));
            columns.chain(more).copied().collect()
        };
        match self {
            Self::Interval | Self::Macro | Self::PassAtK | Self::Ranks => with(&["--level"]),
            Self::Difference => with(&["--level", "--baseline"]),
            Self::Gate | Self::Power => with(&["--level", "--baseline", "--margin"]),
            Self::Level => with(&["--level", "--at-least", "--at-most"]),
            Self::Posterior => with(&["--level", "--at-least"]),
            Self::Correlation => with(&["--level", "--baseline", "--seed"]),
            Self::Front => with(&["--cost", "--seed"]),
            Self::Mcnemar => without(&["--cluster"], &["--baseline"]),
            Self::Sequence => without(&["--cluster"], &["--level"]),
            Self::Mean => without(&["--task", "--scale"], &["--level"]),
            Self::Ratio => without(&["--task", "--scale"], &["--level", "--baseline"]),
            Self::Percentile => without(
                &["--case", "--cluster", "--task", "--scale"],
                &["--level", "--percent"],
            ),
            Self::Holm | Self::BenjaminiHochberg => vec!["--candidate", "--score"],
            Self::BradleyTerry => vec!["--case", "--score", "--level"],
            Self::Ppi => vec!["--score", "--cluster", "--scale", "--level"],
            Self::Kappa => vec!["--cluster", "--level", "--seed"],
            Self::Alpha => vec!["--case", "--candidate", "--score", "--level", "--seed"],
        }
    }

    fn name(self) -> String {
        let value = clap::ValueEnum::to_possible_value(&self);
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

impl Args {
    /// Fails where an option was given that does nothing.
    pub fn refuse_without_effect(&self) -> Result<(), Failure> {
        let given = [
            ("--case", self.case.is_some()),
            ("--candidate", self.candidate.is_some()),
            ("--score", self.score.is_some()),
            ("--cluster", self.cluster.is_some()),
            ("--task", self.task.is_some()),
            ("--scale", self.scale.is_some()),
            ("--level", self.level.is_some()),
            ("--baseline", self.baseline.is_some()),
            ("--margin", self.margin.is_some()),
            ("--at-least", self.at_least.is_some()),
            ("--at-most", self.at_most.is_some()),
            ("--percent", self.percent.is_some()),
            ("--cost", self.cost.is_some()),
            ("--seed", self.seed.is_some()),
        ];
        let takes = if self.jsonl {
            Vec::new()
        } else {
            self.method.options()
        };
        match given
            .into_iter()
            .find(|(name, given)| *given && !takes.contains(name))
        {
            None => Ok(()),
            Some((name, _)) if self.jsonl => Err(Failure::Usage(format!(
                "{name} has no effect beside --jsonl: each line says all of it"
            ))),
            Some((name, _)) => Err(Failure::Usage(format!(
                "{name} has no effect on `bench stats {}`, which takes {}",
                self.method.name(),
                takes.join(", ")
            ))),
        }
    }
}
