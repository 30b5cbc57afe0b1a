//! What a module is, told from its imports and exports before anything of it is compiled.

use super::bounds::excess;
use super::stop::Stopped;
use wasmparser::{ComponentExternalKind, ComponentTypeRef, Encoding, ExternalKind, Parser, Payload, TypeRef};

/// The interfaces of WASI 0.2 that the sandbox has; they show nothing of the machine.
const PACKAGES: [&str; 6] = [
    "wasi:cli/",
    "wasi:clocks/",
    "wasi:filesystem/",
    "wasi:io/",
    "wasi:random/",
    "wasi:sockets/",
];
/// The module that programs of WASI preview 1 import from.
const PREVIEW_1: &str = "wasi_snapshot_preview1";
/// Names that a message lists at most.
const MOST_NAMES: usize = 6;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleKind {
    /// A component of the world `bench:scorer/scorer`.
    Component,
    /// A core module that reads one request on stdin and writes one score to stdout (WASI preview 1).
    Command,
    /// A component that does the same (WASI 0.2: it exports `wasi:cli/run`).
    CommandComponent,
}

impl ModuleKind {
    /// Reads the first eight bytes (magic number, then version and layer), sizes, then names of imports and exports.
    pub fn detect(wasm: &[u8]) -> Result<Self, Stopped> {
        header(wasm)?;
        if let Some(problem) = excess(wasm) {
            return Err(Stopped::Invalid(problem));
        }
        let outline = Outline::read(wasm)
            .map_err(|error| Stopped::Invalid(format!("it is not valid WebAssembly: {}", error.message())))?;
        let kind = if outline.component {
            outline.component()
        } else {
            outline.core()
        };
        kind.map_err(Stopped::Invalid)
    }
}

fn header(wasm: &[u8]) -> Result<(), Stopped> {
    let start = wasm.iter().position(|byte| !byte.is_ascii_whitespace());
    let text = wasm.get(start.unwrap_or_default()..).unwrap_or_default();
    let invalid = |text: &str| Err(Stopped::Invalid(text.to_owned()));
    match wasm.get(..8) {
        Some([0, b'a', b's', b'm', 1, 0, 0, 0] | [0, b'a', b's', b'm', 0x0d, 0, 1, 0]) => Ok(()),
        Some([0, b'a', b's', b'm', ..]) => {
            invalid("it is WebAssembly of a version that bench does not know; build it with a current tool")
        }
        None if wasm.starts_with(b"\0asm") => {
            invalid("it is not valid WebAssembly: it ends within its header")
        }
        _ if text.starts_with(b"(module") || text.starts_with(b"(component") || text.starts_with(b";;") => {
            invalid(
                "it is WebAssembly as text; compile it first, say with `wasm-tools parse FILE.wat -o FILE.wasm`",
            )
        }
        _ => invalid("it is not WebAssembly: the file does not begin with `\\0asm`"),
    }
}

/// Names of what a module wants and offers.
#[derive(Default)]
struct Outline {
    component: bool,
    /// Module and name; in a component the name alone.
    imports: Vec<(String, String)>,
    /// Names, and whether it is a function (in a component: function or interface).
    exports: Vec<(String, bool)>,
    memory: bool,
}

