//! What a judge of pairs said, by opponent and order.

use crate::analyse::calibrate::Said;
use crate::model::{Mark, ScoreEntry, Shown};

/// Whom a stored verdict on a pair was against.
#[derive(Clone, Copy, PartialEq)]
pub enum Opponent {
    Golden,
    Candidate(u32),
}

/// Whom the output was compared with, where pairs were judged.
pub fn opponents(entry: &ScoreEntry) -> Vec<Opponent> {
    let mut opponents = Vec::new();
    for verdict in entry.judged.iter().flat_map(|judged| &judged.verdicts) {
        let opponent = match (verdict.order, verdict.opponent) {
            (Shown::Alone, _) => continue,
            (_, Some(position)) => Opponent::Candidate(position),
            (_, None) => Opponent::Golden,
        };
        if !opponents.contains(&opponent) {
            opponents.push(opponent);
        }
    }
    opponents
}

/// What the members said together of a pair in one order: the side that the weighted mean leans to.
pub fn order(entry: &ScoreEntry, opponent: Option<u32>, order: Shown) -> Option<Said> {
    let verdicts = entry.judged.iter().flat_map(|judged| &judged.verdicts);
    let (mut sum, mut weights) = (0.0, 0.0);
    for verdict in verdicts.filter(|verdict| verdict.order == order && verdict.opponent == opponent) {
        if let Ok(opinion) = &verdict.said {
            sum += opinion.value * verdict.weight;
            weights += verdict.weight;
        }
    }
    if weights <= 0.0 {
        return None;
    }
    let mean = sum / weights;
    let outcome = match mean {
        mean if (mean - 0.5).abs() < 1e-9 => 0.5,
        mean if mean > 0.5 => 1.0,
        _ => 0.0,
    };
    Some(Said::written(Mark::Number(outcome)))
}
