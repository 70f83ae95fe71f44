//! How is Opus compiled? In floating point, with SIMD chosen at run time on x86-64 and always on for AArch64.
//!
//! File lists come from Opus' own `*_sources.mk`. The neural parts (`dnn/`) are off and not vendored.

use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::compile;
use crate::target::Target;
use crate::vendor::Tree;

pub fn compile(target: &Target, tree: &Tree) -> Result<()> {
    let lists = Lists::read(tree)?;
    let mut main = base(target, tree);
    for name in [
        "CELT_SOURCES",
        "SILK_SOURCES",
        "SILK_SOURCES_FLOAT",
        "OPUS_SOURCES",
        "OPUS_SOURCES_FLOAT",
    ] {
        main.files(lists.get(name)?);
    }

    match target.arch.as_str() {
        "x86_64" if !target.is_msvc() => {
            // SSE and SSE2 belong to the architecture. The rest needs its own compiler flags: a group each, whose objects
            // join the one archive, since separate archives would depend on each other's order.
            for name in [
                "CELT_SOURCES_X86_RTCD",
                "SILK_SOURCES_X86_RTCD",
                "CELT_SOURCES_SSE",
                "CELT_SOURCES_SSE2",
            ] {
                main.files(lists.get(name)?);
            }
            let groups: [(&[&str], &[&str]); 2] = [
                (&["CELT_SOURCES_SSE4_1", "SILK_SOURCES_SSE4_1"], &["-msse4.1"]),
                (
                    &["CELT_SOURCES_AVX2", "SILK_SOURCES_AVX2", "SILK_SOURCES_FLOAT_AVX2"],
                    &["-mavx", "-mfma", "-mavx2"],
                ),
            ];
            for (names, flags) in groups {
                let mut group = base(target, tree);
                for name in names {
                    group.files(lists.get(name)?);
                }
                for flag in flags {
                    group.flag(flag);
                }
                let objects = group
                    .try_compile_intermediates()
                    .map_err(|e| format!("compiling opus: {e}"))?;
                main.objects(objects);
            }
        }
        "aarch64" if !target.is_msvc() => {
            // No run-time detection here: its tables want the fixed-point headers.
            for name in ["CELT_SOURCES_ARM_NEON_INTR", "SILK_SOURCES_ARM_NEON_INTR"] {
                main.files(lists.get(name)?);
            }
        }
        _ => {}
    }
    compile::run(&main, "pjsip_sys_opus")
}

fn base(target: &Target, tree: &Tree) -> cc::Build {
    let dir = tree.root.join("opus");
    let mut build = compile::base(target, tree);
    for sub in ["include", "", "celt", "silk", "silk/float"] {
        build.include(dir.join(sub));
    }
    build
        .define("OPUS_BUILD", "1")
        .define("HAVE_LRINT", "1")
        .define("HAVE_LRINTF", "1");
    build.define("PACKAGE_VERSION", "\"1.5.2\"");
    build.define(if target.is_msvc() { "USE_ALLOCA" } else { "VAR_ARRAYS" }, "1");
    let simd: &[&str] = match target.arch.as_str() {
        _ if target.is_msvc() => &[],
        "x86_64" => &[
            "OPUS_HAVE_RTCD",
            "CPU_INFO_BY_C",
            "OPUS_X86_MAY_HAVE_SSE",
            "OPUS_X86_PRESUME_SSE",
            "OPUS_X86_MAY_HAVE_SSE2",
            "OPUS_X86_PRESUME_SSE2",
            "OPUS_X86_MAY_HAVE_SSE4_1",
            "OPUS_X86_MAY_HAVE_AVX2",
        ],
        "aarch64" => &[
            "OPUS_ARM_MAY_HAVE_NEON",
            "OPUS_ARM_PRESUME_NEON",
            "OPUS_ARM_MAY_HAVE_NEON_INTR",
            "OPUS_ARM_PRESUME_NEON_INTR",
            "OPUS_ARM_PRESUME_AARCH64_NEON_INTR",
        ],
        _ => &[],
    };
    for name in simd {
        build.define(name, "1");
    }
    build
}

/// The variables of Opus' three source lists.
struct Lists {
    dir: PathBuf,
    text: String,
}

impl Lists {
    fn read(tree: &Tree) -> Result<Self> {
        let dir = tree.root.join("opus");
        let mut text = String::new();
        for name in ["celt_sources.mk", "silk_sources.mk", "opus_sources.mk"] {
            let path = dir.join(name);
            text += &fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            text.push('\n');
        }
        Ok(Self {
            dir,
            text: text.replace("\\\n", " "),
        })
    }

    fn get(&self, name: &str) -> Result<Vec<PathBuf>> {
        self.text
            .lines()
            .filter_map(|line| line.split_once('='))
            .find(|(key, _)| key.trim() == name)
            .map(|(_, value)| value.split_whitespace().map(|file| self.dir.join(file)).collect())
            .ok_or_else(|| format!("opus: no {name} in its source lists"))
    }
}
