//! What the fuzz targets do, apart from the fuzzer.

pub mod targets;
