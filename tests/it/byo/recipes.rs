//! How the scorer of each language is built here, and what makes it try to get at the machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How to build a scorer.
pub struct Recipe {
    /// As `--scorer` names it.
    pub language: &'static str,
    /// Changes of its source: file, text, new text.
    pub edits: Vec<(&'static str, &'static str, &'static str)>,
    /// Links to make in its folder: target, name.
    pub links: Vec<(PathBuf, &'static str)>,
    /// Folders to put before `PATH`.
    pub path: Vec<PathBuf>,
    /// Variables to set.
    pub environment: Vec<(&'static str, OsString)>,
    /// The commands of its README, as far as they do not install.
    pub commands: Vec<String>,
}

/// Where `.ci/scorer-tools` installs.
pub fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools")
}

/// A folder of tools, or why there is none.
fn installed(name: &str, language: &str) -> Result<PathBuf, String> {
    let folder = tools().join(name);
    if tools().join(format!("{name}.done")).is_file() {
        Ok(folder)
    } else {
        Err(format!(
            "no tools for a scorer in {language} in {}; .ci/scorer-tools installs them",
            folder.display()
        ))
    }
}

fn answers(program: &str, arguments: &[&str]) -> Option<String> {
    let ran = Command::new(program).args(arguments).output().ok()?;
    ran.status
        .success()
        .then(|| String::from_utf8_lossy(&ran.stdout).trim().to_owned())
}

fn recipe(language: &'static str, command: &str) -> Recipe {
    Recipe {
        language,
        edits: Vec::new(),
        links: Vec::new(),
        path: Vec::new(),
        environment: Vec::new(),
        commands: vec![command.to_owned()],
    }
}

pub fn python() -> Result<Recipe, String> {
    let folder = installed("python", "Python")?;
    let mut recipe = recipe("python", "make");
    recipe.path.push(folder.join("bin"));
    recipe.edits = vec![
        ("app.py", "max(1, words)))],", "max(1, words))), *probe()],"),
        (
            "app.py",
            "class WitWorld",
            r#"import datetime
import os
import pathlib


def probe():
    try:
        file = bool(pathlib.Path("/etc/passwd").read_text() or os.listdir("/"))
    except OSError:
        file = False
    clock = datetime.datetime.now(datetime.UTC).date() == datetime.date(2026, 1, 1)
    return [("env", float("LOCAL_KEY" in os.environ)), ("file", float(file)), ("clock", float(clock))]


class WitWorld"#,
        ),
    ];
    Ok(recipe)
}

/// Links the packages that are installed for a language and finds npm.
fn node(recipe: &mut Recipe, name: &str, language: &str) -> Result<(), String> {
    let folder = installed(name, language)?;
    answers("npm", &["--version"]).ok_or_else(|| format!("no npm for a scorer in {language}"))?;
    recipe.links.push((folder.join("node_modules"), "node_modules"));
    Ok(())
}

pub fn typescript() -> Result<Recipe, String> {
    let mut recipe = recipe("typescript", "npm run check");
    recipe.commands.push("npm run build".to_owned());
    node(&mut recipe, "typescript", "TypeScript")?;
    recipe.edits = vec![
        (
            "scorer.ts",
            "Math.max(1, words))]],",
            "Math.max(1, words))], ...probe()],",
        ),
        (
            "scorer.ts",
            "export function describe",
            r#"function probe(): [string, number][] {
  const all = globalThis as Record<string, any>;
  const environment = all.process?.env?.LOCAL_KEY ?? all.std?.getenv?.("LOCAL_KEY");
  const files = all.require ?? all.fetch ?? all.std?.open ?? all.os?.readdir;
  const clock = new Date().toISOString().startsWith("2026-01-01T00:00:00");
  return [["env", Number(environment !== undefined)], ["file", Number(files !== undefined)], ["clock", Number(clock)]];
}

export function describe"#,
        ),
    ];
    Ok(recipe)
}

pub fn rust() -> Result<Recipe, String> {
    let mut recipe = recipe("rust", "");
    recipe.edits = vec![
        (
            "src/main.rs",
            "\"named\": {\"brief\": brief.min(1.0)},",
            "\"named\": {\"brief\": brief.min(1.0), \"env\": env, \"file\": file, \"clock\": clock},",
        ),
        (
            "src/main.rs",
            "    Ok(json!({",
            r#"    let env = f64::from(u8::from(std::env::vars().count() > 0));
    let file = std::fs::read("/etc/passwd").is_ok() || std::fs::read_dir("/").is_ok();
    let file = f64::from(u8::from(file));
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let clock = f64::from(u8::from(since.map_or(0, |since| since.as_secs()) == 1_767_225_600));
    Ok(json!({"#,
        ),
    ];
    let has = |rustc: &str, target: &str| {
        answers(rustc, &["--print", "sysroot"])
            .is_some_and(|root| Path::new(&root).join("lib/rustlib").join(target).is_dir())
    };
    // Debian's own compiler has the target, and Debian the package that the scorer stands on.
    let debian = "/usr/share/cargo/registry";
    let (target, cargo) = if has("rustc", "wasm32-wasip1") {
        ("wasm32-wasip1", "cargo --offline")
    } else if let Some(target) = ["wasm32-wasip1", "wasm32-wasi"]
        .into_iter()
        .find(|target| has("/usr/bin/rustc", target) && Path::new(debian).is_dir())
    {
        recipe.environment = vec![("RUSTC", "/usr/bin/rustc".into())];
        recipe.commands.insert(
            0,
            format!(
                "mkdir -p .cargo && printf '[source.crates-io]\\nreplace-with = \"debian\"\\n[source.debian]\\ndirectory = \
                 \"{debian}\"\\n' > .cargo/config.toml"
            ),
        );
        (target, "CARGO_HOME=$PWD/.cargo /usr/bin/cargo")
    } else {
        return Err(
            "no Rust toolchain has the target wasm32-wasip1; .ci/scorer-tools installs one".to_owned(),
        );
    };
    recipe.commands.pop();
    recipe
        .commands
        .push(format!("{cargo} build --release --target {target}"));
    recipe
        .commands
        .push(format!("cp target/{target}/release/scorer.wasm scorer.wasm"));
    // Nothing of the build that these tests are part of.
    recipe
        .environment
        .extend([("RUSTFLAGS", "".into()), ("CARGO_TARGET_DIR", "target".into())]);
    Ok(recipe)
}

pub fn c() -> Result<Recipe, String> {
    let libc = ["/usr/lib/wasm32-wasi/libc.a", "/usr/include/wasm32-wasi/stdio.h"];
    let clang = answers("clang", &["--version"]).is_some() && answers("wasm-ld", &["--version"]).is_some();
    let mut recipe = if clang && libc.iter().all(|path| Path::new(path).is_file()) {
        recipe("c", "make")
    } else if answers("zig", &["version"]).is_some() {
        recipe("c", "make CC='zig cc -target wasm32-wasi'")
    } else {
        return Err(
            "neither clang with wasi-libc nor zig for a scorer in C; .ci/scorer-tools installs them"
                .to_owned(),
        );
    };
    recipe.edits = vec![
        (
            "scorer.c",
            "printf(\", \\\"named\\\": {\\\"brief\\\": %.17g}}\\n\", brief);",
            r#"printf(", \"named\": {\"brief\": %.17g, \"env\": %d, \"file\": %d, \"clock\": %d}}\n", brief,
           getenv("LOCAL_KEY") != NULL, fopen("/etc/passwd", "r") != NULL || fopen("answers.jsonl", "r") != NULL,
           time(NULL) == 1767225600);"#,
        ),
        (
            "scorer.c",
            "#include \"json.h\"",
            "#include \"json.h\"\n#include <time.h>",
        ),
    ];
    Ok(recipe)
}

pub fn assemblyscript() -> Result<Recipe, String> {
    let mut recipe = recipe("assemblyscript", "npm run build");
    node(&mut recipe, "assemblyscript", "AssemblyScript")?;
    recipe.edits = vec![
        (
            "assembly/index.ts",
            "brief.toString() + \"}}\\n\"",
            "brief.toString() + probe() + \"}}\\n\"",
        ),
        (
            "assembly/index.ts",
            "function grade(",
            r#"// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "environ_sizes_get")
declare function environ_sizes_get(count: usize, size: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "path_open")
declare function path_open(fd: u32, look: u32, path: usize, size: u32, open: u32, base: u64, inherit: u64, flags: u32, out: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "clock_time_get")
declare function clock_time_get(clock: u32, precision: u64, out: usize): u32;

const space = memory.data(64);

function probe(): string {
  const refused = environ_sizes_get(space, space + 4) != 0;
  const environment = !refused && load<u32>(space) > 0 ? "1" : "0";
  const path = String.UTF8.encode("etc/passwd");
  let file = "0";
  for (let fd: u32 = 0; fd < 64; fd++) {
    if (path_open(fd, 1, changetype<usize>(path), 10, 0, 2, 0, 0, space + 32) == 0) file = "1";
  }
  clock_time_get(0, 1, space + 16);
  const clock = load<u64>(space, 16) / 1000000000 == 1767225600 ? "1" : "0";
  return ', "env": ' + environment + ', "file": ' + file + ', "clock": ' + clock;
}

function grade("#,
        ),
    ];
    Ok(recipe)
}
