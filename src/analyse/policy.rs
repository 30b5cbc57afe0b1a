//! A ranking policy that weighs quality, latency and cost, for those who want one number and three winners.
//!
//! Leaderboards rank by quality alone and say what the data can tell apart. This policy knows nothing of intervals: it is
//! a convention, offered beside them.

/// What the policy knows of a candidate. Latency and cost are means per case in any unit that all candidates share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PolicyEntry {
    /// Mean score; a candidate without one takes no part.
    pub score: Option<f64>,
    /// Mean latency, where it is known.
    pub latency: Option<f64>,
    /// Mean cost, where it is known.
    pub cost: Option<f64>,
    /// Ruled out by something else: an incomplete run, an error rate. May still be the quality winner.
    pub disqualified: bool,
}

/// The numbers of the policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// Share of the baseline's score that a contender has to reach.
    pub window: f64,
    /// Weights of score, latency and cost.
    pub weights: [f64; 3],
    /// Times cheaper than the baseline that a value winner is ..
    pub cheaper: f64,
    /// .. or times faster.
    pub faster: f64,
    /// Share of the baseline's score that may be given up for the value winner as the new default.
    pub quality_gap: f64,
    /// Times cheaper that the new default has to be, at least more than this.
    pub saving: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            window: 0.95,
            weights: [0.60, 0.25, 0.15],
            cheaper: 2.0,
            faster: 1.5,
            quality_gap: 0.05,
            saving: 2.0,
        }
    }
}

/// Where a candidate stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// It has no score.
    Unscored,
    /// Ruled out before.
    Disqualified,
    /// Its score is below the window.
    BelowWindow,
    /// That candidate is at least as good, as fast and as cheap, and better in one of these.
    Dominated(usize),
    /// In the running.
    Contender {
        /// weight * score + weight * fastest / latency + weight * cheapest / cost, to four decimals.
        three_part: f64,
    },
}

/// What the policy says. Candidates are numbered as they were given.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The best mean score of those that are not disqualified.
    pub baseline: Option<usize>,
    /// The best mean score of all.
    pub quality: Option<usize>,
    /// The best three-part score.
    pub balanced: Option<usize>,
    /// The best three-part score of those that are much cheaper or much faster than the baseline.
    pub value: Option<usize>,
    /// The candidate to use by default: the value winner where little quality is lost and much money saved, else the
    /// baseline.
    pub default: Option<usize>,
    /// Where each candidate stands.
    pub standings: Vec<Standing>,
    /// Score per unit of cost of each; `None` where the cost is unknown or 0.
    pub score_per_cost: Vec<Option<f64>>,
}

