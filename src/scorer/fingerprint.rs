//! Content hashes of what a task grades by.

use super::compile::compile;
use super::config::ScorerConfig;
use crate::model::{Digest, FileEntry, Grading, Hasher, Interpreter, ScorerEntry, ScorerSpec, Task};
use crate::sandbox::Guest;
use serde::Serialize;

/// What a task grades by, part by part.
pub fn grading(task: &Task) -> Grading {
    Grading {
        scorers: task.scorers.iter().map(|spec| entry(spec, task)).collect(),
        pass: hash("pass", &task.pass),
        treat: hash("treat", &task.treat),
        output: hash("output", &task.output),
        prompts: task
            .prompts
            .iter()
            .map(|prompt| (prompt.id.clone(), hash("messages", &prompt.messages)))
            .collect(),
    }
}

fn entry(spec: &ScorerSpec, task: &Task) -> ScorerEntry {
    let (options, file, imports) = match &spec.config {
        ScorerConfig::Program(program) => {
            let supplied = program.supplied.as_ref();
            let imported = supplied.iter().flat_map(|supplied| &supplied.modules);
            (
                hash("options", &program.options),
                supplied.map(|supplied| FileEntry {
                    file: supplied.file.clone(),
                    hash: supplied.hash,
                }),
                imported
                    .map(|(name, text)| FileEntry {
                        file: name.clone(),
                        hash: Digest::of(text.as_bytes()),
                    })
                    .collect(),
            )
        }
        ScorerConfig::Judge(judging) => {
            let judge = judging.supplied.as_ref();
            let file = judge.and_then(|judge| {
                Some(FileEntry {
                    file: judge.path.as_ref()?.to_string(),
                    hash: judge.digest(),
                })
            });
            (hash("options", &judging.own()), file, Vec::new())
        }
        config => (hash("options", config), None, Vec::new()),
    };
    // A scorer that does not compile has no interpreter; the loader has told why.
    let guest = compile(spec, &task.output)
        .ok()
        .and_then(|scorer| scorer.needs().guest);
    ScorerEntry {
        name: spec.name.clone(),
        scorer: spec.config.key().to_owned(),
        hash: Hasher::new("scorer")
            .json(&spec.weight)
            .json(&spec.filter)
            .json(&spec.config)
            .digest(),
        weight: spec.weight,
        filter: spec.filter.as_ref().map(|filter| hash("filter", filter)),
        options,
        file,
        imports,
        interpreter: guest.and_then(|(guest, _)| interpreter(guest)),
    }
}

fn interpreter(guest: Guest) -> Option<Interpreter> {
    Some(Interpreter {
        name: guest.name().to_owned(),
        version: guest.version().to_owned(),
        hash: guest.hash()?.to_owned(),
    })
}

fn hash<T: Serialize>(kind: &str, value: &T) -> Digest {
    Hasher::new(kind).json(value).digest()
}
