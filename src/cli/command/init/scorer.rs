//! The files of a new scorer that is compiled to WebAssembly.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// What a scorer is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Language {
    /// Built with componentize-py
    Python,
    /// Built with esbuild and componentize-qjs
    #[value(name = "typescript")]
    TypeScript,
    /// Built with cargo for wasm32-wasip1
    Rust,
    /// Built with clang and wasi-libc, or with zig
    C,
    /// Built with asc
    #[value(name = "assemblyscript")]
    AssemblyScript,
}

/// Path in the scorer's folder and content.
type Files = &'static [(&'static str, &'static str)];

const WIT: &str = include_str!("../../../../wit/scorer.wit");
const REQUEST: &str = include_str!("scorer/request.json");

const PYTHON: Files = &[
    ("app.py", include_str!("scorer/python/app.py")),
    ("wit/scorer.wit", WIT),
    ("requirements.txt", include_str!("scorer/python/requirements.txt")),
    ("Makefile", include_str!("scorer/python/Makefile")),
    ("README.md", include_str!("scorer/python/README.md")),
    (".gitignore", include_str!("scorer/python/gitignore")),
];

const TYPESCRIPT: Files = &[
    ("scorer.ts", include_str!("scorer/typescript/scorer.ts")),
    ("bench.d.ts", include_str!("scorer/typescript/bench.d.ts")),
    ("host.d.ts", include_str!("scorer/typescript/host.d.ts")),
    ("wit/scorer.wit", WIT),
    ("package.json", include_str!("scorer/typescript/package.json")),
    ("tsconfig.json", include_str!("scorer/typescript/tsconfig.json")),
    ("README.md", include_str!("scorer/typescript/README.md")),
    (".gitignore", include_str!("scorer/typescript/gitignore")),
];

const RUST: Files = &[
    ("src/main.rs", include_str!("scorer/rust/main.rs")),
    ("Cargo.toml", include_str!("scorer/rust/Cargo.toml.in")),
    ("request.json", REQUEST),
    ("README.md", include_str!("scorer/rust/README.md")),
    (".gitignore", include_str!("scorer/rust/gitignore")),
];

const C: Files = &[
    ("scorer.c", include_str!("scorer/c/scorer.c")),
    ("json.h", include_str!("scorer/c/json.h")),
    ("Makefile", include_str!("scorer/c/Makefile")),
    ("request.json", REQUEST),
    ("README.md", include_str!("scorer/c/README.md")),
    (".gitignore", include_str!("scorer/c/gitignore")),
];

const ASSEMBLYSCRIPT: Files = &[
    (
        "assembly/index.ts",
        include_str!("scorer/assemblyscript/index.ts"),
    ),
    ("assembly/json.ts", include_str!("scorer/assemblyscript/json.ts")),
    ("assembly/wasi.ts", include_str!("scorer/assemblyscript/wasi.ts")),
    (
        "asconfig.json",
        include_str!("scorer/assemblyscript/asconfig.json"),
    ),
    ("package.json", include_str!("scorer/assemblyscript/package.json")),
    ("README.md", include_str!("scorer/assemblyscript/README.md")),
    (".gitignore", include_str!("scorer/assemblyscript/gitignore")),
];

impl Language {
    /// The folder where none is given.
    pub(super) fn folder(self) -> &'static Utf8Path {
        Utf8Path::new(match self {
            Self::Python => "scorers/python",
            Self::TypeScript => "scorers/typescript",
            Self::Rust => "scorers/rust",
            Self::C => "scorers/c",
            Self::AssemblyScript => "scorers/assemblyscript",
        })
    }

    fn templates(self) -> Files {
        match self {
            Self::Python => PYTHON,
            Self::TypeScript => TYPESCRIPT,
            Self::Rust => RUST,
            Self::C => C,
            Self::AssemblyScript => ASSEMBLYSCRIPT,
        }
    }

    /// The files, where a task names the built module as `module`.
    pub(super) fn files(self, module: &str) -> Vec<(&'static str, String)> {
        let fill = |&(name, text): &(&'static str, &str)| (name, text.replace("{{ file }}", module));
        self.templates().iter().map(fill).collect()
    }
}

/// How a task in `tasks/` names the module that is built in a folder of the workspace.
pub(super) fn module_path(folder: &Utf8Path) -> Utf8PathBuf {
    let climbs = folder
        .components()
        .any(|part| matches!(part, Utf8Component::ParentDir));
    if folder.is_absolute() || climbs {
        folder.join("scorer.wasm")
    } else {
        let plain = folder
            .components()
            .filter(|part| !matches!(part, Utf8Component::CurDir));
        Utf8Path::new("..")
            .join(plain.collect::<Utf8PathBuf>())
            .join("scorer.wasm")
    }
}
