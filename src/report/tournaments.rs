//! Tournaments that do not play all games, in words.

use crate::model::{TournamentEntry, TournamentLimit};

/// What a tournament plays and what it leaves out.
pub fn tournament_in_words(entry: &TournamentEntry) -> String {
    let why = match entry.limit {
        TournamentLimit::Budget => "the budget",
        TournamentLimit::Rounds => "its `rounds`",
    };
    format!(
        "plays {} of {} rounds in each case for {why}: {} of {} games a case; which pairs meet turns from case to case",
        entry.rounds, entry.all_rounds, entry.games, entry.all_games,
    )
}
