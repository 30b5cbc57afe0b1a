//! CSV: a header, then one label a record.

use super::Labels;
use super::lower::{Wrong, lower};
use crate::load::files::Source;
use crate::load::names::advice;
use crate::load::problem::Problem;
use crate::load::raw::{RawId, RawLabel, RawMark};
use crate::model::{Label, Mark};
use crate::yaml::{Span, Spanned};
use ::csv::{ErrorKind, ReaderBuilder, StringRecord};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Task,
    Case,
    Candidate,
    Prompt,
    Epoch,
    Against,
    Output,
    Scorer,
    Cluster,
    Rater,
    Human,
    Judge,
    JudgeFirst,
    JudgeSecond,
    Stratum,
    Skipped,
    Note,
}

/// Names of columns; several may mean the same.
const NAMES: [(&str, Column); 20] = [
    ("task", Column::Task),
    ("case", Column::Case),
    ("candidate", Column::Candidate),
    ("model", Column::Candidate),
    ("prompt", Column::Prompt),
    ("epoch", Column::Epoch),
    ("against", Column::Against),
    ("output", Column::Output),
    ("scorer", Column::Scorer),
    ("cluster", Column::Cluster),
    ("rater", Column::Rater),
    ("human", Column::Human),
    ("score", Column::Human),
    ("label", Column::Human),
    ("judge", Column::Judge),
    ("judge_first", Column::JudgeFirst),
    ("judge_second", Column::JudgeSecond),
    ("stratum", Column::Stratum),
    ("skipped", Column::Skipped),
    ("note", Column::Note),
];

pub(super) fn read(source: &Source, labels: &mut Labels) {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(source.text.as_bytes());
    let mut record = StringRecord::new();
    let mut columns: Option<Vec<Column>> = None;
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                labels.problems.push(broken(source, start, &error));
                break;
            }
        }
        let start = record
            .position()
            .and_then(|position| usize::try_from(position.byte()).ok())
            .unwrap_or(start);
        let end = usize::try_from(reader.position().byte()).unwrap_or(source.text.len());
        let written = Record::new(source, start, end);
        match &columns {
            None => match header(source, &written, &record) {
                Ok(known) => columns = Some(known),
                Err(problem) => {
                    labels.problems.push(problem);
                    break;
                }
            },
            Some(columns) => {
                if !labels.add(one(source, columns, &written, &record)) {
                    break;
                }
            }
        }
    }
    if columns.is_none() && labels.problems.is_empty() {
        let problem = Problem::error(source.file.clone(), "bad-header", "the file is empty");
        labels
            .problems
            .push(problem.help("its first line names the columns: case,candidate,human,rater"));
    }
}

/// Where a record stands in the file.
struct Record<'a> {
    text: &'a str,
    start: usize,
    line: usize,
}

impl<'a> Record<'a> {
    fn new(source: &'a Source, start: usize, end: usize) -> Self {
        let all: &str = &source.text;
        // Blank lines before a record belong to none.
        let blank = |text: &str| text.len() - text.trim_start_matches(['\r', '\n']).len();
        let text = all.get(start..end.min(all.len())).unwrap_or("");
        let start = start + blank(text);
        let text = text.trim_matches(['\r', '\n']);
        Self {
            text,
            start,
            line: source.line_column(start).0,
        }
    }

    fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// The place of a field, quotes included.
    fn field(&self, number: usize) -> Span {
        let (mut quoted, mut field, mut from) = (false, 0, 0);
        for (at, byte) in self.text.bytes().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b',' if !quoted && field == number => {
                    return Span::new(self.start + from, self.start + at);
                }
                b',' if !quoted => {
                    field += 1;
                    from = at + 1;
                }
                _ => {}
            }
        }
        match field == number {
            true => Span::new(self.start + from, self.start + self.text.len()),
            false => self.span(),
        }
    }
}

fn header(source: &Source, written: &Record<'_>, record: &StringRecord) -> Result<Vec<Column>, Problem> {
    let mut columns: Vec<Column> = Vec::with_capacity(record.len());
    for (number, name) in record.iter().map(str::trim).enumerate() {
        let problem = |message: String| Problem::at(source, written.field(number), "bad-header", message);
        let known = NAMES.iter().find(|(known, _)| *known == name);
        let Some((_, column)) = known else {
            let names = NAMES.iter().map(|(name, _)| *name);
            return Err(problem(format!("unknown column `{name}`")).help(advice(name, "columns", names)));
        };
        if columns.contains(column) {
            return Err(problem(format!(
                "`{name}` says what an earlier column says already; leave one out"
            )));
        }
        columns.push(*column);
    }
    Ok(columns)
}

fn one(
    source: &Source,
    columns: &[Column],
    written: &Record<'_>,
    record: &StringRecord,
) -> Result<Label, Problem> {
    if record.len() != columns.len() {
        let message = format!(
            "the record has {} fields, the header {}",
            record.len(),
            columns.len()
        );
        return Err(Problem::at(source, written.span(), "bad-record", message));
    }
    let mut raw = RawLabel::default();
    let filled = columns
        .iter()
        .zip(record)
        .enumerate()
        .filter(|(_, (_, cell))| !cell.trim().is_empty());
    let label = (|| {
        for (number, (column, cell)) in filled {
            set(&mut raw, *column, cell, written.field(number))?;
        }
        lower(raw, written.line, written.span())
    })();
    label.map_err(|wrong| {
        let problem = Problem::at(source, wrong.span, "bad-value", wrong.message);
        match wrong.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    })
}

/// Puts a cell where its column belongs.
fn set(raw: &mut RawLabel, column: Column, cell: &str, span: Span) -> Result<(), Wrong> {
    fn at<T>(value: T, span: Span) -> Option<Spanned<T>> {
        Some(Spanned { value, span })
    }
    let text = || at(cell.to_owned(), span);
    let id = || at(RawId(cell.trim().into()), span);
    let mark = || at(RawMark(Mark::of_text(cell)), span);
    let number = || {
        let parsed = cell.trim().parse::<u32>();
        parsed.map(|number| at(number, span)).map_err(|_| {
            let shown: String = cell.chars().take(40).collect();
            Wrong::new(span, format!("`{shown}` is not a whole number of 0 or more"))
        })
    };
    match column {
        Column::Task => raw.task = text(),
        Column::Case => raw.case = id(),
        Column::Candidate => raw.candidate = text(),
        Column::Prompt => raw.prompt = text(),
        Column::Epoch => raw.epoch = number()?,
        Column::Against => raw.against = text(),
        Column::Output => raw.output = text(),
        Column::Scorer => raw.scorer = text(),
        Column::Cluster => raw.cluster = id(),
        Column::Rater => raw.rater = id(),
        Column::Human => raw.human = mark(),
        Column::Judge => raw.judge = mark(),
        Column::JudgeFirst => raw.judge_first = mark(),
        Column::JudgeSecond => raw.judge_second = mark(),
        Column::Stratum => raw.stratum = number()?,
        Column::Skipped => {
            raw.skipped = match cell.trim() {
                "true" | "1" => at(true, span),
                "false" | "0" => at(false, span),
                _ => return Err(Wrong::new(span, "`skipped` is `true` or `false`")),
            }
        }
        Column::Note => raw.note = text(),
    }
    Ok(())
}

fn broken(source: &Source, start: usize, error: &::csv::Error) -> Problem {
    let message = match error.kind() {
        ErrorKind::Utf8 { .. } => "this record is not UTF-8".to_owned(),
        _ => error.to_string(),
    };
    Problem::at(source, Span::new(start, start + 1), "bad-record", message)
}
