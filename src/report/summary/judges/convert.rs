//! From what is known of judges to the fields of `summary.json`.

use super::{
    AgreementEntry, CorrectedEntry, ExcludedEntry, FamilyEntry, FigureEntry, JudgeEntry,
    JudgedCandidateEntry, JudgedTrialsEntry, LabelsEntry, MeanEntry, MemberEntry, MemberPairEntry,
    PairwiseEntry, QuestionsEntry, RatingEntry, SelfPreferenceEntry, StandingEntry, SwapsEntry,
    TournamentLeavesOut, VerbosityEntry, WeightedEntry, WhyEntry,
};
use crate::analyse::{
    Agreement, FamilyPreference, Gap, JudgeSummary, JudgedCandidate, MemberSummary, Pairwise, Player,
    Questions, Ranged, RatedPlayer, SelfPreference, Spend, Standing, Swaps, TaskAnalysis, Verbosity,
};
use crate::model::{CorrectedMean, Corrections, Money};
use crate::report::summary::EstimateEntry;

impl<'a> JudgeEntry<'a> {
    pub(in crate::report::summary) fn of(judge: &'a JudgeSummary, task: &'a TaskAnalysis) -> Self {
        let put = judge.questions.asked - judge.questions.not_put;
        let trials = &judge.trials;
        Self {
            scorer: &judge.scorer,
            trials: JudgedTrialsEntry {
                scored: trials.scored,
                failed: trials.failed,
                waiting: trials.waiting,
                not_sampled: trials.not_sampled,
            },
            questions: QuestionsEntry::of(&judge.questions),
            identical_questions: judge.identical,
            identical_share: (put > 0).then(|| judge.identical as f64 / put as f64),
            excluded: judge
                .excluded
                .iter()
                .map(|(model, times)| ExcludedEntry { model, times: *times })
                .collect(),
            members: judge.members.iter().map(MemberEntry::of).collect(),
            agreement: AgreementEntry::of(&judge.agreement),
            swaps: judge.swaps.as_ref().map(SwapsEntry::of),
            verbosity: VerbosityEntry::of(&judge.verbosity),
            self_preference: SelfPreferenceEntry::of(&judge.self_preference),
            scale: judge.scale,
            labels: judge.corrections.as_ref().map(LabelsEntry::of),
            candidates: judge
                .candidates
                .iter()
                .map(|candidate| JudgedCandidateEntry::of(candidate, judge, task))
                .collect(),
            pairwise: judge
                .pairwise
                .as_ref()
                .map(|games| PairwiseEntry::of(games, task)),
            tournament: judge.tournament.as_ref().map(|entry| TournamentLeavesOut {
                rounds: entry.rounds,
                all_rounds: entry.all_rounds,
                games: entry.games,
                all_games: entry.all_games,
                limit: entry.limit,
            }),
        }
    }
}

impl QuestionsEntry {
    pub(in crate::report::summary) fn of(questions: &Questions) -> Self {
        let tokens = &questions.tokens;
        let known = |count: u64| (tokens.known_trials > 0).then_some(count);
        let money = |spend: &Spend| (spend.known_trials > 0).then(|| spend.known.exact());
        Self {
            asked: questions.asked,
            answered: questions.answered,
            unreadable: questions.unreadable,
            not_put: questions.not_put,
            failed: questions
                .failures()
                .map(|(class, count)| (class.name(), count))
                .collect(),
            parse_failure_rate: questions.parse_failure_rate(),
            asked_twice: questions.asked_twice,
            reused: questions.reused,
            input_tokens: known(tokens.sum.input),
            output_tokens: known(tokens.sum.output),
            unknown_tokens: tokens.unknown_trials,
            cost_usd: money(&questions.cost),
            paid_usd: money(&questions.paid),
            unknown_costs: questions.cost.unknown_trials,
            cost_per_verdict_usd: questions.cost_per_verdict().known().map(Money::exact),
        }
    }
}

impl<'a> MemberEntry<'a> {
    fn of(member: &'a MemberSummary) -> Self {
        Self {
            member: member.member,
            models: member.models.iter().map(|model| &**model).collect(),
            role: member.role.as_deref(),
            weight: member.weight,
            questions: QuestionsEntry::of(&member.questions),
            mean: member.mean,
        }
    }
}

impl FigureEntry {
    fn of(figure: &Result<Ranged, Gap>) -> Self {
        match figure {
            Ok(ranged) => Self {
                value: Some(ranged.value),
                low: ranged.interval.map(|(low, _)| low),
                high: ranged.interval.map(|(_, high)| high),
                cases: Some(ranged.cases),
                why: None,
            },
            Err(gap) => Self {
                value: None,
                low: None,
                high: None,
                cases: None,
                why: Some(WhyEntry::of(gap)),
            },
        }
    }
}

impl WhyEntry {
    fn of(gap: &Gap) -> Self {
        Self {
            kind: gap.name(),
            message: gap.to_string(),
        }
    }
}

