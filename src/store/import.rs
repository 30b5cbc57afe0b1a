//! Takes in a run that another store exported.

use super::encode::{CompletionRow, Inserter, TrialColumns, clipped};
use super::error::{Fault, StoreError};
use super::export::{write_line, write_run};
use super::find::RunRef;
use super::judgement::{JudgementColumns, shown_number};
use super::lines::{AnchorLine, CompletionLine, HeaderLine, JudgementLine, TrialLine, VERSION};
use super::lock::{RunLock, check_id};
use super::open::Store;
use super::runs::{check_name, keep_counts};
use crate::model::{Case, Completion, Digest, Failure, Manifest, ScoreEntry, TrialKey};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Deserialize;
use std::io::{self, BufRead, Write};

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The run.
    pub run: RunRef,
    /// Its trials.
    pub trials: u64,
    /// True where the same run was there already; nothing was changed.
    pub already: bool,
    /// The name it had, where it could not keep it because another run has it here.
    pub name_dropped: Option<String>,
}

impl Store {
    /// Takes in a run from the lines that [`Store::export`] wrote: all of it or nothing. A run that is there already
    /// with the same content is left alone (whatever its name); one of the same id with other content is refused.
    pub fn import(&self, from: impl BufRead) -> Result<Imported, StoreError> {
        let mut lines = Lines {
            from,
            buffer: Vec::new(),
            number: 0,
            content: Content::default(),
        };
        let head = lines.head()?;
        let _lock = RunLock::take(self.runs_dir(), &head.manifest.run)?;
        let known = self.read(|connection| {
            let sql = "SELECT id FROM run WHERE run_id = ?1";
            Ok(connection
                .query_row(sql, [&head.manifest.run], |row| row.get(0))
                .optional()?)
        })?;
        match known {
            Some(row) => self.compare(row, head, lines),
            None => {
                let imported = self.write(|tx| take_in(tx, head, lines))?;
                self.filter().forget();
                Ok(imported)
            }
        }
    }

    /// Nothing to do where the same content is there.
    fn compare(&self, row: i64, head: Head, mut lines: Lines<impl BufRead>) -> Result<Imported, StoreError> {
        while lines.next()?.is_some() {}
        let run = RunRef {
            row,
            id: head.manifest.run,
        };
        let here = self.snapshot(|tx| {
            let mut content = Content::default();
            write_run(tx, &run, false, &mut content)?;
            Ok(content.0.finalize())
        })?;
        if here != lines.content.0.finalize() {
            return Err(StoreError::RunExists { run: run.id });
        }
        Ok(Imported {
            run,
            trials: head.trials,
            already: true,
            name_dropped: None,
        })
    }
}

/// Hash of the lines, to tell whether two runs are the same.
#[derive(Default)]
struct Content(blake3::Hasher);

impl Write for Content {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the first line says.
struct Head {
    manifest: Manifest,
    manifest_json: String,
    name: Option<String>,
    status: &'static str,
    finished: Option<String>,
    trials: u64,
    anchors: Vec<AnchorLine>,
}

/// Reads line by line, and hashes what it reads.
struct Lines<R> {
    from: R,
    buffer: Vec<u8>,
    number: u64,
    content: Content,
}

fn bad(line: u64, why: impl std::fmt::Display) -> StoreError {
    StoreError::BadImport {
        line,
        why: why.to_string(),
    }
}

impl<R: BufRead> Lines<R> {
    /// The next line without its end; the last one has to end, too.
    fn read(&mut self) -> Result<Option<&[u8]>, StoreError> {
        self.buffer.clear();
        self.number += 1;
        let read = self.from.read_until(b'\n', &mut self.buffer);
        if read.map_err(|error| bad(self.number, error))? == 0 {
            return Ok(None);
        }
        match self.buffer.strip_suffix(b"\n") {
            Some(line) => Ok(Some(line)),
            None => Err(bad(self.number, "the line is cut off; export the run again")),
        }
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        let line = self.read()?.ok_or_else(|| bad(1, "the file is empty"))?;
        #[derive(Deserialize)]
        struct Version {
            bench_run_export: u32,
        }
        let version: Version = serde_json::from_slice(line).map_err(|error| {
            bad(
                1,
                format_args!("not a run that `bench runs export` wrote ({error})"),
            )
        })?;
        if version.bench_run_export != VERSION {
            let found = version.bench_run_export;
            return Err(bad(
                1,
                format_args!("format {found}, but this bench knows format {VERSION}"),
            ));
        }
        let header: HeaderLine<'_> = serde_json::from_slice(line).map_err(|error| bad(1, error))?;
        let manifest: Manifest =
            serde_json::from_str(header.manifest.get()).map_err(|error| bad(1, error))?;
        if manifest.run != header.run {
            return Err(bad(1, "the manifest is that of another run"));
        }
        check_id(&manifest.run).map_err(|error| bad(1, error))?;
        let mut head = Head {
            manifest,
            manifest_json: header.manifest.get().to_owned(),
            name: header.name.as_deref().map(Into::into),
            status: header.status.name(),
            finished: header.finished.as_deref().map(Into::into),
            trials: header.trials,
            anchors: Vec::new(),
        };
        let nameless = HeaderLine { name: None, ..header };
        let mut content = Content::default();
        write_line(&nameless, &mut Vec::new(), &mut content).map_err(|_| bad(1, "cannot be read"))?;
        head.anchors = nameless.anchors;
        self.content = content;
        Ok(head)
    }

