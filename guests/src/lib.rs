//! The interpreters that bench runs code scorers in, as WebAssembly components, compressed with zstd.
//!
//! A build script puts the guest sources of this crate into CPython and QuickJS, which come prebuilt in the crates
//! `componentize-py` and `componentize-qjs`, and takes a snapshot after their start.

/// Where CPython comes from, as Cargo.toml pins it.
pub const PYTHON_VERSION: &str = "componentize-py 0.25.1";
/// Where QuickJS comes from, as Cargo.toml pins it.
pub const JAVASCRIPT_VERSION: &str = "componentize-qjs 0.4.2";

/// A component.
#[derive(Clone, Copy, Debug)]
pub struct Packed {
    /// Its bytes, compressed with zstd.
    pub wasm: &'static [u8],
    /// BLAKE3 hash of its bytes before compression, in hexadecimal digits.
    pub hash: &'static str,
}

/// CPython with its standard library; `None` where the feature `python` is off.
pub fn python() -> Option<Packed> {
    #[cfg(feature = "python")]
    return Some(Packed {
        wasm: include_bytes!(concat!(env!("OUT_DIR"), "/python.wasm.zst")),
        hash: include_str!(concat!(env!("OUT_DIR"), "/python.hash")),
    });
    #[cfg(not(feature = "python"))]
    None
}

/// QuickJS; `None` where the feature `javascript` is off.
pub fn javascript() -> Option<Packed> {
    #[cfg(feature = "javascript")]
    return Some(Packed {
        wasm: include_bytes!(concat!(env!("OUT_DIR"), "/javascript.wasm.zst")),
        hash: include_str!(concat!(env!("OUT_DIR"), "/javascript.hash")),
    });
    #[cfg(not(feature = "javascript"))]
    None
}

#[cfg(test)]
mod tests;
