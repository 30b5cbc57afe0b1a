//! What the command line of the benchmark says.

/// What to measure.
pub struct Options {
    /// Trials of each measurement against the server.
    pub trials: u64,
    /// Repeats of each measurement.
    pub repeats: usize,
    /// Latency in milliseconds and requests in flight.
    pub settings: Vec<(u64, u64)>,
    /// Whether to measure throughput at all.
    pub throughput: bool,
    /// Whether to measure start-up times.
    pub startup: bool,
    /// Whether to run a million simulated trials.
    pub million: bool,
}

impl Options {
    /// Reads the words after `--`.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self {
            trials: 20_000,
            repeats: 3,
            settings: vec![(0, 64), (50, 64), (500, 256)],
            throughput: true,
            startup: true,
            million: false,
        };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word {
                "--trials" => options.trials = number(value()?)?,
                "--repeats" => options.repeats = number(value()?)?.max(1) as usize,
                "--only" => {
                    let (latency, in_flight) = value()?
                        .split_once('/')
                        .ok_or("--only takes LATENCY_MS/IN_FLIGHT")?;
                    options.settings = vec![(number(latency)?, number(in_flight)?)];
                    options.startup = false;
                }
                "--startup" => options.throughput = false,
                "--million" => options.million = true,
                "--only-million" => {
                    (options.million, options.throughput, options.startup) = (true, false, false);
                }
                // What `cargo bench NAME` passes on is a filter of other harnesses.
                other if other.starts_with('-') => return Err(format!("unknown flag {other}")),
                _ => {}
            }
        }
        Ok(options)
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.replace(['_', ','], "")
        .parse()
        .map_err(|_| format!("`{text}` is not a number"))
}
