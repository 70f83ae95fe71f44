//! How are libsrtp and the small codec libraries compiled? All without `config.h` of their own making.

use std::path::Path;

use crate::Result;
use crate::compile;
use crate::config;
use crate::target::{Os, Target};
use crate::vendor::Tree;

#[rustfmt::skip]
const SRTP: &[&str] = &[
    "srtp/srtp",
    "crypto/cipher/cipher", "crypto/cipher/cipher_test_cases", "crypto/cipher/null_cipher",
    "crypto/hash/auth", "crypto/hash/auth_test_cases", "crypto/hash/null_auth",
    "crypto/kernel/alloc", "crypto/kernel/crypto_kernel", "crypto/kernel/err", "crypto/kernel/key",
    "crypto/math/datatypes",
    "crypto/replay/rdb", "crypto/replay/rdbx",
];
const SRTP_OPENSSL: &[&str] = &[
    "crypto/cipher/aes_icm_ossl",
    "crypto/cipher/aes_gcm_ossl",
    "crypto/hash/hmac_ossl",
];
const SRTP_OWN: &[&str] = &[
    "crypto/cipher/aes",
    "crypto/cipher/aes_icm",
    "crypto/hash/hmac",
    "crypto/hash/sha1",
];

#[rustfmt::skip]
const SPEEXDSP: &[&str] = &[
    "buffer", "fftwrap", "filterbank", "jitter", "mdf", "preprocess", "resample", "scal", "smallft",
];

#[rustfmt::skip]
const SPEEX: &[&str] = &[
    "bits", "cb_search", "exc_10_16_table", "exc_10_32_table", "exc_20_32_table", "exc_5_256_table", "exc_5_64_table",
    "exc_8_128_table", "filters", "gain_table", "gain_table_lbr", "hexc_10_32_table", "hexc_table", "high_lsp_tables",
    "lpc", "lsp", "lsp_tables_nb", "ltp", "modes", "modes_wb", "nb_celp", "quant_lsp", "sb_celp", "speex",
    "speex_callbacks", "speex_header", "stereo", "vbr", "vq", "window",
];

#[rustfmt::skip]
const GSM: &[&str] = &[
    "add", "code", "debug", "decode", "gsm_create", "gsm_decode", "gsm_destroy", "gsm_encode", "gsm_explode",
    "gsm_implode", "gsm_option", "gsm_print", "long_term", "lpc", "preprocess", "rpe", "short_term", "table",
];

pub fn compile(target: &Target, tree: &Tree) -> Result<()> {
    if target.features.srtp {
        srtp(target, tree)?;
    }
    speexdsp(target, tree)?;
    if target.features.speex {
        speex(target, tree)?;
    }
    if target.features.gsm {
        gsm(target, tree)?;
    }
    if target.features.g729 {
        bcg729(target, tree)?;
    }
    Ok(())
}

/// Lays the headers where PJMEDIA's sources look for them. Before PJSIP is compiled.
pub fn lay_headers(target: &Target, tree: &Tree) -> Result<()> {
    let include = config::include_dir(target);
    for name in ["speex", "speexdsp"] {
        // Upstream fills a template after trying integer sizes; both libraries use the same include guard.
        config::write(
            &include.join(format!("speex/{name}_config_types.h")),
            "#ifndef __SPEEX_TYPES_H__\n#define __SPEEX_TYPES_H__\n#include <stdint.h>\n\
             typedef int16_t spx_int16_t;\ntypedef uint16_t spx_uint16_t;\n\
             typedef int32_t spx_int32_t;\ntypedef uint32_t spx_uint32_t;\n#endif\n",
        )?;
    }
    if target.features.gsm {
        config::copy(&tree.root.join("gsm/inc/gsm.h"), &include.join("gsm/gsm.h"))?;
    }
    if target.features.opus {
        let dir = tree.root.join("opus/include");
        for name in ["opus.h", "opus_defines.h", "opus_multistream.h", "opus_types.h"] {
            config::copy(&dir.join(name), &include.join("opus").join(name))?;
        }
    }
    if target.features.srtp {
        let dir = tree.root.join("libsrtp");
        for name in [
            "include/srtp.h",
            "crypto/include/cipher.h",
            "crypto/include/auth.h",
            "crypto/include/crypto_types.h",
        ] {
            let from = dir.join(name);
            let file = from.file_name().unwrap_or_default();
            config::copy(&from, &include.join("srtp2").join(file))?;
        }
    }
    Ok(())
}

