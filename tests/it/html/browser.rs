//! A headless Chromium that loads a page from disk and tells what became of it.

use crate::support::skipped;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long the browser may take before a test gives up on it; not a statement about its speed.
const PATIENCE: Duration = Duration::from_secs(180);

/// The browser, with a profile of its own.
pub struct Browser {
    program: PathBuf,
    folder: TempDir,
}

impl Browser {
    /// The browser of `BENCH_CHROMIUM`, or one on the path; says so where there is none.
    pub fn find() -> Option<Self> {
        let named = std::env::var_os("BENCH_CHROMIUM").map(PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = named.or_else(|| {
            ["chromium", "chromium-browser", "google-chrome"]
                .into_iter()
                .find_map(|name| {
                    std::env::split_paths(&path)
                        .map(|folder| folder.join(name))
                        .find(|program| program.is_file())
                })
        });
        let Some(program) = found else {
            skipped(
                "no Chromium here (chromium, chromium-browser, google-chrome, or BENCH_CHROMIUM names it)",
            );
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        Some(Self { program, folder })
    }

    /// The page's elements after its script has run, and what the browser logged; `place` is the part of the address
    /// from `#` on.
    pub fn load(&self, page: &Path, place: &str) -> Loaded {
        let (dom, log) = self.run(page, place, &["--dump-dom"]);
        assert!(dom.contains("</html>"), "no page came back:\n{dom}\n{log}");
        Loaded { dom, log }
    }

    /// Writes the page as PDF.
    pub fn print(&self, page: &Path, pdf: &Path) {
        let to = format!("--print-to-pdf={}", pdf.display());
        self.run(page, "", &[&to]);
    }

    fn run(&self, page: &Path, place: &str, arguments: &[&str]) -> (String, String) {
        let file = |name: &str| std::fs::File::create(self.folder.path().join(name)).expect("a file");
        let mut command = Command::new(&self.program);
        command
            .args([
                "--headless",
                "--disable-gpu",
                "--no-first-run",
                "--enable-logging=stderr",
                // A container may allow no sandbox inside of itself, and root none at all; the page is our own.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--window-size=1280,900",
                // Time inside the page, which does not pass while it computes.
                "--virtual-time-budget=4000",
            ])
            .arg(format!(
                "--user-data-dir={}",
                self.folder.path().join("profile").display()
            ))
            .args(arguments)
            .arg(format!("file://{}{place}", page.display()))
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file("stderr"));
        let mut child = command.spawn().expect("the browser starts");
        let start = Instant::now();
        while child.try_wait().expect("the browser can be waited for").is_none() {
            if start.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("the browser did not end");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let read = |name: &str| {
            let bytes = std::fs::read(self.folder.path().join(name)).expect("a file");
            String::from_utf8_lossy(&bytes).into_owned()
        };
        (read("stdout"), read("stderr"))
    }
}

/// A page as the browser has it.
pub struct Loaded {
    /// Its elements, as HTML.
    pub dom: String,
    /// What the browser logged.
    pub log: String,
}

impl Loaded {
    /// What the page itself logged: errors of its script, and what its policy refused.
    pub fn complaints(&self) -> Vec<&str> {
        self.log.lines().filter(|line| line.contains("CONSOLE")).collect()
    }

    /// The HTML between two texts.
    #[track_caller]
    pub fn between(&self, from: &str, to: &str) -> &str {
        let start = self.dom.find(from);
        let rest = start.map(|at| &self.dom[at..]);
        let rest = rest.unwrap_or_else(|| panic!("no {from} in the page"));
        rest.find(to).map_or(rest, |end| &rest[..end])
    }
}