    /// The next trial.
    fn next(&mut self) -> Result<Option<TrialLine<'_>>, StoreError> {
        if self.read()?.is_none() {
            return Ok(None);
        }
        self.content.0.update(&self.buffer);
        serde_json::from_slice(&self.buffer)
            .map(Some)
            .map_err(|error| bad(self.number, error))
    }
}

fn take_in(tx: &Transaction<'_>, head: Head, mut lines: Lines<impl BufRead>) -> Result<Imported, Fault> {
    let (name, name_dropped) = match head.name {
        Some(name) => match check_name(tx, &name, None) {
            Ok(()) => (Some(name), None),
            Err(Fault::Told(StoreError::NameTaken { .. })) => (None, Some(name)),
            Err(fault) => return Err(fault),
        },
        None => (None, None),
    };
    let manifest = &head.manifest;
    let row = tx
        .prepare("INSERT INTO run (run_id, name, started, finished, status, manifest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .insert(params![manifest.run, name, manifest.started, head.finished, head.status, head.manifest_json])?;
    let mut into = Inserter::new(tx, row)?;
    for AnchorLine { anchor, reply } in &head.anchors {
        add_reply(&mut into, TrialKey::of_anchor(*anchor), reply).map_err(|wrong| wrong.told(1))?;
    }
    let mut last: Option<TrialKey> = None;
    let mut trials = 0;
    loop {
        // The line number is read first, because the line borrows the buffer.
        let number = lines.number + 1;
        let Some(line) = lines.next()? else { break };
        if last.is_some_and(|last| stored_order(&last) >= stored_order(&line.key)) {
            return Err(bad(number, "the trials are not in order").into());
        }
        if line.key.task as usize >= manifest.tasks.len()
            || line.key.candidate as usize >= manifest.candidates.len()
        {
            return Err(bad(number, "the trial's task or candidate is not in the manifest").into());
        }
        let new_case = last.is_none_or(|last| (last.task, last.case) != (line.key.task, line.key.case));
        last = Some(line.key);
        add(&mut into, &line, new_case).map_err(|wrong| wrong.told(number))?;
        trials += 1;
    }
    if trials != head.trials {
        let why = format!(
            "the file ends after {trials} of {} trials; export the run again",
            head.trials
        );
        return Err(bad(lines.number, why).into());
    }
    keep_counts(tx, row)?;
    Ok(Imported {
        run: RunRef {
            row,
            id: head.manifest.run,
        },
        trials,
        already: false,
        name_dropped,
    })
}

/// The order in which the store gives trials: it takes positions for signed numbers.
fn stored_order(key: &TrialKey) -> (u32, i64, u32, u32) {
    (key.task, key.case as i64, key.candidate, key.epoch)
}

enum Wrong {
    Line(serde_json::Error),
    Store(rusqlite::Error),
}

impl Wrong {
    fn told(self, line: u64) -> Fault {
        match self {
            Self::Line(error) => bad(line, error).into(),
            Self::Store(error) => Fault::Sqlite(error),
        }
    }
}

impl From<serde_json::Error> for Wrong {
    fn from(error: serde_json::Error) -> Self {
        Self::Line(error)
    }
}

impl From<rusqlite::Error> for Wrong {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

/// Adds a trial. Every document is parsed once, so that whatever is in the store can be read again.
fn add(into: &mut Inserter<'_>, line: &TrialLine<'_>, new_case: bool) -> Result<(), Wrong> {
    let case: Case = serde_json::from_str(line.case.get())?;
    if new_case {
        into.case(&line.key, &case.id, line.cluster.as_deref(), line.case.get())?;
    }
    serde_json::from_str::<Vec<ScoreEntry>>(line.scores.get())?;
    if let Some(failures) = line.failures {
        serde_json::from_str::<Vec<Failure>>(failures.get())?;
    }
    let completion = line
        .completion
        .as_ref()
        .map(|answer| completion(into, answer))
        .transpose()?;
    into.trial(&TrialColumns {
        key: line.key,
        outcome: line.outcome.index() as i64,
        score: line.score,
        pass: line.pass,
        from_cache: line.from_cache,
        completion,
        scores: line.scores.get(),
        failures: line.failures.map(serde_json::value::RawValue::get),
    })?;
    for reply in &line.judgements {
        add_reply(into, line.key, reply)?;
    }
    Ok(())
}

/// Adds the reply of a judge.
fn add_reply(into: &mut Inserter<'_>, about: TrialKey, line: &JudgementLine) -> Result<(), Wrong> {
    let reply = CompletionLine {
        cache_key: line.cache_key,
        reusable: line.reusable,
        cost: line.cost,
        body: &line.body,
    };
    let completion = completion(into, &reply)?;
    into.judgement(&JudgementColumns {
        trial: about,
        scorer: &line.scorer,
        opponent: line.opponent.map_or(-1, i64::from),
        member: line.member,
        shown: shown_number(line.shown),
        ask: line.ask,
        from_cache: line.from_cache,
        free: line.free,
        completion,
    })?;
    Ok(())
}

fn completion(into: &mut Inserter<'_>, line: &CompletionLine<'_>) -> Result<i64, Wrong> {
    let body: Completion = serde_json::from_str(line.body.get())?;
    let cache_key: &Digest = &line.cache_key;
    Ok(into.completion(&CompletionRow {
        cache_key,
        reusable: line.reusable,
        cost: line.cost,
        input: body.usage.map(|usage| clipped(usage.input)),
        output: body.usage.map(|usage| clipped(usage.output)),
        latency_us: clipped(body.latency_us),
        first_token_us: body.first_token_us.map(clipped),
        body: line.body.get(),
    })?)
}
