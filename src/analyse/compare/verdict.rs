//! What an interval of a difference says, in words.

/// What is known of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The second side is better: the interval is above 0.
    Better,
    /// The second side is worse: the interval is below 0.
    Worse,
    /// The whole interval is within the margin, and holds 0.
    Same,
    /// The interval holds 0 and reaches beyond the margin.
    NotEnoughData,
    /// There is no interval.
    NoData,
}

impl Verdict {
    /// What an interval says, with that margin.
    pub fn of(interval: Option<(f64, f64)>, margin: f64) -> Self {
        match interval {
            None => Self::NoData,
            Some((low, _)) if low > 0.0 => Self::Better,
            Some((_, high)) if high < 0.0 => Self::Worse,
            Some((low, high)) if low >= -margin && high <= margin => Self::Same,
            Some(_) => Self::NotEnoughData,
        }
    }

    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Same => "same",
            Self::NotEnoughData => "not-enough-data",
            Self::NoData => "no-data",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "same within margin",
            Self::NotEnoughData => "not enough data",
            Self::NoData => "no interval",
            other => other.name(),
        }
    }
}