impl Outline {
    /// Reads the outermost level; modules and components inside are left out.
    fn read(wasm: &[u8]) -> Result<Self, wasmparser::BinaryReaderError> {
        let mut outline = Self::default();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::Version { encoding, .. } if depth == 0 => {
                    outline.component = encoding == Encoding::Component;
                }
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        let function = matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
                        let name = if function { "" } else { " (not a function)" };
                        outline
                            .imports
                            .push((import.module.to_owned(), format!("{}{name}", import.name)));
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        let function = matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact);
                        outline.memory |= export.kind == ExternalKind::Memory && export.name == "memory";
                        outline.exports.push((export.name.to_owned(), function));
                    }
                }
                Payload::ComponentImportSection(section) => {
                    for import in section {
                        let import = import?;
                        // A type is only a name for what interfaces hold.
                        if !matches!(import.ty, ComponentTypeRef::Type(_)) {
                            outline.imports.push((String::new(), import.name.name.to_owned()));
                        }
                    }
                }
                Payload::ComponentExportSection(section) => {
                    for export in section {
                        let export = export?;
                        let callable = matches!(
                            export.kind,
                            ComponentExternalKind::Func | ComponentExternalKind::Instance
                        );
                        outline.exports.push((export.name.name.to_owned(), callable));
                    }
                }
                _ => {}
            }
        }
        Ok(outline)
    }

    fn exports(&self, name: &str) -> bool {
        self.exports
            .iter()
            .any(|(export, function)| export == name && *function)
    }

    /// What it exports, for people.
    fn offer(&self) -> String {
        if self.exports.is_empty() {
            return "nothing".to_owned();
        }
        let shown = |name: &str| format!("`{}`", name.chars().take(80).collect::<String>().escape_debug());
        let mut names: Vec<String> = self
            .exports
            .iter()
            .take(MOST_NAMES)
            .map(|(name, _)| shown(name))
            .collect();
        if self.exports.len() > MOST_NAMES {
            names.push(format!("{} more", self.exports.len() - MOST_NAMES));
        }
        names.join(", ")
    }

    fn core(&self) -> Result<ModuleKind, String> {
        if let Some((module, name)) = self.imports.iter().find(|(module, _)| module != PREVIEW_1) {
            let from = format!("{module}.{name}");
            let from: String = from.chars().take(120).collect();
            return Err(format!(
                "it imports `{}`, which the sandbox does not have; {}",
                from.escape_debug(),
                import_advice(module, name)
            ));
        }
        if self.exports("_initialize") && !self.exports("_start") {
            return Err(
                "it is a library, not a program: it exports `_initialize` and no `_start`; build a program (with \
                 `main`), or a component of the world `bench:scorer/scorer`"
                    .to_owned(),
            );
        }
        if !self.exports("_start") {
            return Err(format!(
                "it is no program: it exports no function `_start`, but {}; build a WASI program that reads a request on \
                 stdin, or a component of the world `bench:scorer/scorer`",
                self.offer()
            ));
        }
        if !self.imports.is_empty() && !self.memory {
            return Err(
                "it exports no memory named `memory`, without which it can neither read nor write; export it"
                    .to_owned(),
            );
        }
        Ok(ModuleKind::Command)
    }

    fn component(&self) -> Result<ModuleKind, String> {
        for (_, name) in &self.imports {
            check_import(name)?;
        }
        let runs = |version: &str| {
            self.exports
                .iter()
                .any(|(name, _)| name.starts_with(&format!("wasi:cli/run@{version}")))
        };
        match (self.exports("grade"), self.exports("describe")) {
            (true, true) => Ok(ModuleKind::Component),
            (true, false) => Err(missing("describe: func() -> string")),
            (false, true) => Err(missing(
                "grade: func(output: string, context: string) -> result<score, string>",
            )),
            (false, false) if runs("0.2.") => Ok(ModuleKind::CommandComponent),
            (false, false) if runs("") => Err(
                "it is a program for a version of WASI that bench does not have; build it for WASI 0.2 or preview 1"
                    .to_owned(),
            ),
            (false, false) => Err(format!(
                "it is a component of another world: it exports {}; a scorer exports `describe` and `grade` (world \
                 `bench:scorer/scorer`), a program `wasi:cli/run`",
                self.offer()
            )),
        }
    }
}

fn missing(export: &str) -> String {
    format!("the world `bench:scorer/scorer` asks for the export `{export}`, which it lacks")
}

/// Refuses an import of a component that the sandbox does not have.
fn check_import(name: &str) -> Result<(), String> {
    let wasi = PACKAGES.iter().any(|package| name.starts_with(package));
    let (path, version) = name.split_once('@').unwrap_or((name, ""));
    if (wasi && version.starts_with("0.2.")) || (version == "0.1.0" && is_own(path)) {
        return Ok(());
    }
    let advice = if is_own(path) {
        "this bench has version 0.1.0 of the world; build it with that wit/scorer.wit"
    } else if wasi {
        "of WASI it has version 0.2"
    } else if name.starts_with("wasi:http/") {
        "there is no network; build it without `http` (componentize-js: `--disable http --disable fetch-event`)"
    } else {
        "it has `bench:scorer/host` and the interfaces of WASI 0.2 but for `wasi:http`"
    };
    let shown: String = name.chars().take(120).collect();
    Err(format!(
        "it imports `{}`, which the sandbox does not have; {advice}",
        shown.escape_debug()
    ))
}

fn is_own(path: &str) -> bool {
    matches!(path, "bench:scorer/host" | "bench:scorer/types")
}

/// What to do about an import of a core module.
fn import_advice(module: &str, name: &str) -> &'static str {
    match (module, name) {
        ("env", "abort" | "seed" | "trace" | "console.log") => {
            "AssemblyScript imports it for browsers; give `asc` the options that `bench init --scorer assemblyscript` writes"
        }
        ("wasi_unstable", _) => "it is WASI of an old version; build it with a current tool",
        ("wasi", "thread-spawn") => "there are no threads; build it without",
        ("go" | "gojs", _) => "build it with `GOOS=wasip1 GOARCH=wasm`",
        _ if module == "wbg" || module.starts_with("__wbindgen") || module.starts_with("./") => {
            "it was built for JavaScript by wasm-bindgen; build it for the target wasm32-wasip1"
        }
        _ => "a program may import from `wasi_snapshot_preview1` only",
    }
}
