//! The interpreters that bench runs code scorers in, as WebAssembly components, compressed with zstd.
//!
//! A build script puts the guest sources of this crate into CPython and QuickJS, which come prebuilt in the crates
//! `componentize-py` and `componentize-qjs`, and takes a snapshot after their start.

/// CPython with its standard library; `None` where the feature `python` is off.
pub fn python() -> Option<&'static [u8]> {
    #[cfg(feature = "python")]
    return Some(include_bytes!(concat!(env!("OUT_DIR"), "/python.wasm.zst")));
    #[cfg(not(feature = "python"))]
    None
}

/// QuickJS; `None` where the feature `javascript` is off.
pub fn javascript() -> Option<&'static [u8]> {
    #[cfg(feature = "javascript")]
    return Some(include_bytes!(concat!(env!("OUT_DIR"), "/javascript.wasm.zst")));
    #[cfg(not(feature = "javascript"))]
    None
}
