//! Ratings of those who play, and win rates at equal lengths.

use super::Gap;
use super::means::ALPHA;
use super::pairwise::Game;
use super::result::{Player, Ranged, RatedPlayer};
use crate::stats::{self, FEWEST_RATED_CASES, LengthGame, NoRatings, bradley_terry};
use std::collections::HashSet;

/// Games from which on length is taken out.
const FEWEST_GAMES: usize = 10;

/// Bradley-Terry ratings of all games, the best first.
pub(super) fn ratings(games: &[Game]) -> Result<Vec<RatedPlayer>, Gap> {
    if games.is_empty() {
        return Err(Gap::NoVerdicts);
    }
    let cases: HashSet<u32> = games.iter().map(|game| game.cluster).collect();
    let cases = cases.len() as u64;
    if cases < FEWEST_RATED_CASES {
        return Err(Gap::FewCases(cases));
    }
    let mut players: Vec<Player> = games
        .iter()
        .flat_map(|game| [game.player, game.opponent])
        .collect();
    players.sort_unstable();
    players.dedup();
    let number = |player: Player| {
        let position = players.binary_search(&player).unwrap_or(0);
        u32::try_from(position).unwrap_or(u32::MAX)
    };
    let numbered: Vec<stats::Game> = games
        .iter()
        .map(|game| stats::Game {
            a: number(game.player),
            b: number(game.opponent),
            outcome: game.result,
            case: game.cluster,
        })
        .collect();
    let ratings = bradley_terry(players.len(), &numbered).map_err(|why| match why {
        NoRatings::NoGames => Gap::NoVerdicts,
        NoRatings::Separated => Gap::Separated,
        NoRatings::OneCase => Gap::TooFewCases,
        NoRatings::NotConverged => Gap::NotSettled,
    })?;
    let mut rated: Vec<RatedPlayer> = players
        .iter()
        .enumerate()
        .filter_map(|(at, player)| {
            let (elo, low, high) = ratings.elo(at, ALPHA)?;
            Some(RatedPlayer {
                player: *player,
                theta: *ratings.theta.get(at)?,
                se: *ratings.se.get(at)?,
                elo,
                elo_interval: (low, high),
            })
        })
        .collect();
    rated.sort_by(|a, b| b.theta.total_cmp(&a.theta).then(a.player.cmp(&b.player)));
    Ok(rated)
}

/// The win rate of whoever plays these games if all outputs were as long as the others.
pub(super) fn length_controlled(games: &[Game], cases: u64) -> Result<Ranged, Gap> {
    let measured: Vec<LengthGame> = games
        .iter()
        .filter_map(|game| {
            let (own, other) = game.lengths?;
            Some(LengthGame {
                outcome: game.result,
                longer: f64::from(own) - f64::from(other),
                cluster: game.cluster,
            })
        })
        .collect();
    let same = |part: fn(&LengthGame) -> f64| {
        let mut parts = measured.iter().map(part);
        let first = parts.next();
        parts.all(|part| Some(part) == first)
    };
    if measured.len() < FEWEST_GAMES {
        return Err(Gap::FewGames(measured.len() as u64));
    }
    if same(|game| game.longer) {
        return Err(Gap::SameLength);
    }
    if same(|game| game.outcome) {
        return Err(Gap::NoVariation);
    }
    let controlled = stats::length_controlled(&measured, ALPHA).ok_or(Gap::NotSettled)?;
    Ok(Ranged {
        value: controlled.win_rate,
        interval: controlled.low.zip(controlled.high),
        cases,
    })
}