impl AgreementEntry {
    fn of(agreement: &Agreement) -> Self {
        Self {
            units: agreement.units,
            alpha: FigureEntry::of(&agreement.alpha),
            exact: FigureEntry::of(&agreement.exact),
            pairs: agreement
                .pairs
                .iter()
                .map(|pair| MemberPairEntry {
                    a: pair.a,
                    b: pair.b,
                    units: pair.units,
                    same: pair.same,
                })
                .collect(),
        }
    }
}

impl SwapsEntry {
    fn of(swaps: &Swaps) -> Self {
        Self {
            pairs: swaps.pairs,
            agree: swaps.agree,
            flips: swaps.flips,
            consistency: FigureEntry::of(&swaps.consistency),
            position_bias: FigureEntry::of(&swaps.position_bias),
            shown_first: swaps.shown_first,
            shown_second: swaps.shown_second,
        }
    }
}

impl VerbosityEntry {
    fn of(verbosity: &Verbosity) -> Self {
        Self {
            slope: FigureEntry::of(&verbosity.slope),
            within_candidates: FigureEntry::of(&verbosity.within),
        }
    }
}

impl<'a> SelfPreferenceEntry<'a> {
    fn of(preference: &'a SelfPreference) -> Self {
        let family = |family: &'a FamilyPreference| FamilyEntry {
            family: &family.family,
            contrast: FigureEntry::of(&family.contrast),
        };
        Self {
            contrast: FigureEntry::of(&preference.contrast),
            families: preference.families.iter().map(family).collect(),
        }
    }
}

impl<'a> JudgedCandidateEntry<'a> {
    fn of(judged: &'a JudgedCandidate, judge: &'a JudgeSummary, task: &'a TaskAnalysis) -> Self {
        let (name, prompt) = named(task, judged.candidate);
        Self {
            name,
            prompt,
            score: EstimateEntry::of(&judged.score),
            raw: judged.raw.map(|raw| FigureEntry::of(&Ok(raw))),
            weighted: judged.weighted.map(|weighted| WeightedEntry {
                mean: weighted.mean,
                low: weighted.interval.map(|(low, _)| low),
                high: weighted.interval.map(|(_, high)| high),
                judged: weighted.judged,
                of: weighted.of,
            }),
            corrected: judge.corrected(judged.candidate).map(CorrectedEntry::of),
        }
    }
}

impl<'a> LabelsEntry<'a> {
    fn of(corrections: &'a Corrections) -> Self {
        Self {
            file: &corrections.labels,
            hash: corrections.labels_hash.to_string(),
            notes: corrections.notes.iter().map(String::as_str).collect(),
        }
    }
}

impl<'a> CorrectedEntry<'a> {
    fn of(found: &'a CorrectedMean) -> Self {
        Self {
            quantity: found.quantity.name(),
            mean: found.corrected.value,
            low: found.corrected.low,
            high: found.corrected.high,
            by: found.by.name(),
            lambda: found.lambda,
            labels: found.labels,
            judged: found.judged,
            why: found.corrected.why.as_deref(),
            raw: MeanEntry {
                mean: found.raw.value,
                low: found.raw.low,
                high: found.raw.high,
            },
        }
    }
}

impl<'a> PairwiseEntry<'a> {
    fn of(pairwise: &'a Pairwise, task: &'a TaskAnalysis) -> Self {
        let (ratings, gap) = match &pairwise.ratings {
            Ok(ratings) => (Some(ratings), None),
            Err(gap) => (None, Some(WhyEntry::of(gap))),
        };
        Self {
            games: pairwise.games,
            draws: pairwise.draws,
            flips: pairwise.flips,
            candidates: pairwise
                .standings
                .iter()
                .map(|standing| StandingEntry::of(standing, task))
                .collect(),
            ratings: ratings.map(|all| all.iter().map(|rated| RatingEntry::of(rated, task)).collect()),
            no_ratings: gap,
        }
    }
}

impl<'a> StandingEntry<'a> {
    fn of(standing: &'a Standing, task: &'a TaskAnalysis) -> Self {
        let (name, prompt) = named(task, standing.candidate);
        Self {
            name,
            prompt,
            games: standing.games,
            wins: standing.wins,
            losses: standing.losses,
            draws: standing.draws,
            flips: standing.flips,
            win_rate: EstimateEntry::of(&standing.win_rate),
            discrete_win_rate: (standing.games > 0)
                .then(|| (standing.wins as f64 + standing.draws as f64 / 2.0) / standing.games as f64),
            length_controlled: FigureEntry::of(&standing.length_controlled),
        }
    }
}

impl<'a> RatingEntry<'a> {
    fn of(rated: &RatedPlayer, task: &'a TaskAnalysis) -> Self {
        let who = match rated.player {
            Player::Candidate(candidate) => Some(named(task, candidate)),
            Player::Golden => None,
        };
        let (name, prompt) = who.unzip();
        Self {
            name,
            prompt,
            theta: rated.theta,
            se: rated.se,
            elo: rated.elo,
            elo_low: rated.elo_interval.0,
            elo_high: rated.elo_interval.1,
        }
    }
}

/// A candidate's name and prompt.
fn named(task: &TaskAnalysis, candidate: u32) -> (&str, &str) {
    task.row(candidate)
        .map_or(("", ""), |row| (&row.name, &row.prompt))
}
