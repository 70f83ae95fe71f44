//! Compiles the C program against the headers and defines of the very library that pjsip-sys has built.

use std::env;

fn main() -> Result<(), String> {
    println!("cargo:rerun-if-changed=c/twin.c");
    let told = |name: &str| env::var(name).map_err(|_| format!("pjsip-sys has not told {name}"));
    let mut twin = cc::Build::new();
    twin.file("c/twin.c").opt_level(2).warnings(true);
    for dir in env::split_paths(&told("DEP_PJSIP_INCLUDE")?) {
        twin.flag("-isystem").flag(dir);
    }
    for define in told("DEP_PJSIP_DEFINES")?.split(';') {
        let (name, value) = define.split_once('=').unwrap_or((define, "1"));
        twin.define(name, value);
    }
    twin.try_compile("microsip_twin").map_err(|e| e.to_string())
}
