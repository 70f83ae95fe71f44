//! What do the bindings look like?
//!
//! * Enumerations are plain integer constants without prefix: `PJSIP_INV_STATE_CONFIRMED`.
//! * Status codes, which PJSIP writes as macros that `bindgen` cannot evaluate, come from `csrc/status.h`.
//! * Inline functions are wrapped by generated C code.
//! * Structs that hold list heads or pointers into themselves are neither `Copy` nor `Clone`; none is `Default`. Zero
//!   them where they will stay, then call their `*_default` function.

use std::collections::HashSet;
use std::path::PathBuf;

use bindgen::callbacks::{EnumVariantCustomBehavior, EnumVariantValue, ItemInfo, MacroParsingBehavior, ParseCallbacks};

use crate::Result;
use crate::config::Flags;
use crate::target::Target;
use crate::vendor::Tree;

/// Given to status codes in `csrc/status.h`, since the plain names are macros; taken off again here.
const STATUS_PREFIX: &str = "microsip_status_";

/// Supplied by Rust (`src/random.rs`).
const OURS: &str =
    "pj_s?rand|pj_generate_unique_string|PJ_GUID_STRING_LENGTH|pj_GUID_STRING_LENGTH|microsip_assert_failed";

/// What files of ours need of Opus.
const OPUS: &str = "opus_multistream_(encode|decode|(encoder|decoder)_(create|destroy|ctl))|opus_strerror|OPUS_(APPLICATION_VOIP|RESET_STATE|.*_REQUEST)";

/// Structs that must not be moved or copied once initialised, or that are too big to be copied by accident.
const NO_COPY: &[&str] = &[
    // List members and pools.
    "pj_list",
    "pj_pool_t",
    "pj_pool_block",
    "pj_pool_factory",
    "pj_caching_pool",
    "pj_timer_entry",
    "pj_ioqueue_op_key_t",
    "pj_hash_iterator_t",
    "pj_xml_.*",
    "pj_json_.*",
    "pj_scanner",
    "pj_dns_.*",
    // Objects.
    "pjmedia_port",
    "pjmedia_transport",
    "pjmedia_sdp_session",
    "pjmedia_sdp_media",
    "pjmedia_codec",
    "pjmedia_codec_factory",
    "pjmedia_aud_dev_factory",
    "pjmedia_aud_stream",
    "pjmedia_clock",
    "pjsip_module",
    "pjsip_transport",
    "pjsip_tx_data",
    "pjsip_rx_data",
    "pjsip_dialog",
    "pjsip_inv_session",
    "pjsip_transaction",
    "pjsip_auth_clt_sess",
    "pjsip_auth_srv",
    "pjsip_tpfactory",
    // Messages.
    "pjsip_msg",
    "pjsip_hdr",
    "pjsip_.*_hdr",
    "pjsip_param",
    "pjsip_media_type",
    "pjsip_multipart_part",
    "pjsip_uri",
    "pjsip_sip_uri",
    "pjsip_tel_uri",
    "pjsip_name_addr",
    "pjsip_other_uri",
    // Configurations, and snapshots with strings that point into themselves.
    "pjsua_.*_config",
    "pjsua_config",
    "pjsua_callback",
    "pjsua_msg_data",
    "pjsua_call_info",
    "pjsua_buddy_info",
    "pjsua_acc_info",
    "pjsua_conf_port_info",
    "pjsua_vid_conf_port_info",
    "pjsua_data",
    "pjsua_call",
    "pjsua_acc",
    "pjsua_buddy",
    "pjsua_call_media",
    "pjsua_im_data",
    "pjsip_pres_status",
    "pjsip_regc_info",
    "pjsip_.*_setting",
    "pjmedia_srtp_setting",
];

pub fn generate(target: &Target, tree: &Tree, flags: &Flags) -> Result<()> {
    for name in ["BINDGEN_EXTRA_CLANG_ARGS", "LIBCLANG_PATH", "CLANG_PATH"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    let status_h = tree.manifest.join("csrc/status.h");
    let status_codes = std::fs::read_to_string(&status_h)
        .map_err(|e| format!("{}: {e}", status_h.display()))?
        .lines()
        .filter_map(|line| line.strip_prefix("MICROSIP_STATUS("))
        .filter_map(|rest| rest.split_once(')'))
        .map(|(name, _)| name.to_owned())
        .collect();
    let rust = bindgen::RustTarget::stable(85, 0).map_err(|e| e.to_string())?;
    let mut builder = bindgen::Builder::default()
        .header(tree.manifest.join("csrc/wrapper.h").display().to_string())
        .rust_target(rust)
        .rust_edition(bindgen::RustEdition::Edition2024)
        .allowlist_item("pj.*|PJ.*|microsip_.*")
        .blocklist_item(OURS)
        .default_enum_style(bindgen::EnumVariation::Consts)
        .prepend_enum_name(false)
        .default_non_copy_union_style(bindgen::NonCopyUnionStyle::ManuallyDrop)
        .derive_copy(true)
        .derive_debug(false)
        .derive_default(false)
        .layout_tests(false)
        .generate_comments(false)
        .wrap_static_fns(true)
        .wrap_static_fns_path(inline_wrappers(target))
        .parse_callbacks(Box::new(Names { status_codes }));
    if target.features.opus {
        // Ogg Opus files are read and written by the very library PJMEDIA's codec uses.
        builder = builder.clang_arg("-DMICROSIP_BIND_OPUS").allowlist_item(OPUS);
    }
    for pattern in NO_COPY {
        builder = builder.no_copy(*pattern);
    }
    for (name, value) in &flags.defines {
        builder = builder.clang_arg(format!("-D{name}={value}"));
    }
    for dir in &flags.includes {
        builder = builder.clang_arg(format!("-I{}", dir.display()));
    }
    let bindings = builder.generate().map_err(|e| {
        format!("bindgen: {e} (it needs libclang and clang's own headers: package `clang` or `libclang-common-*-dev`)")
    })?;
    let path = target.out.join("bindings.rs");
    bindings
        .write_to_file(&path)
        .map_err(|e| format!("{}: {e}", path.display()))
}

/// C file with a real function per inline one.
pub fn inline_wrappers(target: &Target) -> PathBuf {
    target.out.join("inline_wrappers.c")
}

#[derive(Debug)]
struct Names {
    /// What `csrc/status.h` defines with a type.
    status_codes: HashSet<String>,
}

impl ParseCallbacks for Names {
    fn will_parse_macro(&self, name: &str) -> MacroParsingBehavior {
        // Some it could evaluate, as u32: a status code must have one type, whichever header it comes from.
        if self.status_codes.contains(name) {
            MacroParsingBehavior::Ignore
        } else {
            MacroParsingBehavior::Default
        }
    }

    fn item_name(&self, item: ItemInfo<'_>) -> Option<String> {
        item.name.strip_prefix(STATUS_PREFIX).map(str::to_owned)
    }

    fn enum_variant_behavior(
        &self,
        _enum_name: Option<&str>,
        name: &str,
        _value: EnumVariantValue,
    ) -> Option<EnumVariantCustomBehavior> {
        // Untyped there; status.h gives them the types they are used with.
        matches!(name, "PJ_SUCCESS" | "PJ_TRUE" | "PJ_FALSE").then_some(EnumVariantCustomBehavior::Hide)
    }
}
