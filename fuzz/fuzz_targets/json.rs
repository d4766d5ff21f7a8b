#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| pkce_wasm_fuzz::run("json", input));
