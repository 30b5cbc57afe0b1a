//! Keys of a person: single ones at a terminal, lines where stdin is none.

use crate::cli::failure::Failure;
use std::io::{BufRead, IsTerminal, Read};

/// Ctrl-C and Ctrl-D, as a terminal gives them that does not act on them.
const INTERRUPT: u8 = 3;
const END: u8 = 4;

/// Where keys come from.
pub struct Keys {
    terminal: Option<terminal::Raw>,
}

impl Keys {
    /// Single keys where stdin is a terminal that can give them.
    pub fn open() -> Self {
        let terminal = match std::io::stdin().is_terminal() {
            true => terminal::Raw::enter(),
            false => None,
        };
        Self { terminal }
    }

    /// The next key; `None` at the end of the input.
    pub fn next(&mut self) -> Result<Option<String>, Failure> {
        let failed = |error: std::io::Error| Failure::System(format!("cannot read a key: {error}"));
        if self.terminal.is_some() {
            let mut byte = [0];
            let got = std::io::stdin().lock().read(&mut byte).map_err(failed)?;
            let [byte] = byte;
            return Ok(match (got, byte) {
                (0, _) | (_, INTERRUPT | END) => None,
                (_, byte) => Some(char::from(byte).to_string()),
            });
        }
        loop {
            let mut line = String::new();
            if std::io::stdin().lock().read_line(&mut line).map_err(failed)? == 0 {
                return Ok(None);
            }
            let key = line.trim();
            if !key.is_empty() {
                return Ok(Some(key.to_owned()));
            }
        }
    }
}

#[cfg(unix)]
mod terminal {
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// A terminal that gives keys one by one and does not show them; as it was before, once this is dropped.
    pub struct Raw(Termios);

    impl Raw {
        pub fn enter() -> Option<Self> {
            let before = tcgetattr(std::io::stdin()).ok()?;
            let mut modes = before.clone();
            // Signals too come as keys: a terminal must not be left without its settings.
            modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
            tcsetattr(std::io::stdin(), OptionalActions::Now, &modes).ok()?;
            Some(Self(before))
        }
    }

    impl Drop for Raw {
        fn drop(&mut self) {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
        }
    }
}

#[cfg(not(unix))]
mod terminal {
    /// Elsewhere keys come with a line each.
    pub struct Raw;

    impl Raw {
        pub fn enter() -> Option<Self> {
            None
        }
    }
}
