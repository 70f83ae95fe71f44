//! Which PJSIP files are compiled?
//!
//! Lists are explicit: several `.c` files are included by others or are alternatives to each other. `tests/file_lists.rs`
//! compares them with the `*_OBJS` of upstream's Makefiles, so that no new file of an update is missed. Names have no
//! extension; all files are C unless said otherwise.

/// One directory's worth of files.
pub struct Library {
    #[allow(dead_code, reason = "read by tests/file_lists.rs")]
    pub name: &'static str,
    /// Relative to `pjproject/`.
    pub dir: &'static str,
    /// Compiled everywhere.
    pub files: &'static [&'static str],
    /// In upstream's lists, but not compiled by us; comments say why.
    #[allow(dead_code, reason = "read by tests/file_lists.rs")]
    pub left_out: &'static [&'static str],
}

#[rustfmt::skip]
pub const LIBRARIES: &[Library] = &[
    Library {
        name: "PJLIB",
        dir: "pjlib/src/pj",
        files: &[
            "activesock", "addr_resolv_sock", "array", "atomic_slist", "config", "ctype", "errno", "except", "fifobuf",
            "guid", "hash", "list", "lock", "log", "log_writer_stdout", "os_info", "os_time_common",
            "os_timestamp_common", "pool", "pool_buf", "pool_caching", "pool_dbg", "pool_policy_malloc", "rbtree",
            "sock_bsd", "sock_common", "sock_qos_bsd", "sock_qos_common", "sock_select", "ssl_sock_common",
            "ssl_sock_dump", "ssl_sock_ossl", "string", "timer", "types",
        ],
        left_out: &[
            // Replaced by src/random.rs.
            "rand", "guid_simple", "guid_uuid", "guid_win32", "guid_darwin", "guid_bsd", "guid_android",
            // C++, used by Android's audio device only.
            "atomic_queue",
            // Other TLS back-ends.
            "ssl_sock_gtls", "ssl_sock_darwin", "ssl_sock_mbedtls", "ssl_sock_apple",
            // Defines pj_run_app only, for programs with a Cocoa main loop; iOS.
            "os_core_darwin", "os_info_iphone",
            // Other ways to wait for sockets.
            "ioqueue_dummy", "ioqueue_kqueue",
            // Test helper.
            "unittest",
        ],
    },
    Library {
        name: "PJLIB_UTIL",
        dir: "pjlib-util/src/pjlib-util",
        files: &[
            "base64", "crc32", "dns", "dns_dump", "dns_server", "errno", "hmac_md5", "hmac_sha1", "http_client", "json",
            "md5", "resolver", "scanner", "sha1", "srv_resolver", "string", "stun_simple", "stun_simple_client",
            "websock", "xml",
        ],
        left_out: &[
            // Upstream's command-line programs.
            "cli", "cli_console", "cli_telnet", "getopt",
            // Reader of capture files, used by its tests.
            "pcap",
        ],
    },
    Library {
        name: "PJNATH",
        dir: "pjnath/src/pjnath",
        files: &[
            "errno", "ice_session", "ice_strans", "nat_detect", "stun_auth", "stun_msg", "stun_msg_dump",
            "stun_session", "stun_sock", "stun_transaction", "turn_session", "turn_sock", "upnp",
        ],
        left_out: &[],
    },
    Library {
        name: "PJMEDIA",
        dir: "pjmedia/src/pjmedia",
        files: &[
            "alaw_ulaw", "alaw_ulaw_table", "audiodev", "av_sync", "bidirectional", "clock_thread", "codec",
            "conf_switch", "conf_thread", "conference", "converter", "delaybuf", "echo_common", "echo_port",
            "echo_speex", "echo_suppress", "endpoint", "errno", "event", "format", "g711", "jbuf", "master_port",
            "mem_capture", "mem_player", "null_port", "plc_common", "port", "resample_port", "resample_speex", "rtcp",
            "rtcp_fb", "rtcp_xr", "rtp", "sdp", "sdp_cmp", "sdp_neg", "session", "silencedet", "sound_legacy",
            "sound_port", "splitcomb", "stereo_port", "stream", "stream_common", "stream_info", "tonegen",
            "transport_ice", "transport_loop", "transport_srtp", "transport_udp", "txt_stream", "types", "vid_codec",
            "vid_codec_util", "vid_conf", "vid_port", "vid_stream", "vid_stream_info", "videodev", "wav_player",
            "wav_playlist", "wav_writer", "wave", "wsola",
        ],
        left_out: &[
            // C++, compiled by build/aec3.rs.
            "echo_webrtc_aec3",
            // The older WebRTC canceller is no longer in the tree.
            "echo_webrtc",
            // Other resamplers; we take Speex'.
            "resample_resample", "resample_libsamplerate",
            // Client of one company's speech service, new in 2.17.
            "ai_port", "ai_port_openai",
            // Video.
            "avi_player", "avi_writer", "converter_libswscale", "converter_libyuv", "ffmpeg_util",
            // Example code.
            "transport_adapter_sample",
        ],
    },
    Library {
        name: "PJMEDIA_CODEC",
        dir: "pjmedia/src/pjmedia-codec",
        files: &[
            "amr_sdp_match", "audio_codecs", "bcg729", "g722", "g722/g722_dec", "g722/g722_enc", "g7221_sdp_match",
            "gsm", "h263_packetizer", "h264_packetizer", "l16", "opus", "speex_codec", "vpx_packetizer",
        ],
        left_out: &[
            // Needs a header of third_party/ilbc, which Debian removed, before its own feature guard.
            "ilbc",
            // Codecs whose libraries we do not carry.
            "g7221", "ipp_codecs", "opencore_amr", "silk", "passthrough", "lyra", "and_aud_mediacodec",
            // Video.
            "and_vid_mediacodec", "ffmpeg_vid_codecs", "openh264", "vid_toolbox", "vpx",
        ],
    },
    Library {
        name: "PJMEDIA_AUDIODEV",
        dir: "pjmedia/src/pjmedia-audiodev",
        files: &["audiodev", "audiotest", "errno", "null_dev"],
        left_out: &[
            // The device comes from Rust; these talk to systems directly.
            "alsa_dev", "android_jni_dev", "bb10_dev", "bdimad_dev", "legacy_dev", "oboe_dev", "opensl_dev", "pa_dev",
            "wmme_dev", "coreaudio_dev", "wasapi_dev",
        ],
    },
    Library {
        name: "PJSIP",
        dir: "pjsip/src/pjsip",
        files: &[
            "sip_auth_aka", "sip_auth_client", "sip_auth_msg", "sip_auth_parser", "sip_auth_server", "sip_config",
            "sip_dialog", "sip_endpoint", "sip_errno", "sip_msg", "sip_multipart", "sip_parser", "sip_resolve",
            "sip_tel_uri", "sip_transaction", "sip_transport", "sip_transport_loop", "sip_transport_tcp",
            "sip_transport_tls", "sip_transport_udp", "sip_ua_layer", "sip_uri", "sip_util", "sip_util_proxy",
            "sip_util_statefull",
        ],
        left_out: &[],
    },
    Library {
        name: "PJSIP_SIMPLE",
        dir: "pjsip/src/pjsip-simple",
        files: &[
            "dialog_info", "dlg_event", "errno", "evsub", "evsub_msg", "iscomposing", "mwi", "pidf", "presence",
            "presence_body", "publishc", "rpid", "xpidf",
        ],
        left_out: &[],
    },
    Library {
        name: "PJSIP_UA",
        dir: "pjsip/src/pjsip-ua",
        files: &["sip_100rel", "sip_inv", "sip_reg", "sip_replaces", "sip_siprec", "sip_timer", "sip_xfer"],
        left_out: &[],
    },
    Library {
        name: "PJSUA_LIB",
        dir: "pjsip/src/pjsua-lib",
        files: &[
            "pjsua_acc", "pjsua_aud", "pjsua_call", "pjsua_core", "pjsua_dump", "pjsua_im", "pjsua_media", "pjsua_pres",
            "pjsua_txt", "pjsua_vid",
        ],
        left_out: &[],
    },
];

/// PJLIB's Linux part.
#[rustfmt::skip]
pub const PJLIB_LINUX: &[&str] = &[
    "file_access_unistd", "file_io_ansi", "ioqueue_epoll", "ip_helper_generic", "os_core_unix", "os_error_unix",
    "os_time_unix", "os_timestamp_posix",
];

/// PJLIB's macOS part (untested): `select`, as upstream's default.
#[rustfmt::skip]
pub const PJLIB_MACOS: &[&str] = &[
    "file_access_unistd", "file_io_ansi", "ioqueue_select", "ip_helper_generic", "os_core_unix", "os_error_unix",
    "os_time_unix", "os_timestamp_posix", "sock_qos_darwin",
];

/// PJLIB's Windows part (compiled with mingw-w64, not run).
#[rustfmt::skip]
pub const PJLIB_WINDOWS: &[&str] = &[
    "file_access_win32", "file_io_win32", "ioqueue_select", "ip_helper_win32", "os_core_win32", "os_error_win32",
    "os_time_win32", "os_timestamp_win32", "unicode_win32",
];
