//! Makes the guests: own source in an interpreter that comes prebuilt in a crate, snapshotted after its start.

use anyhow::Result;
use std::path::{Path, PathBuf};

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
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
    pack(&std::fs::read(&wasm)?, out, "python")
}

#[cfg(feature = "javascript")]
fn javascript(out: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed=javascript");
    println!("cargo::rerun-if-changed=wit/javascript.wit");
    let source = std::fs::read_to_string("javascript/guest.js")?;
    let options = componentize_qjs::ComponentizeOpts {
        wit_path: Path::new("wit/javascript.wit"),
        js_source: &source,
        js_path: None,
        module_root: None,
        world_name: Some("interpreter"),
        stub_wasi: false,
        disable_gc: false,
        runtime: componentize_qjs::Runtime::Default,
    };
    let wasm = tokio::runtime::Runtime::new()?.block_on(componentize_qjs::componentize(&options))?;
    pack(&wasm, out, "javascript")
}

#[cfg(any(feature = "python", feature = "javascript"))]
fn pack(wasm: &[u8], out: &Path, name: &str) -> Result<()> {
    std::fs::write(
        out.join(format!("{name}.hash")),
        blake3::hash(wasm).to_hex().as_str(),
    )?;
    std::fs::write(out.join(format!("{name}.wasm.zst")), zstd::encode_all(wasm, 10)?)?;
    Ok(())
}
