//! The tables that the benchmark prints, in Markdown, as docs/performance.md has them.

use crate::child::Used;
use std::fmt::Write as _;

/// A table under way.
pub struct Table {
    title: String,
    head: &'static str,
    rows: String,
    notes: String,
}

const THROUGHPUT: &str = "| setting | program | CPU ms per trial | trials/s | of the raw client's rate | peak MB |\n\
                          |---|---|---:|---:|---:|---:|\n";
const START_UP: &str = "| command | wall ms | CPU ms | peak MB |\n|---|---:|---:|---:|\n";

impl Table {
    /// An empty table.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            head: THROUGHPUT,
            rows: String::new(),
            notes: String::new(),
        }
    }

    /// Adds a row of throughput.
    pub fn row(&mut self, setting: &str, program: &str, trials: u64, used: Used, share: Option<f64>) {
        let per_trial = used.cpu.as_secs_f64() * 1e3 / trials as f64;
        let rate = trials as f64 / used.wall.as_secs_f64();
        let share = share.map_or_else(String::new, |share| format!("{:.1} %", share * 100.0));
        let _ = writeln!(
            self.rows,
            "| {setting} | {program} | {per_trial:.4} | {rate:.0} | {share} | {:.1} |",
            megabytes(used)
        );
    }

    /// Adds a row of start-up.
    pub fn start_up(&mut self, command: &str, used: Used) {
        self.head = START_UP;
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1e3;
        let (wall, cpu) = (milliseconds(used.wall), milliseconds(used.cpu));
        let _ = writeln!(
            self.rows,
            "| `{command}` | {wall:.1} | {cpu:.1} | {:.1} |",
            megabytes(used)
        );
    }

    /// Adds a line under the table.
    pub fn note(&mut self, text: &str) {
        let _ = writeln!(self.notes, "{text}");
    }

    /// Prints it.
    #[expect(clippy::print_stdout, reason = "the result of the benchmark")]
    pub fn print(&self) {
        println!("\n{}\n\n{}{}\n{}", self.title, self.head, self.rows, self.notes);
    }
}

fn megabytes(used: Used) -> f64 {
    used.peak as f64 / f64::from(1 << 20)
}

/// Says why the benchmark ended early.
#[expect(clippy::print_stderr, reason = "the error of the benchmark")]
pub fn complain(error: &str) {
    eprintln!("throughput: {error}");
}
