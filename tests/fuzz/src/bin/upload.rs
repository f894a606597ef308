#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| satsuma_fuzz::run("upload", data));
