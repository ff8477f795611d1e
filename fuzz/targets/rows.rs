#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pervade_fuzz::targets::rows::run(bytes));
