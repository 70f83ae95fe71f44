//! What do the generated headers say, and which flags does every user of PJSIP's headers need?
//!
//! [`Flags`] is given to `cc` and to `bindgen` alike: bindings made under another `config_site.h` than the C code would
//! be silent memory corruption, not a compile error.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::os_auto;
use crate::patch::Patched;
use crate::target::{Os, Target};
use crate::vendor::Tree;

/// Defines and include directories of everything that reads PJSIP's headers.
pub struct Flags {
    pub defines: Vec<(&'static str, String)>,
    /// In search order: patched, generated, vendored, ours.
    pub includes: Vec<PathBuf>,
    pub capacities: Vec<(&'static str, u32)>,
}

/// Directory of generated headers.
pub fn include_dir(target: &Target) -> PathBuf {
    target.out.join("include")
}

pub fn generate(target: &Target, tree: &Tree, patched: &Patched) -> Result<Flags> {
    let generated = include_dir(target);
    let capacities = capacities(target);
    write(&generated.join("pj/config_site.h"), &config_site_h(target, &capacities))?;
    if target.os != Os::Windows {
        write(&generated.join("pj/compat/os_auto.h"), &os_auto::os_auto_h(target))?;
        write(&generated.join("pj/compat/m_auto.h"), &os_auto::m_auto_h(target))?;
        // Included under PJ_AUTOCONF; all they could say is in config_site.h.
        for name in [
            "pjmedia/config_auto.h",
            "pjmedia-codec/config_auto.h",
            "pjsip/sip_autoconf.h",
        ] {
            write(&generated.join(name), "/* Empty: see pj/config_site.h. */\n")?;
        }
    } else {
        // The tree spells this header with a capital; file systems elsewhere than on Windows care.
        write(&generated.join("compat/Iphlpapi.h"), "#include <iphlpapi.h>\n")?;
    }

    let mut includes = patched.include_dirs.clone();
    includes.push(generated.clone());
    let pjproject = tree.pjproject();
    includes
        .extend(["pjlib", "pjlib-util", "pjnath", "pjmedia", "pjsip"].map(|lib| pjproject.join(lib).join("include")));
    includes.push(tree.manifest.join("csrc"));
    if target.os == Os::Windows && !cfg!(windows) {
        includes.push(generated.join("compat"));
    }
    Ok(Flags {
        defines: defines(target),
        includes,
        capacities,
    })
}

fn defines(target: &Target) -> Vec<(&'static str, String)> {
    let little = u8::from(target.little_endian);
    let mut defines = vec![
        // PJ_DEBUG follows NDEBUG; a debug build of PJLIB aborts on a failed assertion.
        ("NDEBUG", "1".to_owned()),
        ("PJ_IS_LITTLE_ENDIAN", little.to_string()),
        ("PJ_IS_BIG_ENDIAN", (1 - little).to_string()),
    ];
    if target.os == Os::Windows {
        defines.push(("PJ_WIN32", "1".to_owned()));
        defines.push(("PJ_WIN64", "1".to_owned()));
        // Windows 7: PJLIB's own choice, XP, hides what its sources call.
        defines.push(("_WIN32_WINNT", "0x0601".to_owned()));
        if target.arch == "aarch64" {
            defines.push(("PJ_M_ARM64", "1".to_owned()));
        }
    } else {
        defines.push(("PJ_AUTOCONF", "1".to_owned()));
    }
    defines
}

/// Upper limits. What a call, account or handle really costs is decided at run time where PJSUA has a setting for it.
fn capacities(target: &Target) -> Vec<(&'static str, u32)> {
    const CALLS: u32 = 4096;
    // RTP and RTCP of each call, and some for the rest. About 0.7 KB each, allocated when media starts.
    let handles = match target.os {
        Os::Linux => 2 * CALLS + 256,
        // These use select(): bounded by FD_SETSIZE, and slow when big.
        Os::Darwin => 1024,
        Os::Windows => 2048,
    };
    vec![
        // Only a cap: pjsua_config.max_calls is what gets allocated, 21 KB a call.
        ("PJSUA_MAX_CALLS", CALLS),
        // Static arrays: 6.9 KB an account, 1.2 KB a buddy.
        ("PJSUA_MAX_ACC", 1024),
        ("PJSUA_MAX_BUDDIES", 1024),
        // Only a cap: pjsua_media_config.max_media_ports is what gets allocated. Makes pjsua_conf_port_info 17 KB.
        ("PJSUA_MAX_CONF_PORTS", CALLS + 254),
        ("PJSUA_MAX_PLAYERS", 256),
        ("PJSUA_MAX_RECORDERS", 256),
        ("PJ_IOQUEUE_MAX_HANDLES", handles),
        // SIP sockets, a separate queue: listeners and TCP/TLS connections.
        ("PJSIP_MAX_TRANSPORTS", handles.min(1024)),
        // Sizes of hash tables, not limits: 8 bytes a slot.
        ("PJSIP_MAX_TSX_COUNT", 16 * 1024 - 1),
        ("PJSIP_MAX_DIALOG_COUNT", 8 * 1024 - 1),
        ("PJSIP_TPMGR_HTABLE_SIZE", 255),
        // First size of the timer heap, which doubles when full; the default follows the two above and takes 4 MB.
        ("PJSIP_MAX_TIMER_COUNT", 4096),
        // Largest message, in bytes: a whole UDP datagram. One such buffer per UDP socket, TCP connection and message
        // being sent, two more per TLS connection; pages that stay untouched cost address space only.
        ("PJSIP_MAX_PKT_LEN", 65535),
        // Seconds until a connection from outside must have sent its first SIP message; PJSIP would keep it 600 s. There are
        // only PJSIP_MAX_TRANSPORTS of them.
        ("PJSIP_TRANSPORT_SERVER_IDLE_TIME_FIRST", 30),
        // Longer URIs are refused with a status code. Size of buffers on the stack and, four times, in pjsua_call_info.
        ("PJSIP_MAX_URL_SIZE", 1024),
        // A challenge is kept for each account; new nonces are added to its pool until it is this big.
        ("PJSIP_AUTH_CACHED_POOL_MAX_SIZE", 3 * 1024),
        // Level 5 prints SRTP keys.
        ("PJ_LOG_MAX_LEVEL", 4),
    ]
}

fn config_site_h(target: &Target, capacities: &[(&str, u32)]) -> String {
    let f = &target.features;
    let srtp_tls = f.srtp && f.tls;
    let switches = [
        ("PJ_DEBUG", false),
        ("PJ_HAS_IPV6", true),
        // Own addresses come from routes and interfaces. Asking DNS for this machine's name as well blocks for seconds
        // where it does not know it, at start and at every outgoing call.
        ("PJ_GETHOSTIP_DISABLE_LOCAL_RESOLUTION", true),
        ("PJ_TERM_HAS_COLOR", false),
        // Adds source positions to every timer.
        ("PJ_TIMER_DEBUG", false),
        ("PJ_HAS_SSL_SOCK", f.tls),
        ("PJMEDIA_HAS_VIDEO", false),
        ("PJMEDIA_HAS_SRTP", f.srtp),
        ("PJMEDIA_SRTP_HAS_DEINIT", false),
        ("PJMEDIA_SRTP_HAS_SHUTDOWN", true),
        ("PJMEDIA_SRTP_HAS_DTLS", srtp_tls),
        // libsrtp's own AES has 128 and 256 bits and no GCM; OpenSSL has all.
        ("PJMEDIA_SRTP_HAS_AES_CM_192", srtp_tls),
        ("PJMEDIA_SRTP_HAS_AES_GCM_128", srtp_tls),
        ("PJMEDIA_SRTP_HAS_AES_GCM_256", srtp_tls),
        // 584 bytes a stream, whether it is used or not.
        ("PJMEDIA_HAS_RTCP_XR", true),
        // PJSIP's default is off as well; each stream says (patches/0093).
        ("PJMEDIA_STREAM_ENABLE_XR", false),
        // A round trip is what it is, not at most three times the mean, which stays 0 for ever on a fast network.
        ("PJMEDIA_RTCP_NORMALIZE_FACTOR", false),
        ("PJMEDIA_HAS_SPEEX_AEC", true),
        ("PJMEDIA_HAS_WEBRTC_AEC", false),
        ("PJMEDIA_HAS_WEBRTC_AEC3", f.aec3),
        ("PJMEDIA_HAS_LIBYUV", false),
        ("PJMEDIA_HAS_GSM_CODEC", f.gsm),
        ("PJMEDIA_HAS_SPEEX_CODEC", f.speex),
        ("PJMEDIA_HAS_OPUS_CODEC", f.opus),
        ("PJMEDIA_HAS_BCG729", f.g729),
        ("PJMEDIA_HAS_G722_CODEC", true),
        ("PJMEDIA_HAS_L16_CODEC", true),
        ("PJMEDIA_CODEC_L16_HAS_8KHZ_MONO", true),
        ("PJMEDIA_CODEC_L16_HAS_8KHZ_STEREO", true),
        ("PJMEDIA_CODEC_L16_HAS_16KHZ_MONO", true),
        ("PJMEDIA_CODEC_L16_HAS_16KHZ_STEREO", true),
        ("PJMEDIA_CODEC_L16_HAS_48KHZ_MONO", true),
        ("PJMEDIA_CODEC_L16_HAS_48KHZ_STEREO", true),
        ("PJMEDIA_HAS_ILBC_CODEC", false),
        ("PJMEDIA_HAS_G7221_CODEC", false),
        ("PJMEDIA_HAS_SILK_CODEC", false),
        ("PJMEDIA_HAS_INTEL_IPP", false),
        ("PJMEDIA_HAS_PASSTHROUGH_CODECS", false),
        ("PJMEDIA_HAS_OPENCORE_AMRNB_CODEC", false),
        ("PJMEDIA_HAS_OPENCORE_AMRWB_CODEC", false),
        ("PJMEDIA_EXTERNAL_GSM_CODEC", true),
        ("PJMEDIA_EXTERNAL_GSM_GSM_H", true),
        ("PJMEDIA_EXTERNAL_SPEEX_CODEC", true),
        ("PJMEDIA_AUDIO_DEV_HAS_PORTAUDIO", false),
        ("PJMEDIA_AUDIO_DEV_HAS_WMME", false),
        ("PJMEDIA_AUDIO_DEV_HAS_ALSA", false),
        ("PJMEDIA_AUDIO_DEV_HAS_COREAUDIO", false),
        ("PJMEDIA_AUDIO_DEV_HAS_WASAPI", false),
        ("PJMEDIA_AUDIO_DEV_HAS_NULL_AUDIO", true),
        // Needs third_party/milenage, which is not in the tree.
        ("PJSIP_HAS_DIGEST_AKA_AUTH", false),
    ];

    let mut text = String::from(
        "/* Written by pjsip-sys/build/config.rs. */\n#ifndef MICROSIP_CONFIG_SITE_H\n#define MICROSIP_CONFIG_SITE_H\n\n",
    );
    // Writing to a String cannot fail.
    for (name, on) in switches {
        let _ = writeln!(text, "#define {name} {}", u8::from(on));
    }
    let _ = writeln!(
        text,
        "#define PJ_SSL_SOCK_IMP {}",
        if f.tls {
            "PJ_SSL_SOCK_IMP_OPENSSL"
        } else {
            "PJ_SSL_SOCK_IMP_NONE"
        }
    );
    text.push_str(
        "/* libsrtp 2.x, found as <srtp2/...>. */\n\
         #define PJMEDIA_EXTERNAL_SRTP 2\n\
         /* third_party/resample is not in Debian's tree. */\n\
         #define PJMEDIA_RESAMPLE_IMP PJMEDIA_RESAMPLE_SPEEX\n\
         /* Plain epoll. AUTO means EPOLLEXCLUSIVE, which is for many threads polling one queue. */\n\
         #define PJ_IOQUEUE_DEFAULT_EPOLL_FLAGS 0\n\n",
    );
    for (name, value) in capacities {
        let _ = writeln!(text, "#define {name} {value}");
    }
    // PJ_ASSERT_RETURN checks in every build and calls pj_assert; ours counts, so that tests can see it (csrc/shim.c).
    text.push_str(
        "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\
         void microsip_assert_failed(const char *expr, const char *file, int line);\n\
         #ifdef __cplusplus\n}\n#endif\n\
         #define pj_assert(expr) \\\n    \
         do { \\\n        \
         if (!(expr)) \\\n            \
         microsip_assert_failed(#expr, __FILE__, __LINE__); \\\n    \
         } while (0)\n\n\
         #endif\n",
    );
    text
}

/// Writes a file and the directories above it.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let fail = |e: std::io::Error| format!("{}: {e}", path.display());
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).map_err(fail)?;
    }
    fs::write(path, text).map_err(fail)
}

/// Copies a file and makes the directories above the copy.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let text = fs::read_to_string(from).map_err(|e| format!("{}: {e}", from.display()))?;
    write(to, &text)
}
