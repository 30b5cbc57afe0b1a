//! An estimate: a number with its interval and what to know about it.

use std::fmt;

/// A mean of scores in 0..=1 with its interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The mean over cases; `None` where no case has a value.
    pub mean: Option<f64>,
    /// Lower bound; `None` where the data give no interval (never a zero-width one).
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Cases with a value.
    pub n: u64,
    /// Cases that were planned and have no value at all.
    pub missing: u64,
    /// Independent yes/no cases that would give an interval of this width.
    pub n_eff: Option<f64>,
    /// Standard error of the mean (cluster-robust CR1 where the data have clusters); `None` where the data do not
    /// vary or have one cluster only, since 0 would be wrong.
    pub se: Option<f64>,
    /// Degrees of freedom; infinite for independent yes/no cases.
    pub df: Option<f64>,
    /// Clusters, where the data have any.
    pub clusters: Option<u64>,
    /// Clusters of equal size that would hold as much information; the number of cases without clusters.
    pub effective_clusters: f64,
    /// How the interval was made.
    pub method: Method,
    /// True where the values do not vary, so that the interval comes from the number of cases alone.
    pub degenerate: bool,
    /// What to know before trusting the interval.
    pub warnings: Vec<Warning>,
}

impl Estimate {
    /// Both bounds, where there is an interval.
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high)
    }

    /// The mean if all cases without a value had scored 0, and if all had scored 1; `None` where no case has a value.
    pub fn missing_bounds(&self) -> Option<(f64, f64)> {
        let (n, missing) = (self.n as f64, self.missing as f64);
        let sum = self.mean? * n;
        Some((sum / (n + missing), (sum + missing) / (n + missing)))
    }
}

/// How an interval was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// No value.
    #[default]
    NoData,
    /// A single case that is not a plain yes or no.
    OneUnit,
    /// All cases in one cluster.
    OneCluster,
    /// Effective-n Wilson.
    EffectiveNWilson,
    /// Effective-n Tango, of a paired difference.
    EffectiveNTango,
}

impl Method {
    /// The word used in exported documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoData => "no-data",
            Self::OneUnit => "one-unit",
            Self::OneCluster => "one-cluster",
            Self::EffectiveNWilson => "effective-n-wilson",
            Self::EffectiveNTango => "effective-n-tango",
        }
    }
}

/// What to know before trusting an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Warning {
    /// Fewer than 30 cases.
    SmallSample(u64),
    /// Fewer than 10 effective clusters.
    FewClusters(f64),
    /// One cluster holds more than a fifth of the cases; its share.
    DominantCluster(f64),
    /// The values do not vary.
    Degenerate,
    /// More than 2 % of the planned cases have no value; the share.
    Missing(f64),
    /// More than 95 % of the cases sit at the same end of the scale, and there are fewer than 100.
    RareFailures,
}

impl Warning {
    /// The word used in exported documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::SmallSample(_) => "small-sample",
            Self::FewClusters(_) => "few-clusters",
            Self::DominantCluster(_) => "dominant-cluster",
            Self::Degenerate => "degenerate",
            Self::Missing(_) => "missing",
            Self::RareFailures => "rare-failures",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SmallSample(n) => write!(f, "small sample ({n} cases)"),
            Self::FewClusters(count) => write!(f, "few clusters ({count:.1} effective)"),
            Self::DominantCluster(share) => {
                write!(f, "one cluster holds {:.1} % of the cases", share * 100.0)
            }
            Self::Degenerate => {
                f.write_str("no variation: the interval comes from the number of cases alone")
            }
            Self::Missing(share) => write!(f, "{:.1} % of the cases have no score", share * 100.0),
            Self::RareFailures => f.write_str("rare failures: the interval is driven by cases not seen"),
        }
    }
}
