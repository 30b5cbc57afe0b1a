//! `providers/*.yaml`.

use super::price::price;
use super::secret::{
    has_reference, holds_references_only, is_reference, is_secret_parameter, masked, plain, secret, starred,
};
use super::{Lowered, check_name, lowered, tree};
use crate::load::files::{Source, shown};
use crate::load::problem::Problem;
use crate::load::raw::{RawModelEntry, RawProvider};
use crate::load::workspace::Loader;
use crate::model::{Api, ModelConfig, ProviderConfig, ReplaySpec, Secret};
use crate::yaml::{Span, Spanned};
use indexmap::IndexMap;
use std::sync::Arc;

/// Seconds that one attempt may take, where the file says nothing.
const TIMEOUT_SECONDS: f64 = 300.0;
/// Attempts for one trial, where the file says nothing.
const MAX_ATTEMPTS: u32 = 8;

/// Reads a provider file.
pub fn provider(loader: &mut Loader<'_>, mut source: Source) -> Option<Lowered<ProviderConfig>> {
    source.shown = shown(&masked(&source.text)).into();
    let source = Arc::new(source);
    let node = tree(loader, &source)?;
    lowered(loader, &source, &node, |loader, raw| lower(loader, &source, raw))
}

fn lower(loader: &mut Loader<'_>, source: &Arc<Source>, raw: RawProvider) -> Lowered<ProviderConfig> {
    check_name(loader, source, "provider", &raw.provider);
    check_sections(loader, source, &raw);
    let key = raw.key.as_ref().map(|key| {
        if !is_reference(&key.value) {
            refuse_literal(loader, source, key.span, "key");
        }
        secret(&key.value, loader.env)
    });
    let headers: IndexMap<String, Secret> = raw
        .headers
        .iter()
        .map(|(name, value)| {
            if is_secret_parameter(name) && !holds_references_only(&value.value) {
                refuse_literal(loader, source, value.span, name);
            }
            (name.clone(), secret(&value.value, loader.env))
        })
        .collect();
    let query = raw
        .query
        .iter()
        .filter_map(|(name, value)| {
            if is_secret_parameter(name) && !holds_references_only(&value.value) {
                refuse_literal(loader, source, value.span, name);
            }
            Some((name.clone(), plain(loader, source, value)?))
        })
        .collect();
    let limits = raw.limits.value;
    if [limits.concurrency, limits.rpm].contains(&Some(0)) || limits.tpm == Some(0) {
        loader.problems.push(
            Problem::at(
                source,
                raw.limits.span,
                "bad-value",
                "a limit of 0 would let nothing through",
            )
            .help("leave the limit out to send without it"),
        );
    }
    let timeout_seconds = raw.timeout.map_or(TIMEOUT_SECONDS, |timeout| {
        if !(timeout.value > 0.0 && timeout.value.is_finite()) {
            loader.problems.push(Problem::at(
                source,
                timeout.span,
                "bad-value",
                "a timeout is a number of seconds above 0",
            ));
            return TIMEOUT_SECONDS;
        }
        timeout.value
    });
    let max_attempts = raw.max_attempts.map_or(MAX_ATTEMPTS, |attempts| {
        if attempts.value == 0 {
            loader.problems.push(Problem::at(
                source,
                attempts.span,
                "bad-value",
                "at least 1 attempt is needed",
            ));
        }
        attempts.value.max(1)
    });
    let mut models = IndexMap::with_capacity(raw.models.len());
    for (name, entry) in raw.models {
        let config = model(loader, source, raw.api.value, entry);
        models.insert(name, config);
    }
    let base_url = raw.base_url.map(|url| {
        let value = &url.value;
        if !has_reference(value) && !value.starts_with("http://") && !value.starts_with("https://") {
            loader.problems.push(Problem::at(
                source,
                url.span,
                "bad-value",
                "base_url must begin with `https://` or `http://`",
            ));
        }
        secret(value, loader.env)
    });
    let region = raw
        .region
        .as_ref()
        .and_then(|region| plain(loader, source, region));
    let config = ProviderConfig {
        name: raw.provider.value.as_str().into(),
        path: source.file.clone(),
        api: raw.api.value,
        base_url,
        key,
        headers,
        query,
        region,
        limits,
        timeout_seconds,
        max_attempts,
        stream: raw.stream.unwrap_or(false),
        discover: raw.discover.unwrap_or(!raw.api.value.is_local()),
        models,
        http: raw.http.map(|http| http.value),
        exec: raw.exec.map(|exec| exec.value),
        replay: raw.replay.map(|replay| ReplaySpec {
            file: loader.relative(source, replay.value.file.as_str()),
        }),
        sim: raw.sim.map(|sim| sim.value),
    };
    Lowered {
        value: Arc::new(config),
        name: raw.provider,
        source: source.clone(),
        models: Vec::new(),
    }
}

