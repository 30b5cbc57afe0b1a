//! All cases of a task in order, across its files.

use super::csv::CsvCases;
use super::jsonl::JsonlCases;
use super::whole::WholeCases;
use crate::load::files::read_text;
use crate::load::lower::case_of;
use crate::load::problem::Problem;
use crate::load::raw::RawCase;
use crate::model::{Case, CaseFormat, CaseSource, Task};
use crate::yaml::{Kind, parse};
use camino::Utf8Path;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::fmt;
use std::sync::Arc;

/// A case that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseError(pub Box<Problem>);

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for CaseError {}

impl From<Problem> for CaseError {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

/// Which cases are wanted.
#[derive(Clone, Debug, Default)]
pub struct CaseSelection {
    globs: Option<GlobSet>,
    limit: Option<u64>,
}

impl CaseSelection {
    /// Cases whose id fits one of the globs (all where there is none), at most `limit` of them. The error names
    /// the glob that is not valid.
    pub fn new(globs: &[String], limit: Option<u64>) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            let parsed = Glob::new(glob);
            set.add(parsed.map_err(|error| format!("`{glob}` is not a valid glob: {}", error.kind()))?);
        }
        let set = set.build().map_err(|error| error.to_string())?;
        Ok(Self {
            globs: (!globs.is_empty()).then_some(set),
            limit,
        })
    }
}

/// A stream of raw cases from one source.
pub(super) trait RawCases: Send {
    /// The next case. After an error the stream goes on where it can.
    fn next_case(&mut self) -> Option<Result<RawCase, Box<Problem>>>;

    /// A problem at the case that was read last.
    fn problem(&self, code: &'static str, message: String) -> Problem;
}

/// Reads the cases of a task one by one.
pub struct CaseReader {
    task: Arc<Task>,
    selection: CaseSelection,
    source: usize,
    open: Option<Box<dyn RawCases>>,
    inline: usize,
    /// Inline cases so far, over all sources.
    inlined: usize,
    position: u64,
    yielded: u64,
}

impl CaseReader {
    /// A reader over the selected cases. Files are opened when they are reached.
    pub fn open(task: &Arc<Task>, selection: CaseSelection) -> Self {
        Self {
            task: Arc::clone(task),
            selection,
            source: 0,
            open: None,
            inline: 0,
            inlined: 0,
            position: 0,
            yielded: 0,
        }
    }

    /// A problem at the case that was read last; `root` is the workspace.
    pub fn problem(&self, root: &Utf8Path, code: &'static str, message: impl Into<String>) -> Problem {
        match &self.open {
            Some(open) => open.problem(code, message.into()),
            None => self.inline_problem(root, code, message.into()),
        }
    }

    /// A problem at an inline case. Cases are kept without places; only a problem needs one.
    fn inline_problem(&self, root: &Utf8Path, code: &'static str, message: String) -> Problem {
        let source = read_text(root, &root.join(&self.task.path)).ok();
        let place = source.and_then(|source| {
            let tree = parse(&source.text).ok()?.root;
            let items = tree.get("cases")?.items().iter();
            let case = items
                .filter(|item| matches!(item.kind, Kind::Map(_)))
                .nth(self.inlined.checked_sub(1)?)?;
            Some((case.span, source))
        });
        match place {
            Some((span, source)) => Problem::at(&source, span, code, message),
            None => Problem::error(self.task.path.clone(), code, message),
        }
    }

    fn wanted(&self, case: &Case) -> bool {
        self.selection
            .globs
            .as_ref()
            .is_none_or(|globs| globs.is_match(&*case.id))
    }

    /// The next case of any kind, wanted or not.
    fn advance(&mut self) -> Option<Result<Arc<Case>, CaseError>> {
        loop {
            match self.task.cases.get(self.source)? {
                CaseSource::Inline(cases) => {
                    if let Some(case) = cases.get(self.inline) {
                        self.inline += 1;
                        self.inlined += 1;
                        return Some(Ok(Arc::clone(case)));
                    }
                }
                CaseSource::File { path, format } => {
                    let open = match &mut self.open {
                        Some(open) => open,
                        None => match open_file(path, *format) {
                            Ok(cases) => self.open.insert(cases),
                            Err(problem) => {
                                self.source += 1;
                                return Some(Err(problem.into()));
                            }
                        },
                    };
                    if let Some(raw) = open.next_case() {
                        let number = self.position + 1;
                        return Some(match raw {
                            Ok(raw) => case_of(raw, number, &self.task.scorers, &self.task.output)
                                .map(Arc::new)
                                .map_err(|messages| open.problem("bad-scorer", messages.join("; ")).into()),
                            Err(problem) => Err(CaseError(problem)),
                        });
                    }
                }
            }
            self.source += 1;
            self.inline = 0;
            self.open = None;
        }
    }
}

fn open_file(path: &Utf8Path, format: CaseFormat) -> Result<Box<dyn RawCases>, Problem> {
    Ok(match format {
        CaseFormat::Jsonl => Box::new(JsonlCases::open(path)?),
        CaseFormat::Csv => Box::new(CsvCases::open(path)?),
        CaseFormat::Json | CaseFormat::Yaml => Box::new(WholeCases::open(path, format)?),
    })
}

impl Iterator for CaseReader {
    /// The position of the case in its task, from 0 and whatever is selected, and the case.
    type Item = Result<(u64, Arc<Case>), CaseError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.selection.limit.is_some_and(|limit| self.yielded >= limit) {
                return None;
            }
            let read = self.advance()?;
            let position = self.position;
            self.position += 1;
            match read {
                Ok(case) if !self.wanted(&case) => {}
                Ok(case) => {
                    self.yielded += 1;
                    return Some(Ok((position, case)));
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
