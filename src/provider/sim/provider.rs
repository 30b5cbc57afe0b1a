//! The simulated provider.

use super::answer;
use super::draw::{Draw, Streams, probit};
use super::judge;
use crate::model::{
    Completion, Digest, ErrorClass, Hasher, ProviderConfig, ProviderError, Request, SimModel, StopReason,
    Usage,
};
use crate::port::Provider;
use async_trait::async_trait;
use indexmap::IndexMap;
use std::sync::Arc;
use std::time::Duration;

/// Standard deviation of the logarithm of the latency: a p95 of about 1.8 times the median.
const LATENCY_SIGMA: f64 = 0.35;

/// Standard deviations of difficulty for one of the model's own noise, at `spread: 1`.
const SPREAD_SCALE: f64 = 2.0;

/// Share of a model's own noise that all epochs of a case have in common.
const STABLE_SHARE: f64 = 0.7;

/// Simulated models. See [`super`] for what an answer depends on.
pub struct SimProvider {
    name: Arc<str>,
    pace: f64,
    stream: bool,
    models: IndexMap<String, SimModel>,
    identity: Digest,
}

impl SimProvider {
    /// The models of a provider file; one without `sim:` behaves as the defaults of [`SimModel`] say.
    pub fn new(config: &ProviderConfig) -> Self {
        let mut models = IndexMap::new();
        let mut hasher = Hasher::new("sim provider");
        for (key, entry) in &config.models {
            let model = entry.sim.clone().unwrap_or_default();
            hasher.text(key).json(&model);
            if let Some(name) = &entry.name {
                models.entry(name.clone()).or_insert_with(|| model.clone());
            }
            models.insert(key.clone(), model);
        }
        Self {
            name: config.name.clone(),
            pace: config.sim.map_or(0.0, |spec| spec.pace),
            stream: config.stream,
            models,
            identity: hasher.digest(),
        }
    }

    fn model(&self, name: &str) -> Result<&SimModel, ProviderError> {
        self.models.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.models.keys().map(String::as_str).collect();
            let message = format!(
                "{} simulates no model `{name}`; it has {}",
                self.name,
                known.join(", ")
            );
            ProviderError::new(ErrorClass::NotFound, message)
        })
    }

    async fn wait(&self, micros: f64) {
        let share = micros * self.pace;
        if share >= 1.0 {
            tokio::time::sleep(Duration::from_micros(share as u64)).await;
        }
    }
}

#[async_trait]
impl Provider for SimProvider {
    async fn complete(&self, request: &Request) -> Result<Completion, ProviderError> {
        let model = self.model(&request.model)?;
        let streams = Streams::new(&request.model, &request.subject);
        let mut draw = streams.trial();
        let base_us = base_latency(model, &mut draw);
        if let Some(failure) = failed(model, &streams) {
            self.wait(base_us).await;
            return Err(failure);
        }
        let (text, stop) = reply(model, request, &streams, &mut draw);
        let (text, stop, usage) = metered(model, request, text, stop, &mut draw);
        let latency = base_us + (model.ms_per_token * 1000.0 * usage.output as f64).max(0.0);
        self.wait(latency).await;
        Ok(Completion {
            text,
            stop,
            usage: Some(usage),
            latency_us: latency as u64,
            first_token_us: self.stream.then_some(base_us as u64),
            ..Completion::default()
        })
    }

    fn identity(&self) -> Digest {
        self.identity
    }
}

/// Microseconds before the first token: lognormal around the median.
fn base_latency(model: &SimModel, draw: &mut Draw) -> f64 {
    model.latency_ms.max(0.0) * 1000.0 * (LATENCY_SIGMA * draw.normal()).exp()
}

/// The error of this attempt, if it is one of those that fail.
fn failed(model: &SimModel, streams: &Streams) -> Option<ProviderError> {
    if model.failure <= 0.0 {
        return None;
    }
    let mut draw = streams.attempt();
    if draw.uniform() >= model.failure {
        return None;
    }
    let throttled = draw.uniform() < 0.5;
    let millis = 2 + draw.below(9) as u64;
    let (class, status, message) = if throttled {
        (ErrorClass::Throttled, 429, "simulated: too many requests")
    } else {
        (ErrorClass::Overloaded, 503, "simulated: overloaded")
    };
    Some(ProviderError {
        status: Some(status),
        retry_after: throttled.then(|| Duration::from_millis(millis)),
        ..ProviderError::new(class, message)
    })
}