fn refuse_literal(loader: &mut Loader<'_>, source: &Source, span: Span, what: &str) {
    let mut problem = Problem::at(
        source,
        span,
        "literal-key",
        format!("`{what}` holds a literal value, which is refused"),
    )
    .help(format!(
        "put the secret into an environment variable and write `{what}: ${{NAME}}`"
    ));
    // The value may stand where masking by lines does not see it: on a line of its own, or beside a `${NAME}`.
    if let Some(place) = &mut problem.place {
        place.excerpt.text = starred(&place.excerpt.text, span).into();
    }
    loader.problems.push(problem);
}

/// Each special API has its own section, and no other API has it.
fn check_sections(loader: &mut Loader<'_>, source: &Source, raw: &RawProvider) {
    let api = raw.api.value;
    let sections: [(Api, Option<Span>); 4] = [
        (Api::Http, raw.http.as_ref().map(|section| section.span)),
        (Api::Exec, raw.exec.as_ref().map(|section| section.span)),
        (Api::Replay, raw.replay.as_ref().map(|section| section.span)),
        (Api::Sim, raw.sim.as_ref().map(|section| section.span)),
    ];
    for (of, span) in sections {
        let name = of.name();
        match span {
            Some(span) if of != api => loader.problems.push(Problem::at(
                source,
                span,
                "bad-value",
                format!("`{name}:` has no meaning for `api: {}`", api.name()),
            )),
            None if of == api && matches!(api, Api::Http | Api::Exec) => {
                loader.problems.push(Problem::at(
                    source,
                    raw.api.span,
                    "missing-key",
                    format!("`api: {name}` needs the key `{name}`"),
                ));
            }
            _ => {}
        }
    }
    if api == Api::Http && raw.base_url.is_none() {
        let message = "`api: http` needs the key `base_url`";
        loader
            .problems
            .push(Problem::at(source, raw.api.span, "missing-key", message));
    }
    let all_recorded = raw
        .models
        .values()
        .all(|entry| entry.value.as_ref().is_some_and(|entry| entry.file.is_some()));
    if api == Api::Replay && raw.replay.is_none() && (raw.models.is_empty() || !all_recorded) {
        let message = "`api: replay` needs `replay: {file: ..}`, or a `file` for each model";
        loader
            .problems
            .push(Problem::at(source, raw.api.span, "missing-key", message));
    }
}

fn model(
    loader: &mut Loader<'_>,
    source: &Source,
    api: Api,
    entry: Spanned<Option<RawModelEntry>>,
) -> ModelConfig {
    let raw = entry.value.unwrap_or_default();
    let price = price(loader, source, &raw);
    if let Some(sim) = raw.sim.as_ref() {
        if api != Api::Sim {
            loader.problems.push(Problem::at(
                source,
                sim.span,
                "bad-value",
                "`sim` belongs to `api: sim`",
            ));
        }
        let model = &sim.value;
        let shares = [
            ("skill", model.skill),
            ("spread", model.spread),
            ("refusal", model.refusal),
            ("empty", model.empty),
            ("truncation", model.truncation),
            ("malformed", model.malformed),
            ("failure", model.failure),
        ];
        let shares = shares
            .into_iter()
            .chain(model.tasks.iter().map(|(task, skill)| (task.as_str(), *skill)));
        for (name, share) in shares.filter(|(_, share)| !(0.0..=1.0).contains(share)) {
            let message = format!("`{name}` is {share}; it must be 0 to 1");
            loader
                .problems
                .push(Problem::at(source, sim.span, "bad-value", message));
        }
    }
    if let Some(file) = raw.file.as_ref().filter(|_| api != Api::Replay) {
        loader.problems.push(Problem::at(
            source,
            file.span,
            "bad-value",
            "`file` belongs to `api: replay`",
        ));
    }
    ModelConfig {
        price,
        context: raw.context,
        max_output: raw.max_output,
        cutoff: raw.cutoff,
        params: raw.params,
        name: raw.name,
        sim: raw.sim.map(|sim| sim.value),
        file: raw.file.map(|file| loader.relative(source, &file.value)),
    }
}
