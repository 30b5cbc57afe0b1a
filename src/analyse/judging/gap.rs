//! Why there is no figure.

use std::fmt;

/// Why there is no figure where one might be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// No verdict that counts.
    NoVerdicts,
    /// Only one member, who can disagree with nobody.
    OneMember,
    /// No output was judged by two members.
    NoOverlap,
    /// All verdicts are the same: chance alone would give this agreement.
    NoVariation,
    /// Pairs were shown in one order only.
    OneOrder,
    /// All outputs have the same length.
    SameLength,
    /// Too few cases, or clusters of them, for an interval.
    TooFewCases,
    /// No member judges candidates of its own family.
    NoOwnFamily,
    /// All members are of one family, so that nobody else says how good its candidates are.
    OneFamily,
    /// In no case do members of a family and others judge candidates of both.
    NoContrast,
    /// Fewer than 30 cases, or clusters of them.
    FewCases(u64),
    /// Fewer than 10 games.
    FewGames(u64),
    /// Some candidates only ever won against, lost to, or never met the others: ratings would be infinite.
    Separated,
    /// The figures did not settle.
    NotSettled,
}

impl Gap {
    /// The word used in exported documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoVerdicts => "no-verdicts",
            Self::OneMember => "one-member",
            Self::NoOverlap => "no-overlap",
            Self::NoVariation => "no-variation",
            Self::OneOrder => "one-order",
            Self::SameLength => "same-length",
            Self::TooFewCases => "too-few-cases",
            Self::NoOwnFamily => "no-own-family",
            Self::OneFamily => "one-family",
            Self::NoContrast => "no-contrast",
            Self::FewCases(_) => "few-cases",
            Self::FewGames(_) => "few-games",
            Self::Separated => "separated",
            Self::NotSettled => "not-settled",
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoVerdicts => "no verdict counts",
            Self::OneMember => "there is one member only",
            Self::NoOverlap => "no output was judged by two members",
            Self::NoVariation => "all verdicts are the same",
            Self::OneOrder => "no pair was judged in both orders",
            Self::SameLength => "all outputs have the same length",
            Self::TooFewCases => "too few cases",
            Self::NoOwnFamily => "no member judges candidates of its own family",
            Self::OneFamily => "all members are of one family",
            Self::NoContrast => "no case has verdicts of a family and of others on candidates of both",
            Self::FewCases(cases) => return write!(f, "{cases} independent cases are fewer than 30"),
            Self::FewGames(games) => return write!(f, "{games} games are fewer than 10"),
            Self::Separated => "some candidates only ever won against, lost to, or never met the others",
            Self::NotSettled => "the computation did not settle",
        })
    }
}