/// Applies the policy: the baseline is the best mean score; contenders reach .95 of it and are not dominated in score,
/// latency and cost (only asked of two whose latencies and costs are all known; the baseline always stays); the
/// three-part score is .60 score + .25 fastest/latency + .15 cheapest/cost over the contenders, where an unknown number
/// earns nothing. Of equal candidates the first wins.
pub fn rank_by_policy(entries: &[PolicyEntry], policy: &Policy) -> Verdict {
    let score = |at: usize| {
        entries
            .get(at)
            .and_then(|entry| entry.score)
            .filter(|score| score.is_finite())
    };
    let qualified = |at: &usize| entries.get(*at).is_some_and(|entry| !entry.disqualified);
    let all = || (0..entries.len()).filter(|at| score(*at).is_some());
    let baseline = best(all().filter(qualified), score);
    let window = baseline
        .and_then(score)
        .map_or(f64::INFINITY, |top| policy.window * top);
    let inside: Vec<usize> = all()
        .filter(qualified)
        .filter(|at| Some(*at) == baseline || score(*at).is_some_and(|score| score >= window))
        .collect();
    let dominator = |at: usize| {
        let beats = |other: &usize| dominates(entries.get(*other), entries.get(at));
        inside
            .iter()
            .copied()
            .find(beats)
            .filter(|_| Some(at) != baseline)
    };
    let contenders: Vec<&PolicyEntry> = inside
        .iter()
        .filter(|at| dominator(**at).is_none())
        .filter_map(|at| entries.get(*at))
        .collect();
    let fastest = least(contenders.iter().map(|entry| entry.latency));
    let cheapest = least(contenders.iter().map(|entry| entry.cost));
    let standing = |(at, entry): (usize, &PolicyEntry)| {
        if score(at).is_none() {
            Standing::Unscored
        } else if entry.disqualified {
            Standing::Disqualified
        } else if !inside.contains(&at) {
            Standing::BelowWindow
        } else if let Some(other) = dominator(at) {
            Standing::Dominated(other)
        } else {
            let [quality, speed, price] = policy.weights;
            let sum = quality * score(at).unwrap_or_default()
                + speed * share(fastest, entry.latency)
                + price * share(cheapest, entry.cost);
            Standing::Contender {
                three_part: (sum * 1e4).round() / 1e4,
            }
        }
    };
    let standings: Vec<Standing> = entries.iter().enumerate().map(standing).collect();
    let three_part = |at: usize| match standings.get(at) {
        Some(Standing::Contender { three_part }) => Some(*three_part),
        _ => None,
    };
    let ratio = |at: usize, part: fn(&PolicyEntry) -> Option<f64>| {
        let own = entries.get(at).and_then(part);
        times(baseline.and_then(|base| entries.get(base)).and_then(part), own)
    };
    let stands_out = |at: &usize| {
        ratio(*at, |entry| entry.cost) >= policy.cheaper || ratio(*at, |entry| entry.latency) >= policy.faster
    };
    let value = best(
        (0..entries.len())
            .filter(|at| Some(*at) != baseline)
            .filter(stands_out),
        three_part,
    );
    let adopted = value.filter(|at| {
        let gap = 1.0 - score(*at).unwrap_or_default() / baseline.and_then(score).unwrap_or(f64::NAN);
        gap < policy.quality_gap && ratio(*at, |entry| entry.cost) > policy.saving
    });
    let per_cost = |entry: &PolicyEntry| {
        let cost = entry.cost.filter(|cost| *cost > 0.0)?;
        Some(entry.score? / cost)
    };
    Verdict {
        baseline,
        quality: best(all(), score),
        balanced: best(0..entries.len(), three_part),
        value,
        default: adopted.or(baseline),
        score_per_cost: entries.iter().map(per_cost).collect(),
        standings,
    }
}

/// The first of those with the highest value.
fn best(of: impl Iterator<Item = usize>, value: impl Fn(usize) -> Option<f64>) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for at in of {
        if let Some(value) = value(at)
            && best.is_none_or(|(_, top)| value > top)
        {
            best = Some((at, value));
        }
    }
    best.map(|(at, _)| at)
}

fn least(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    values.flatten().min_by(f64::total_cmp)
}

/// Whether `a` dominates `b`; not asked where a latency or a cost is unknown.
fn dominates(a: Option<&PolicyEntry>, b: Option<&PolicyEntry>) -> bool {
    let numbers = |entry: Option<&PolicyEntry>| {
        let entry = entry?;
        Some((entry.score?, entry.latency?, entry.cost?))
    };
    let (Some(a), Some(b)) = (numbers(a), numbers(b)) else {
        return false;
    };
    a.0 >= b.0 && a.1 <= b.1 && a.2 <= b.2 && a != b
}

/// The least of all over one's own: 1 for the least, 0 where it is unknown.
fn share(least: Option<f64>, own: Option<f64>) -> f64 {
    match (least, own) {
        (Some(least), Some(own)) if own > 0.0 => least / own,
        (_, Some(_)) => 1.0,
        _ => 0.0,
    }
}

