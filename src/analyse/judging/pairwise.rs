//! Who won the pairs.

use super::index::{JudgedTrial, NOBODY};
use super::means::CaseMeans;
use super::ratings::{length_controlled, ratings};
use super::result::{Pairwise, Player, Standing};
use super::units::{MemberOpinion, Side, Unit, Units, side};

/// A game as one of the two sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Game {
    pub player: Player,
    pub opponent: Player,
    /// 1 for a win, 0 for a loss, 0.5 for a draw, or a preference between.
    pub result: f64,
    /// Characters of the player's output, and of the other.
    pub lengths: Option<(u32, u32)>,
    pub cluster: u32,
}

/// Sums of one candidate.
struct Tally {
    games: u64,
    wins: u64,
    losses: u64,
    draws: u64,
    flips: u64,
    rate: CaseMeans,
    seen: Vec<Game>,
}

/// `None` where nothing was compared.
pub(super) fn pairwise(units: &Units) -> Option<Pairwise> {
    let games: Vec<(Game, JudgedTrial, bool)> = units
        .games()
        .map(|(unit, trial, opinions)| {
            let flipped = opinions.iter().any(MemberOpinion::is_flip);
            (game(unit, trial), *trial, flipped)
        })
        .collect();
    if !units.units.iter().any(|unit| unit.pair) {
        return None;
    }
    let mut order: Vec<u32> = Vec::new();
    for (game, ..) in &games {
        for player in [game.player, game.opponent] {
            if let Player::Candidate(candidate) = player {
                order.push(candidate);
            }
        }
    }
    order.sort_unstable();
    order.dedup();
    let mut tallies: Vec<Tally> = order.iter().map(|_| Tally::new(units.clustered)).collect();
    for (game, trial, flipped) in &games {
        for side in [*game, game.mirrored()] {
            if let Player::Candidate(candidate) = side.player
                && let Ok(position) = order.binary_search(&candidate)
                && let Some(tally) = tallies.get_mut(position)
            {
                tally.add(side, trial, *flipped);
            }
        }
    }
    let played: Vec<Game> = games.iter().map(|(game, ..)| *game).collect();
    Some(Pairwise {
        games: games.len() as u64,
        draws: played
            .iter()
            .filter(|game| side(game.result) == Side::Ties)
            .count() as u64,
        flips: games.iter().filter(|(.., flipped)| *flipped).count() as u64,
        standings: order
            .into_iter()
            .zip(tallies)
            .map(|(candidate, tally)| tally.standing(candidate))
            .collect(),
        ratings: ratings(&played),
    })
}

fn game(unit: &Unit, trial: &JudgedTrial) -> Game {
    Game {
        player: Player::Candidate(trial.candidate),
        opponent: if unit.opponent == NOBODY {
            Player::Golden
        } else {
            Player::Candidate(unit.opponent)
        },
        result: unit.result,
        lengths: unit.other_length.map(|other| (trial.length, other)),
        cluster: unit.cluster,
    }
}

impl Game {
    /// The game as the other sees it.
    fn mirrored(self) -> Self {
        Self {
            player: self.opponent,
            opponent: self.player,
            result: 1.0 - self.result,
            lengths: self.lengths.map(|(own, other)| (other, own)),
            cluster: self.cluster,
        }
    }
}

impl Tally {
    fn new(clustered: bool) -> Self {
        Self {
            games: 0,
            wins: 0,
            losses: 0,
            draws: 0,
            flips: 0,
            rate: CaseMeans::new(clustered),
            seen: Vec::new(),
        }
    }

    fn add(&mut self, game: Game, trial: &JudgedTrial, flipped: bool) {
        self.games += 1;
        match side(game.result) {
            Side::Wins => self.wins += 1,
            Side::Loses => self.losses += 1,
            Side::Ties => self.draws += 1,
        }
        self.flips += u64::from(flipped);
        self.rate.add(trial, game.result);
        self.seen.push(game);
    }

    fn standing(self, candidate: u32) -> Standing {
        let win_rate = self.rate.estimate();
        Standing {
            candidate,
            games: self.games,
            wins: self.wins,
            losses: self.losses,
            draws: self.draws,
            flips: self.flips,
            length_controlled: length_controlled(&self.seen, win_rate.n),
            win_rate,
        }
    }
}
