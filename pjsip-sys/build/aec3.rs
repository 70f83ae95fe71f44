//! How is WebRTC's echo canceller (AEC3) compiled? As C++17, its files taken from its `CMakeLists.txt`.

use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::compile;
use crate::config::Flags;
use crate::target::{Os, Target};
use crate::vendor::Tree;

pub fn compile(target: &Target, tree: &Tree, flags: &Flags) -> Result<()> {
    let dir = tree.pjproject().join("third_party/webrtc_aec3");
    let files = files(&dir)?;

    // PJMEDIA's side, which includes headers of both.
    let mut glue = compile::with_pjsip_headers(target, tree, flags);
    glue.cpp(true).std("c++17");
    defines(target, tree, &mut glue);
    glue.file(tree.pjproject().join("pjmedia/src/pjmedia/echo_webrtc_aec3.cpp"));

    let (c, cc): (Vec<_>, Vec<_>) = files
        .base
        .into_iter()
        .partition(|path| path.extension().is_some_and(|ext| ext == "c"));
    let mut main = cxx(target, tree);
    main.files(cc);
    let mut plain = compile::base(target, tree);
    defines(target, tree, &mut plain);
    plain.files(c);

    let mut objects = Vec::new();
    match target.arch.as_str() {
        "x86_64" => {
            let (avx2, sse): (Vec<_>, Vec<_>) = files
                .sse2
                .into_iter()
                .partition(|path| path.to_string_lossy().ends_with("_avx2.cc"));
            main.files(sse);
            let mut group = cxx(target, tree);
            group.files(avx2);
            if !target.is_msvc() {
                group.flag("-mavx2").flag("-mfma");
            }
            objects.push(group);
        }
        "aarch64" => {
            main.files(files.neon);
        }
        _ => {}
    }
    objects.extend([glue, plain]);
    for group in objects {
        main.objects(
            group
                .try_compile_intermediates()
                .map_err(|e| format!("compiling AEC3: {e}"))?,
        );
    }
    compile::run(&main, "pjsip_sys_aec3")
}

fn cxx(target: &Target, tree: &Tree) -> cc::Build {
    let mut build = compile::base(target, tree);
    build.cpp(true).std("c++17");
    defines(target, tree, &mut build);
    build
}

fn defines(target: &Target, tree: &Tree, build: &mut cc::Build) {
    build.include(tree.pjproject().join("third_party/webrtc_aec3/src"));
    build.define("WEBRTC_APM_DEBUG_DUMP", "0");
    let names: &[&str] = match target.os {
        Os::Linux => &["WEBRTC_POSIX", "WEBRTC_LINUX"],
        Os::Darwin => &["WEBRTC_POSIX", "WEBRTC_MAC"],
        Os::Windows => &["WEBRTC_WIN"],
    };
    for name in names {
        build.define(name, "1");
    }
    if target.arch == "aarch64" {
        build.define("WEBRTC_HAS_NEON", "1").define("WEBRTC_ARCH_ARM64", "1");
    }
}

#[derive(Default)]
struct Files {
    base: Vec<PathBuf>,
    neon: Vec<PathBuf>,
    sse2: Vec<PathBuf>,
}

/// The CMake file names one source per line: first for all, then in one block per instruction set.
fn files(dir: &std::path::Path) -> Result<Files> {
    let path = dir.join("CMakeLists.txt");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut files = Files::default();
    let mut simd = "";
    for line in text.lines().map(str::trim) {
        if line.contains("WEBRTC_ARCH_SIMD") {
            simd = if line.contains("neon") { "neon" } else { "sse2" };
        }
        if line.starts_with("src/") && (line.ends_with(".cc") || line.ends_with(".c")) {
            let list = match simd {
                "neon" => &mut files.neon,
                "sse2" => &mut files.sse2,
                _ => &mut files.base,
            };
            list.push(dir.join(line));
        }
    }
    if files.base.is_empty() || files.neon.is_empty() || files.sse2.is_empty() {
        return Err(format!("{}: its layout changed, no source list found", path.display()));
    }
    Ok(files)
}
