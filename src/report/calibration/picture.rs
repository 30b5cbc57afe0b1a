//! The picture of judge against human, drawn in characters.

use crate::analyse::calibrate::Picture;
use crate::report::layout::align;

/// Shades from few to many.
const ASCII: [char; 5] = ['.', ':', 'o', 'O', '@'];
const UNICODE: [char; 5] = ['·', '░', '▒', '▓', '█'];
/// Units in a cell that have the darkest shade, at least: a few are not many.
const MANY: u64 = 25;
/// Characters that a cell is wide.
const CELL: usize = 2;

/// A number in few characters.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// The picture as lines: the judge upwards, people to the right, darker where there are more.
pub(super) fn draw(picture: &Picture, unicode: bool) -> Vec<String> {
    let shades = if unicode { UNICODE } else { ASCII };
    let most = picture.cells.iter().map(|cell| cell.count).max().unwrap_or(1);
    let shade = |count: u64| {
        // Shades by the root of the count: single ones stay visible beside crowds.
        let share = (count as f64 / most.max(MANY) as f64).sqrt();
        let at = ((share * shades.len() as f64).ceil() as usize).clamp(1, shades.len()) - 1;
        shades.get(at).copied().unwrap_or('@')
    };
    let mut grid = vec![vec![' '; picture.columns]; picture.rows];
    for cell in &picture.cells {
        if let Some(drawn) = grid.get_mut(cell.row).and_then(|row| row.get_mut(cell.column)) {
            *drawn = shade(cell.count);
        }
    }
    let (low, high) = (short(picture.judge.0), short(picture.judge.1));
    let margin = low.len().max(high.len()).max("judge".len());
    let mut lines = vec![format!("{:>margin$}", "judge")];
    for (row, drawn) in grid.iter().enumerate().rev() {
        let label = match row {
            0 if picture.rows == 1 => low.as_str(),
            0 => low.as_str(),
            row if row + 1 == picture.rows => high.as_str(),
            _ => "",
        };
        let cells: String = drawn
            .iter()
            .flat_map(|shade| std::iter::repeat_n(*shade, CELL))
            .collect();
        lines.push(format!("{label:>margin$} |{cells}").trim_end().to_owned());
    }
    let width = picture.columns * CELL;
    lines.push(format!("{:>margin$} +{}", "", "-".repeat(width)));
    let (left, right) = (short(picture.human.0), short(picture.human.1));
    let gap = width.saturating_sub(left.len() + right.len() + 2).max(1);
    let axis = match gap >= "human".len() + 2 {
        true => format!("{:^gap$}", "human"),
        false => " ".repeat(gap),
    };
    let ends = match picture.columns {
        1 => left,
        _ => format!("{left} {axis} {right}"),
    };
    lines.push(format!("{:>margin$}  {ends}", ""));
    let key: Vec<String> = legend(most, &shade);
    lines.push(format!("{:>margin$}  {}", "", key.join("  ")));
    lines
}

/// What each shade means: the counts that have it.
fn legend(most: u64, shade: &dyn Fn(u64) -> char) -> Vec<String> {
    let mut key = Vec::new();
    let mut from = 1;
    while from <= most {
        let own = shade(from);
        // Shades rise with the count, so the last count of one is found by halving.
        let (mut low, mut high) = (from, most);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            match shade(middle) == own {
                true => low = middle,
                false => high = middle - 1,
            }
        }
        key.push(match low == from {
            true => format!("{own} {from}"),
            false => format!("{own} {from}..{low}"),
        });
        from = low + 1;
    }
    key
}

/// A table of counts, the judge's categories in rows.
pub(super) fn table(names: &[String], cells: &[Vec<u64>]) -> Vec<String> {
    let mut header = vec!["", "judge \\ human"];
    header.extend(names.iter().map(String::as_str));
    let rows: Vec<Vec<String>> = names
        .iter()
        .zip(cells)
        .map(|(name, counts)| {
            let counts = counts.iter().map(ToString::to_string);
            [String::new(), name.clone()].into_iter().chain(counts).collect()
        })
        .collect();
    align(&header, &rows)
}
