//! The live progress on stderr: one line for the run, one for each provider that waits.

use super::console::Console;
use crate::model::Outcome;
use crate::run::{LaneView, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often the line is drawn.
const REDRAW: Duration = Duration::from_millis(100);

/// A progress line that is drawn until it is dropped.
pub struct ProgressLine {
    bar: ProgressBar,
    stop: Arc<tokio::sync::Notify>,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl ProgressLine {
    /// Starts to draw; draws nothing where stderr is no terminal.
    pub fn start(console: &Console, progress: Arc<Progress>) -> Self {
        let target = if console.draws_progress() {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(progress.planned()), target);
        let template = "{wide_bar:.cyan/dim} {pos}/{len} {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━─"));
        }
        let stop = Arc::new(tokio::sync::Notify::new());
        let task = console.draws_progress().then(|| {
            let (bar, stop) = (bar.clone(), stop.clone());
            tokio::spawn(async move { draw(&bar, &progress, &stop).await })
        });
        Self { bar, stop, task }
    }

    /// Prints a line above the bar.
    pub fn note(&self, console: &Console, text: &str) {
        if self.task.is_some() {
            self.bar.suspend(|| console.err(text));
        } else {
            console.note(text);
        }
    }

    /// Takes the line off the screen.
    pub async fn finish(mut self) {
        self.stop.notify_one();
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
        self.bar.finish_and_clear();
    }
}

async fn draw(bar: &ProgressBar, progress: &Progress, stop: &tokio::sync::Notify) {
    let started = Instant::now();
    loop {
        let view = progress.total();
        // Rounds and judges bring more than was planned at the start.
        bar.set_length(progress.planned());
        bar.set_position(view.total());
        bar.set_message(message(progress, &view, started.elapsed()));
        tokio::select! {
            () = tokio::time::sleep(REDRAW) => {}
            () = stop.notified() => return,
        }
    }
}

/// What stands behind the bar: speed, time left, money, and what is wrong.
fn message(progress: &Progress, view: &LaneView, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64().max(0.001);
    let rate = view.total() as f64 / seconds;
    let left = progress.planned().saturating_sub(view.total());
    let mut parts = Vec::new();
    if rate > 0.0 && left > 0 && seconds > 1.0 {
        parts.push(format!("{} left", duration(left as f64 / rate)));
    }
    parts.push(format!("{rate:.0}/s"));
    parts.push(view.paid.to_string());
    let errors = view.with(Outcome::ProviderError) + view.with(Outcome::ScorerError);
    if errors > 0 {
        parts.push(format!("{errors} errors"));
    }
    if view.retries > 0 {
        parts.push(format!("{} retries", view.retries));
    }
    for lane in &progress.lanes {
        let until = lane.view().paused_until_ms;
        let now = elapsed.as_millis() as u64;
        if until > now {
            let wait = Duration::from_millis(until - now).as_secs_f64();
            parts.push(format!("{} waits {}", lane.name, duration(wait)));
        }
    }
    parts.join(" · ")
}

/// `1 task`, `2 tasks`.
pub fn counted(count: u64, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// `3.2 s`, `4 min`, `2.5 h`.
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 0.0995 => format!("{:.0} ms", s * 1000.0),
        s if s < 9.95 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