/// How many times smaller than the baseline's; 0 where a number is unknown.
fn times(baseline: Option<f64>, own: Option<f64>) -> f64 {
    match (baseline, own) {
        (Some(baseline), Some(own)) if own > 0.0 => baseline / own,
        (Some(baseline), Some(_)) if baseline > 0.0 => f64::INFINITY,
        (Some(_), Some(_)) => 1.0,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(score: f64, latency: f64, cost: f64) -> PolicyEntry {
        PolicyEntry {
            score: Some(score),
            latency: Some(latency),
            cost: Some(cost),
            disqualified: false,
        }
    }

    fn rank(entries: &[PolicyEntry]) -> Verdict {
        rank_by_policy(entries, &Policy::default())
    }

    #[test]
    fn a_cheap_candidate_within_the_window_becomes_the_default() {
        let verdict = rank(&[
            entry(0.90, 4.0, 8.0),
            entry(0.88, 2.0, 1.0),
            entry(0.60, 1.0, 0.1),
        ]);
        assert_eq!((verdict.baseline, verdict.quality), (Some(0), Some(0)));
        assert_eq!(
            verdict.standings,
            [
                // .6 * .9 + .25 * 2/4 + .15 * 1/8
                Standing::Contender { three_part: 0.6838 },
                Standing::Contender { three_part: 0.928 },
                Standing::BelowWindow,
            ]
        );
        assert_eq!(
            (verdict.balanced, verdict.value, verdict.default),
            (Some(1), Some(1), Some(1))
        );
        assert_eq!(verdict.score_per_cost[1], Some(0.88));
    }

    #[test]
    fn a_value_winner_that_is_only_faster_does_not_become_the_default() {
        let verdict = rank(&[entry(0.90, 4.0, 8.0), entry(0.88, 2.0, 7.0)]);
        assert_eq!((verdict.value, verdict.default), (Some(1), Some(0)));
    }

    #[test]
    fn twice_as_cheap_is_value_but_not_yet_a_saving() {
        let verdict = rank(&[entry(0.90, 4.0, 2.0), entry(0.89, 4.0, 1.0)]);
        assert_eq!((verdict.value, verdict.default), (Some(1), Some(0)));
    }

    #[test]
    fn who_is_worse_slower_and_dearer_drops_out_unless_it_is_not_known() {
        let unknown = PolicyEntry {
            cost: None,
            ..entry(0.87, 9.0, 0.0)
        };
        let verdict = rank(&[entry(0.90, 4.0, 8.0), entry(0.88, 5.0, 9.0), unknown]);
        assert_eq!(verdict.standings[1], Standing::Dominated(0));
        // .6 * .87 + .25 * 4/9, and nothing for a cost that is not known.
        assert_eq!(verdict.standings[2], Standing::Contender { three_part: 0.6331 });
        assert_eq!((verdict.value, verdict.default), (None, Some(0)));
        assert_eq!(verdict.score_per_cost[2], None);
    }

    #[test]
    fn the_baseline_stays_and_equals_do_not_dominate_each_other() {
        let verdict = rank(&[entry(0.9, 4.0, 8.0), entry(0.9, 4.0, 8.0), entry(0.9, 2.0, 4.0)]);
        assert!(matches!(verdict.standings[0], Standing::Contender { .. }));
        assert_eq!(verdict.standings[1], Standing::Dominated(2));
        assert_eq!(verdict.default, Some(0), "twice as cheap is not more than twice");
    }

    #[test]
    fn a_disqualified_candidate_wins_on_quality_and_on_nothing_else() {
        let best = PolicyEntry {
            disqualified: true,
            ..entry(0.99, 1.0, 1.0)
        };
        let verdict = rank(&[entry(0.80, 2.0, 2.0), best]);
        assert_eq!(
            (verdict.quality, verdict.baseline, verdict.balanced),
            (Some(1), Some(0), Some(0))
        );
        assert_eq!(verdict.standings[1], Standing::Disqualified);
    }

    #[test]
    fn free_candidates_are_the_cheapest_and_nothing_gives_nothing() {
        let verdict = rank(&[entry(0.9, 4.0, 8.0), entry(0.9, 4.0, 0.0)]);
        assert_eq!(verdict.standings[1], Standing::Contender { three_part: 0.94 });
        assert_eq!(verdict.default, Some(1));
        let nothing = rank(&[PolicyEntry::default()]);
        assert_eq!((nothing.quality, nothing.default), (None, None));
        assert_eq!(nothing.standings, [Standing::Unscored]);
        assert_eq!(rank(&[]).standings, []);
    }
}
