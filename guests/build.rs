//! Makes the guests: own source in an interpreter that comes prebuilt in a crate, snapshotted after its start.

#[cfg(any(feature = "python", feature = "javascript"))]
#[path = "build/fuse/mod.rs"]
mod fuse;
#[cfg(any(feature = "python", feature = "javascript"))]
#[path = "build/heap.rs"]
mod heap;

use anyhow::Result;
#[cfg(any(feature = "python", feature = "javascript"))]
use std::path::Path;
use std::path::PathBuf;

/// Names a folder that keeps guests by what they were made of, so that other checkouts need not make them again.
const SHARED: &str = "BENCH_GUESTS_DIR";

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-env-changed={SHARED}");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    #[cfg(feature = "python")]
    python(&out)?;
    #[cfg(feature = "javascript")]
    javascript(&out)?;
    let _ = &out;
    Ok(())
}

#[cfg(feature = "python")]
fn python(out: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed=python");
    println!("cargo::rerun-if-changed=wit/python.wit");
    let stamp = stamp(&["python", "wit/python.wit"])?;
    if is_made(out, "python", &stamp) {
        return Ok(());
    }
    let wasm = out.join("python.wasm");
    let names = std::collections::HashMap::new();
    let generator = componentize_py::ComponentGenerator {
        wit_paths: &[Path::new("wit/python.wit")],
        worlds: &["interpreter"],
        features: &[],
        all_features: false,
        world_module: None,
        python_path: &["python"],
        module_worlds: &[],
        app_name: "app",
        output_path: &wasm,
        add_to_linker: None,
        stub_wasi: false,
        import_interface_names: &names,
        export_interface_names: &names,
        full_names: false,
        intersect_world: None,
    };
    tokio::runtime::Runtime::new()?.block_on(generator.generate())?;
    pack(&std::fs::read(&wasm)?, out, "python", &stamp)
}

#[cfg(feature = "javascript")]
fn javascript(out: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed=javascript");
    println!("cargo::rerun-if-changed=wit/javascript.wit");
    let stamp = stamp(&["javascript", "wit/javascript.wit"])?;
    if is_made(out, "javascript", &stamp) {
        return Ok(());
    }
    // The entry imports the other files of its folder; they are read now and are part of the snapshot.
    let entry = Path::new("javascript/guest.js");
    let source = std::fs::read_to_string(entry)?;
    let options = componentize_qjs::ComponentizeOpts {
        wit_path: Path::new("wit/javascript.wit"),
        js_source: &source,
        js_path: Some(entry),
        module_root: Some(Path::new("javascript")),
        world_name: Some("interpreter"),
        stub_wasi: false,
        disable_gc: false,
        runtime: componentize_qjs::Runtime::Default,
    };
    let wasm = tokio::runtime::Runtime::new()?.block_on(componentize_qjs::componentize(&options))?;
    pack(&wasm, out, "javascript", &stamp)
}

/// Hash of everything that a guest is made of: an edit of one does not make the other again, which takes a minute.
#[cfg(any(feature = "python", feature = "javascript"))]
fn stamp(inputs: &[&str]) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut open: Vec<PathBuf> = ["build.rs", "build"]
        .iter()
        .chain(inputs)
        .map(PathBuf::from)
        .collect();
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        // The interpreter leaves its own notes while the component is made.
        if path.ends_with("__pycache__") {
            continue;
        }
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                open.push(entry?.path());
            }
        } else {
            files.push(path);
        }
    }
    files.sort();
    for file in files {
        hasher.update(file.to_string_lossy().as_bytes());
        hasher.update(&std::fs::read(&file)?);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Whether the guest is there from before, here or in the shared folder.
#[cfg(any(feature = "python", feature = "javascript"))]
fn is_made(out: &Path, name: &str, stamp: &str) -> bool {
    let made = std::fs::read_to_string(out.join(format!("{name}.stamp")));
    if made.is_ok_and(|made| made == stamp) && out.join(format!("{name}.wasm.zst")).is_file() {
        return true;
    }
    let Some(shared) = std::env::var_os(SHARED) else {
        return false;
    };
    ["hash", "wasm.zst"].iter().all(|part| {
        let kept = Path::new(&shared).join(format!("{name}-{stamp}.{part}"));
        std::fs::copy(kept, out.join(format!("{name}.{part}"))).is_ok()
    })
}

#[cfg(any(feature = "python", feature = "javascript"))]
fn pack(wasm: &[u8], out: &Path, name: &str, stamp: &str) -> Result<()> {
    let wasm = fuse::fuse(wasm, &heap::settle)?;
    let hash = blake3::hash(&wasm).to_hex();
    let packed = zstd::encode_all(&wasm[..], 10)?;
    for (part, bytes) in [("hash", hash.as_bytes()), ("wasm.zst", &packed)] {
        std::fs::write(out.join(format!("{name}.{part}")), bytes)?;
        if let Some(shared) = std::env::var_os(SHARED) {
            std::fs::create_dir_all(&shared)?;
            let kept = Path::new(&shared).join(format!("{name}-{stamp}.{part}"));
            std::fs::write(kept.with_extension("part"), bytes)?;
            std::fs::rename(kept.with_extension("part"), kept)?;
        }
    }
    // Last, so that what was broken off is made again.
    std::fs::write(out.join(format!("{name}.stamp")), stamp)?;
    Ok(())
}
