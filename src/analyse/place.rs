//! Ranks and places in the leaderboards of a task.

use super::answer::SAME;
use super::standing::Standing;
use super::table::tell_apart_names;
use super::{Board, Row};
use std::collections::HashMap;

/// One leaderboard per prompt, in the order of the manifest.
pub(super) fn boards(rows: Vec<Row>, standing: &Standing) -> Vec<Board> {
    let mut boards: Vec<Board> = Vec::new();
    for row in rows {
        match boards.iter_mut().find(|board| board.prompt == row.prompt) {
            Some(board) => board.rows.push(row),
            None => boards.push(Board {
                prompt: row.prompt.clone(),
                rows: vec![row],
            }),
        }
    }
    for board in &mut boards {
        tell_apart(&mut board.rows);
        rank(&mut board.rows);
        place(&mut board.rows, standing);
    }
    boards
}

/// Best mean first, equal means in the order of the manifest and with the same rank, rows without a mean last.
fn rank(rows: &mut [Row]) {
    rows.sort_by(|a, b| {
        let mean = |row: &Row| row.score.mean.unwrap_or(f64::NEG_INFINITY);
        mean(b).total_cmp(&mean(a))
    });
    let mut shared: Option<(f64, u32)> = None;
    for (place, row) in (1_u32..).zip(rows.iter_mut()) {
        let Some(mean) = row.score.mean else { break };
        let (top, rank) = match shared {
            Some((top, rank)) if top - mean <= SAME => (top, rank),
            _ => (mean, place),
        };
        shared = Some((top, rank));
        row.rank = Some(rank);
    }
}

/// The places that rows may have, and who is tied with the best.
fn place(rows: &mut [Row], standing: &Standing) {
    let scored = rows.iter().filter(|row| row.rank.is_some());
    let among: Vec<u32> = scored.map(|row| row.candidate).collect();
    let leaders = rows.iter().filter(|row| row.rank == Some(1));
    let leaders: Vec<u32> = leaders.map(|row| row.candidate).collect();
    for (row, places) in rows.iter_mut().zip(standing.places(&among)) {
        row.places = Some(places);
        row.tied = row.rank != Some(1)
            && leaders
                .iter()
                .any(|leader| !standing.told_apart(*leader, row.candidate));
    }
}

/// Two entries of the same model without a label of their own get their position as one.
fn tell_apart(rows: &mut [Row]) {
    let mut seen = HashMap::new();
    for row in rows {
        row.name = tell_apart_names(&mut seen, std::mem::take(&mut row.name));
    }
}
