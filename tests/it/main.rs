//! tests

mod faults;
mod support;