/// Text and stop reason. Every number is drawn in any case, so that changing one rate changes no other outcome.
fn reply(model: &SimModel, request: &Request, streams: &Streams, draw: &mut Draw) -> (String, StopReason) {
    let (mishap, noise) = (draw.uniform(), draw.normal());
    let mut bound = model.refusal;
    if mishap < bound {
        return (answer::REFUSAL.to_owned(), StopReason::Stop);
    }
    bound += model.empty;
    if mishap < bound {
        return (String::new(), StopReason::Stop);
    }
    let text = if let Some(about) = &request.subject.judged {
        judge::verdict(model, request, about, draw)
    } else if is_right(model, request, streams, noise) {
        answer::right(model, request)
    } else {
        answer::wrong(model, request, draw)
    };
    bound += model.truncation;
    if mishap < bound {
        let cut = answer::floor_boundary(&text, text.len() / 2);
        return (text[..cut].to_owned(), StopReason::Length);
    }
    bound += model.malformed;
    if mishap < bound {
        return (answer::malformed(&text), StopReason::Stop);
    }
    (answer::dressed(text, &request.model, draw), StopReason::Stop)
}

/// Whether the model gets this case right: a probit model with a difficulty that all models share,
/// `noise < (1 + s^2)^0.5 * probit(skill) - s * difficulty`, so that over standard normal difficulties the share of right
/// answers is `skill` whatever the spread.
fn is_right(model: &SimModel, request: &Request, streams: &Streams, epoch_noise: f64) -> bool {
    let subject = &request.subject;
    let skill = model.tasks.get(&*subject.task).copied().unwrap_or(model.skill);
    if skill <= 0.0 || skill >= 1.0 {
        return skill >= 1.0;
    }
    let spread = model.spread.clamp(0.0, 1.0) * SPREAD_SCALE;
    let stable_noise = streams.case().normal();
    let noise = STABLE_SHARE.sqrt() * stable_noise + (1.0 - STABLE_SHARE).sqrt() * epoch_noise;
    let threshold = (1.0 + spread * spread).sqrt() * probit(skill) - spread * difficulty(request);
    noise < threshold
}

/// How hard a case is, in standard deviations: around what `meta.difficulty` says, else a standard normal number.
fn difficulty(request: &Request) -> f64 {
    let drawn = Draw::of_difficulty(&request.subject).normal();
    match request
        .subject
        .case
        .meta
        .get("difficulty")
        .and_then(|word| word.as_str())
    {
        Some("easy") => 0.6 * drawn - 1.0,
        Some("medium") => 0.6 * drawn,
        Some("hard") => 0.6 * drawn + 1.0,
        _ => drawn,
    }
}

/// Token counts (four bytes a token), and the cut at `max_tokens`.
fn metered(
    model: &SimModel,
    request: &Request,
    mut text: String,
    mut stop: StopReason,
    draw: &mut Draw,
) -> (String, StopReason, Usage) {
    let bytes: usize = request
        .messages
        .iter()
        .map(|message| message.content.len() + 12)
        .sum();
    let mut reasoning = (model.reasoning_tokens as f64 * (0.5 + draw.uniform())) as u64;
    let mut answer = (text.len() as u64).div_ceil(4);
    if let Some(most) = request.params.max_tokens.map(u64::from)
        && reasoning.saturating_add(answer) > most
    {
        reasoning = reasoning.min(most);
        answer = most - reasoning;
        let bytes = usize::try_from(answer * 4).unwrap_or(usize::MAX);
        text.truncate(answer::floor_boundary(&text, bytes));
        stop = StopReason::Length;
    }
    let usage = Usage {
        input: (bytes as u64).div_ceil(4),
        output: answer.saturating_add(reasoning),
        reasoning,
        ..Usage::default()
    };
    (text, stop, usage)
}
