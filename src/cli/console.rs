//! The one place that prints: results to stdout, everything else to stderr, escaped and coloured as fits.

use super::args::{ColorWhen, Common};
use super::failure::Failure;
use super::runner::{self, CalmLines};
use anstream::{AutoStream, ColorChoice};
use serde::Serialize;
use std::io::{IsTerminal, Write};

/// Width of tables where stdout is no terminal.
const PIPED_WIDTH: usize = 100;
/// Width that every table fits.
const LEAST_WIDTH: usize = 80;

/// Where and how to print.
#[derive(Clone, Debug)]
pub struct Console {
    json: bool,
    quiet: bool,
    verbose: bool,
    color: ColorChoice,
    /// Whether the runner of GitHub Actions reads what is printed, and takes commands from it.
    runner: bool,
}

impl Console {
    /// A console as the flags say.
    pub fn new(common: &Common) -> Self {
        let color = match common.color {
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        Self {
            json: common.json,
            quiet: common.quiet,
            verbose: common.verbose,
            color,
            runner: runner::listens(),
        }
    }

    /// Whether one JSON document is asked for.
    pub fn json(&self) -> bool {
        self.json
    }

    /// Whether more is asked for than the essentials.
    pub fn verbose(&self) -> bool {
        self.verbose
    }

    /// Whether progress may be drawn: stderr is a terminal and nobody asked for silence.
    pub fn draws_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// Whether results are coloured.
    pub fn colors_stdout(&self) -> bool {
        self.colors(&std::io::stdout())
    }

    /// Whether messages are coloured.
    pub fn colors_stderr(&self) -> bool {
        self.colors(&std::io::stderr())
    }

    fn colors(&self, stream: &impl anstream::stream::RawStream) -> bool {
        match self.color {
            ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => AutoStream::choice(stream) != ColorChoice::Never,
        }
    }

    /// Columns of the terminal that shows results.
    pub fn width(&self) -> usize {
        if std::io::stdout().is_terminal() {
            terminal_size::terminal_size().map_or(LEAST_WIDTH, |(width, _)| usize::from(width.0))
        } else {
            PIPED_WIDTH
        }
    }

    /// Columns for lists of facts and running text: what every terminal shows.
    pub fn text_width(&self) -> usize {
        self.width().min(LEAST_WIDTH)
    }

    /// Columns for messages.
    pub fn width_stderr(&self) -> usize {
        terminal_size::terminal_size_of(std::io::stderr())
            .map_or(PIPED_WIDTH, |(width, _)| usize::from(width.0))
    }

    /// Prints results.
    pub fn out(&self, text: &str) -> Result<(), Failure> {
        let text = match self.runner {
            true => runner::calm(text),
            false => text.into(),
        };
        let mut stdout = AutoStream::new(std::io::stdout().lock(), self.color);
        stdout.write_all(text.as_bytes())?;
        stdout.flush()?;
        Ok(())
    }

    /// Prints bytes as they are; in Markdown, no line is a command to a runner.
    pub fn raw(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()?;
        Ok(())
    }

    /// Prints a document of JSON that is written already.
    pub fn raw_json(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = self.lines();
        stdout.write_all(bytes)?;
        stdout.flush()?;
        Ok(())
    }

    /// Where bytes are printed as they are.
    pub fn bytes(&self) -> Box<dyn Write> {
        Box::new(std::io::BufWriter::new(std::io::stdout().lock()))
    }

    /// Where lines of JSON are printed.
    pub fn lines(&self) -> Box<dyn Write> {
        let stdout = std::io::BufWriter::new(std::io::stdout().lock());
        match self.runner {
            true => Box::new(CalmLines::new(stdout)),
            false => Box::new(stdout),
        }
    }

    /// Tells the runner of GitHub Actions its commands, where one reads: on stderr, which it reads as well.
    pub fn commands(&self, make: impl FnOnce() -> String) {
        if self.runner {
            let _ = std::io::stderr().lock().write_all(make().as_bytes());
        }
    }

    /// Whether the terminal with the results shows more than ASCII; a pipe gets ASCII.
    pub fn unicode(&self) -> bool {
        std::io::stdout().is_terminal() && utf8_locale()
    }

    /// The same for messages.
    pub fn unicode_stderr(&self) -> bool {
        std::io::stderr().is_terminal() && utf8_locale()
    }

    /// Prints the one JSON document of a command.
    pub fn document<T: Serialize>(&self, document: &T) -> Result<(), Failure> {
        let mut stdout = self.lines();
        serde_json::to_writer_pretty(&mut stdout, document).map_err(std::io::Error::from)?;
        stdout.write_all(b"\n")?;
        stdout.flush()?;
        Ok(())
    }

    /// Prints a message for the person at the terminal, unless silence is asked for.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.err(text);
        }
    }

    /// Prints a message that only those who ask for more want.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            self.err(text);
        }
    }

    /// Prints a warning.
    pub fn warn(&self, text: &str) {
        self.err(&format!("\u{1b}[33mwarning:\u{1b}[0m {text}"));
    }

    /// Prints an error.
    pub fn error(&self, text: &str) {
        self.err(&format!("\u{1b}[31merror:\u{1b}[0m {text}"));
    }

    /// Prints to stderr; whether that works is nobody's concern.
    pub fn err(&self, text: &str) {
        let text = match self.runner {
            true => runner::calm(text),
            false => text.into(),
        };
        let mut stderr = AutoStream::new(std::io::stderr().lock(), self.color);
        let _ = writeln!(stderr, "{text}");
    }
}

fn utf8_locale() -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let locale = names
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let utf8 = |locale: String| locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    cfg!(windows) || cfg!(target_os = "macos") || locale.is_some_and(utf8)
}
