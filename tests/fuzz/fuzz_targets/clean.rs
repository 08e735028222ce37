//! The cleaner under libFuzzer: `cargo +nightly fuzz run clean --fuzz-dir tests/fuzz --features libfuzzer`.

#![no_main]

#[path = "../src/check.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::page(bytes));