fn srtp(target: &Target, tree: &Tree) -> Result<()> {
    let dir = tree.root.join("libsrtp");
    let config = target.out.join("srtp-config");
    let mut text = String::from("#define PACKAGE_STRING \"libsrtp2\"\n#define PACKAGE_VERSION \"2\"\n");
    let on: &[&str] = match target.os {
        Os::Windows => &[
            "HAVE_INTTYPES_H",
            "HAVE_STDINT_H",
            "HAVE_STDLIB_H",
            "HAVE_WINSOCK2_H",
            "HAVE_WINDOWS_H",
            "HAVE_SYS_TYPES_H",
        ],
        _ => &[
            "HAVE_ARPA_INET_H",
            "HAVE_INTTYPES_H",
            "HAVE_NETINET_IN_H",
            "HAVE_STDINT_H",
            "HAVE_STDLIB_H",
            "HAVE_SYS_SOCKET_H",
            "HAVE_SYS_TYPES_H",
            "HAVE_UNISTD_H",
        ],
    };
    for name in on.iter().chain(&[
        "HAVE_INT8_T",
        "HAVE_INT16_T",
        "HAVE_INT32_T",
        "HAVE_UINT8_T",
        "HAVE_UINT16_T",
        "HAVE_UINT32_T",
        "HAVE_UINT64_T",
    ]) {
        text.push_str(&format!("#define {name} 1\n"));
    }
    if target.os == Os::Linux {
        text.push_str("#define HAVE_BYTESWAP_H 1\n");
    }
    if target.arch == "x86_64" && !target.is_msvc() {
        // Inline assembly for byte swapping.
        text.push_str("#define HAVE_X86 1\n");
    }
    // Reads unaligned words only where the processor does not mind.
    text.push_str(if matches!(target.arch.as_str(), "x86_64" | "x86") {
        "#define CPU_CISC 1\n"
    } else {
        "#define CPU_RISC 1\n"
    });
    if !target.little_endian {
        text.push_str("#define WORDS_BIGENDIAN 1\n");
    }
    if target.features.tls {
        text.push_str("#define OPENSSL 1\n#define GCM 1\n");
    }
    config::write(&config.join("config.h"), &text)?;

    let mut build = compile::base(target, tree);
    build.define("HAVE_CONFIG_H", "1");
    build
        .include(&config)
        .include(dir.join("include"))
        .include(dir.join("crypto/include"));
    compile::openssl_headers(&mut build);
    let cipher = if target.features.tls { SRTP_OPENSSL } else { SRTP_OWN };
    add(&mut build, &dir, SRTP);
    add(&mut build, &dir, cipher);
    compile::run(&build, "pjsip_sys_srtp")
}

fn speexdsp(target: &Target, tree: &Tree) -> Result<()> {
    let mut build = speex_base(target, tree);
    build
        .include(tree.root.join("speexdsp/include"))
        .define("USE_SMALLFT", "1");
    match target.arch.as_str() {
        "x86_64" => {
            build.define("USE_SSE", "1").define("USE_SSE2", "1");
        }
        "aarch64" => {
            build.define("USE_NEON", "1");
        }
        _ => {}
    }
    add(&mut build, &tree.root.join("speexdsp/libspeexdsp"), SPEEXDSP);
    compile::run(&build, "pjsip_sys_speexdsp")
}

fn speex(target: &Target, tree: &Tree) -> Result<()> {
    let mut build = speex_base(target, tree);
    build.include(tree.root.join("speex/include"));
    for (name, value) in [
        ("SPEEX_MAJOR_VERSION", "1"),
        ("SPEEX_MINOR_VERSION", "2"),
        ("SPEEX_MICRO_VERSION", "1"),
        ("SPEEX_EXTRA_VERSION", "\"\""),
        ("SPEEX_VERSION", "\"1.2.1\""),
    ] {
        build.define(name, value);
    }
    if target.arch == "x86_64" {
        build.define("_USE_SSE", "1");
    }
    add(&mut build, &tree.root.join("speex/libspeex"), SPEEX);
    compile::run(&build, "pjsip_sys_speex")
}

/// What Speex and its DSP part share.
fn speex_base(target: &Target, tree: &Tree) -> cc::Build {
    let mut build = compile::base(target, tree);
    build.include(config::include_dir(target).join("speex"));
    build
        .define("FLOATING_POINT", "1")
        .define("EXPORT", "")
        .define("HAVE_STDINT_H", "1");
    build.define(if target.is_msvc() { "USE_ALLOCA" } else { "VAR_ARRAYS" }, "1");
    build
}

fn gsm(target: &Target, tree: &Tree) -> Result<()> {
    let dir = tree.root.join("gsm");
    let mut build = compile::base(target, tree);
    build.include(dir.join("inc"));
    build
        .define("SASR", "1")
        .define("WAV49", "1")
        .define("NeedFunctionPrototypes", "1");
    add(&mut build, &dir.join("src"), GSM);
    compile::run(&build, "pjsip_sys_gsm")
}

fn bcg729(target: &Target, tree: &Tree) -> Result<()> {
    let dir = tree.root.join("bcg729");
    let mut build = compile::base(target, tree);
    build
        .include(dir.join("include"))
        .include(dir.join("src"))
        .define("BCG729_STATIC", "1");
    if !target.is_msvc() {
        // It has globals called `L1` and `b30`.
        build.flag("-fvisibility=hidden");
    }
    let entries = std::fs::read_dir(dir.join("src")).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "c"));
    files.sort();
    build.files(files);
    compile::run(&build, "pjsip_sys_bcg729")
}

fn add(build: &mut cc::Build, dir: &Path, names: &[&str]) {
    build.files(names.iter().map(|name| dir.join(format!("{name}.c"))));
}
