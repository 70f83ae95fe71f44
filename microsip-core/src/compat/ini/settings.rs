//! `[Settings]`, typed.

use std::fmt;

use super::choice::{
    AutoAnswerBeside, AutoAnswerMode, DefaultAction, DenyIncoming, ForwardingMode, IniDtmf, IniRecordFormat,
    UpdatesInterval,
};
use super::document::IniFile;
use super::key::{BIG, Disposition, Key, Section, SectionKind, Value, ValueKind};
use super::table::keys;
use super::warning::{IniWarning, masked};
use crate::Result;

use ValueKind::{Choice, Clamped, Flag, Int, List, NotZero, One, Ports, Quoted, Text};

const PERCENT: ValueKind = Clamped { min: 0, max: 100 };
const COUNT: ValueKind = Int { min: 0, max: BIG };
const PORT: ValueKind = Int { min: 0, max: 65535 };
const PIXELS: ValueKind = Int {
    min: -BIG - 1,
    max: BIG,
};

/// Servers: `;` or `,` between them.
const fn servers(max: usize) -> ValueKind {
    List {
        separators: &[';', ','],
        max,
    }
}

#[rustfmt::skip]
keys! {
    /// The section `[Settings]`. Numbers after a key's meaning are the MicroSIP version it came with.
    Settings in Settings, SETTINGS_KEYS;

    /// The active account: the number of its section, 0 for none. Empty: a file of the oldest format.
    account_id: Option<u32> = "accountId" "" COUNT, Honoured;
    /// One call at a time.
    single_mode: bool = "singleMode" "1" Flag, Honoured;
    /// WAV file for ringing; empty: `ringtone.wav` beside the executable.
    ringing_sound: String = "ringingSound" "" Text, Honoured;
    /// Volume of ringing, in percent.
    volume_ring: u32 = "volumeRing" "100" PERCENT, Honoured;
    /// Device for ringing, by its exact name; empty or not found: the default one.
    audio_ring_device: String = "audioRingDevice" "" Quoted, Honoured;
    /// Loudspeaker, by its exact name; empty or not found: the default one.
    audio_output_device: String = "audioOutputDevice" "" Quoted, Honoured;
    /// Microphone, by its exact name; empty or not found: the default one.
    audio_input_device: String = "audioInputDevice" "" Quoted, Honoured;
    /// The upper half of the microphone's volume amplifies.
    mic_amplification: bool = "micAmplification" "0" Flag, Honoured;
    /// Adjust the microphone's level in software, not in the device's mixer.
    sw_level_adjustment: bool = "swLevelAdjustment" "0" Flag, Unsupported;
    /// Codecs in order of preference, as `name/clock/channels`; empty: the default ones.
    audio_codecs: Vec<String> = "audioCodecs" "PCMA/8000/1 PCMU/8000/1" List { separators: &[' '], max: 64 }, Honoured;
    /// Silence is not sent.
    vad: bool = "VAD" "0" Flag, Honoured;
    /// Echo canceller.
    echo_canceller: bool = "EC" "1" Flag, Honoured;
    /// Prefer our order of codecs in incoming calls.
    force_codec: bool = "forceCodec" "0" Flag, Honoured;
    /// Opus in stereo with 96 kbit/s; switches the echo canceller off.
    opus_stereo: bool = "opusStereo" "0" Flag, Honoured;
    /// Ignore text messages.
    disable_messaging: bool = "disableMessaging" "0" Flag, Honoured;
    /// No video.
    disable_video: bool = "disableVideo" "0" One, Unsupported;
    /// Camera.
    video_capture_device: String = "videoCaptureDevice" "" Quoted, Unsupported;
    /// Preferred video codec.
    video_codec: String = "videoCodec" "" Text, Unsupported;
    /// H.264 video (3.21).
    video_h264: bool = "videoH264" "1" NotZero, Unsupported;
    /// H.263 video (3.21).
    video_h263: bool = "videoH263" "1" NotZero, Unsupported;
    /// VP8 video (3.21).
    video_vp8: bool = "videoVP8" "1" NotZero, Unsupported;
    /// VP9 video (3.21).
    video_vp9: bool = "videoVP9" "1" NotZero, Unsupported;
    /// Video bit rate in kbit/s; 0: the codec's own.
    video_bitrate: u32 = "videoBitrate" "0" COUNT, Unsupported;
    /// The rport parameter in Via (RFC 3581).
    rport: bool = "rport" "1" NotZero, Honoured;
    /// Local SIP port; 0, or one that is taken: any.
    source_port: u16 = "sourcePort" "0" PORT, Honoured;
    /// First RTP port; 0: any. The range counts only if the last is greater than the first.
    rtp_port_min: u16 = "rtpPortMin" "0" PORT, Honoured;
    /// Last RTP port; 0: any.
    rtp_port_max: u16 = "rtpPortMax" "0" PORT, Honoured;
    /// Name servers for SRV and NAPTR.
    dns_srv_ns: Vec<String> = "dnsSrvNs" "" servers(4), Honoured;
    /// Look up SRV and NAPTR.
    dns_srv: bool = "dnsSrv" "0" One, Honoured;
    /// STUN servers.
    stun: Vec<String> = "STUN" "" servers(8), Honoured;
    /// Use STUN.
    enable_stun: bool = "enableSTUN" "0" One, Honoured;
    /// Folder for recordings; empty: the default one.
    recording_path: String = "recordingPath" "" Text, Honoured;
    /// Format of recordings.
    recording_format: IniRecordFormat = "recordingFormat" "" Choice(IniRecordFormat::TEXTS), Honoured;
    /// Record every call from answer on.
    auto_recording: bool = "autoRecording" "0" Flag, Honoured;
    /// Show the REC button.
    recording_button: bool = "recordingButton" "1" Flag, NoWindow;
    /// Show the AC button (3.22).
    button_ac: bool = "buttonAC" "1" Flag, NoWindow;
    /// Show the CONF button (3.22).
    button_conf: bool = "buttonCONF" "1" Flag, NoWindow;
    /// How digits are sent.
    dtmf_method: IniDtmf = "DTMFMethod" "0" Choice(IniDtmf::TEXTS), Honoured;
    /// Which calls are answered automatically.
    auto_answer: AutoAnswerMode = "autoAnswer" "button" Choice(AutoAnswerMode::TEXTS), Honoured;
    /// Seconds of ringing before the automatic answer.
    auto_answer_delay: u32 = "autoAnswerDelay" "0" COUNT, Honoured;
    /// Callers who are answered automatically: patterns with `;` or `|` between them; empty: all.
    auto_answer_number: String = "autoAnswerNumber" "" Text, Honoured;
    /// Automatic answer while there are other calls (3.22).
    auto_answer_calls: AutoAnswerBeside = "autoAnswerCalls" "" Choice(AutoAnswerBeside::TEXTS), Honoured;
    /// Which calls are forwarded (3.21).
    forwarding: ForwardingMode = "forwarding" "" Choice(ForwardingMode::TEXTS), Honoured;
    /// Where calls are forwarded to (3.21).
    forwarding_number: String = "forwardingNumber" "" Text, Honoured;
    /// Seconds of ringing before forwarding; 0: at once (3.21).
    forwarding_delay: u32 = "forwardingDelay" "0" COUNT, Honoured;
    /// Feature code of call pickup (3.21).
    feature_code_cp: String = "featureCodeCP" "**" Text, Honoured;
    /// Feature code of blind transfer (3.21).
    feature_code_bt: String = "featureCodeBT" "##" Text, Honoured;
    /// Feature code of attended transfer (3.21).
    feature_code_at: String = "featureCodeAT" "*2" Text, Honoured;
    /// Use the code of call pickup (3.21).
    enable_feature_code_cp: bool = "enableFeatureCodeCP" "1" Flag, Honoured;
    /// Use the code of blind transfer (3.21).
    enable_feature_code_bt: bool = "enableFeatureCodeBT" "0" Flag, Honoured;
    /// Use the code of attended transfer (3.21).
    enable_feature_code_at: bool = "enableFeatureCodeAT" "0" Flag, Honoured;
    /// Which incoming calls are refused.
    deny_incoming: DenyIncoming = "denyIncoming" "button" Choice(DenyIncoming::TEXTS), Honoured;
    /// URL of the users directory.
    users_directory: String = "usersDirectory" "" Text, Honoured;
    /// What a double-click in a list does.
    default_action: DefaultAction = "defaultAction" "" Choice(DefaultAction::TEXTS), NoWindow;
    /// React to multimedia keys.
    enable_media_buttons: bool = "enableMediaButtons" "0" Flag, Unsupported;
    /// USB headsets with buttons.
    headset_support: bool = "headsetSupport" "0" Flag, Unsupported;
    /// Tones of own digits and beeps; also whether an automatic answer beeps first.
    local_dtmf: bool = "localDTMF" "1" Flag, Unsupported;
    /// Write a log file with SIP messages.
    enable_log: bool = "enableLog" "0" Flag, Honoured;
    /// Bring the window to front when a call comes.
    bring_to_front_on_incoming: bool = "bringToFrontOnIncoming" "1" Flag, NoWindow;
    /// The local account exists although an account is active.
    enable_local_account: bool = "enableLocalAccount" "0" Flag, Honoured;
    /// Ringing window at a random place.
    random_answer_box: bool = "randomAnswerBox" "0" Flag, NoWindow;
    /// Do not replace callers' names by contacts' names (3.22).
    disable_name_lookup: bool = "disableNameLookup" "0" Flag, Honoured;
    /// React to changes of the network (3.22).
    network_changes: bool = "networkChanges" "1" Flag, Honoured;
    /// Off: busy whenever there is another call.
    call_waiting: bool = "callWaiting" "1" Flag, Honoured;
    /// How often to ask for a new version.
    updates_interval: UpdatesInterval = "updatesInterval" "" Choice(UpdatesInterval::TEXTS), NoWindow;
    /// Unix time of the last question for a new version.
    check_updates_time: i64 = "checkUpdatesTime" "0" Int { min: 0, max: i64::MAX }, NoWindow;
    /// The window cannot be resized.
    no_resize: bool = "noResize" "0" One, NoWindow;
    /// The whole User-Agent value; empty: the program's name and version.
    user_agent: String = "userAgent" "" Text, Honoured;
    /// Seconds after the answer at which a call is ended; 0: never.
    auto_hang_up_time: u32 = "autoHangUpTime" "0" COUNT, Honoured;
    /// With more calls than this, incoming ones are refused; 0: no limit.
    max_concurrent_calls: u32 = "maxConcurrentCalls" "0" COUNT, Honoured;
    /// Closing the ringing window declines.
    no_ignore_call: bool = "noIgnoreCall" "0" One, NoWindow;
    /// Command run when an INVITE is sent.
    cmd_outgoing_call: String = "cmdOutgoingCall" "" Quoted, Honoured;
    /// Command run when an INVITE arrives, before all checks.
    cmd_incoming_call: String = "cmdIncomingCall" "" Quoted, Honoured;
    /// Command run when it starts to ring.
    cmd_call_ring: String = "cmdCallRing" "" Quoted, Honoured;
    /// Command run when an incoming call is answered.
    cmd_call_answer: String = "cmdCallAnswer" "" Quoted, Honoured;
    /// Command run when an incoming call with video is answered (3.21).
    cmd_call_answer_video: String = "cmdCallAnswerVideo" "" Quoted, Honoured;
    /// Command run when a call ends with 486, 600 or 603.
    cmd_call_busy: String = "cmdCallBusy" "" Quoted, Honoured;
    /// Command run when a call is confirmed.
    cmd_call_start: String = "cmdCallStart" "" Quoted, Honoured;
    /// Command run when a call ends in any other way.
    cmd_call_end: String = "cmdCallEnd" "" Quoted, Honoured;
    /// Always start minimised (3.21).
    minimized: bool = "minimized" "0" Flag, NoWindow;
    /// Never open a window by itself (until 3.21).
    silent: bool = "silent" "0" Flag, NoWindow;
    /// Host for port knocking; empty: the registrar's.
    port_knocker_host: String = "portKnockerHost" "" Text, Honoured;
    /// Ports to knock at, in this order; empty: none.
    port_knocker_ports: Vec<u16> = "portKnockerPorts" "" Ports, Honoured;
    /// Left edge of the main window.
    main_x: i32 = "mainX" "0" PIXELS, NoWindow;
    /// Upper edge of the main window.
    main_y: i32 = "mainY" "0" PIXELS, NoWindow;
    /// Width of the main window.
    main_w: i32 = "mainW" "0" PIXELS, NoWindow;
    /// Height of the main window.
    main_h: i32 = "mainH" "0" PIXELS, NoWindow;
    /// Left edge of the message window.
    messages_x: i32 = "messagesX" "0" PIXELS, NoWindow;
    /// Upper edge of the message window.
    messages_y: i32 = "messagesY" "0" PIXELS, NoWindow;
    /// Width of the message window.
    messages_w: i32 = "messagesW" "0" PIXELS, NoWindow;
    /// Height of the message window.
    messages_h: i32 = "messagesH" "0" PIXELS, NoWindow;
    /// Left edge of the ringing window.
    ringin_x: i32 = "ringinX" "0" PIXELS, NoWindow;
    /// Upper edge of the ringing window.
    ringin_y: i32 = "ringinY" "0" PIXELS, NoWindow;
    /// Width of a column of the calls list.
    calls_width_0: i32 = "callsWidth0" "0" PIXELS, NoWindow;
    /// Width of a column of the calls list.
    calls_width_1: i32 = "callsWidth1" "0" PIXELS, NoWindow;
    /// Width of a column of the calls list.
    calls_width_2: i32 = "callsWidth2" "0" PIXELS, NoWindow;
    /// Width of a column of the calls list.
    calls_width_3: i32 = "callsWidth3" "0" PIXELS, NoWindow;
    /// Width of a column of the calls list.
    calls_width_4: i32 = "callsWidth4" "0" PIXELS, NoWindow;
    /// Width of a column of the calls list.
    calls_width_5: i32 = "callsWidth5" "0" PIXELS, NoWindow;
    /// Width of a column of the contacts list.
    contacts_width_0: i32 = "contactsWidth0" "0" PIXELS, NoWindow;
    /// Width of a column of the contacts list.
    contacts_width_1: i32 = "contactsWidth1" "0" PIXELS, NoWindow;
    /// Width of a column of the contacts list.
    contacts_width_2: i32 = "contactsWidth2" "0" PIXELS, NoWindow;
    /// Volume of the loudspeaker, in percent.
    volume_output: u32 = "volumeOutput" "100" PERCENT, Honoured;
    /// Volume of the microphone, in percent.
    volume_input: u32 = "volumeInput" "100" PERCENT, Honoured;
    /// The window's tab: 0 phone, 1 logs, 2 contacts.
    active_tab: u32 = "activeTab" "0" Int { min: 0, max: 2 }, NoWindow;
    /// State: forwarding is on (3.21).
    fwd: bool = "FWD" "0" Flag, Honoured;
    /// State: automatic answer is on.
    aa: bool = "AA" "0" Flag, Honoured;
    /// State: automatic conference is on.
    ac: bool = "AC" "0" Flag, Honoured;
    /// State: do not disturb.
    dnd: bool = "DND" "0" Flag, Honoured;
    /// The window stays on top.
    always_on_top: bool = "alwaysOnTop" "0" Flag, NoWindow;
    /// The window remembers its monitor (3.21).
    multi_monitor: bool = "multiMonitor" "0" Flag, NoWindow;
    /// Show the shortcut buttons.
    enable_shortcuts: bool = "enableShortcuts" "0" Flag, NoWindow;
    /// Shortcut buttons at the bottom.
    shortcuts_bottom: bool = "shortcutsBottom" "0" Flag, NoWindow;
    /// The last number called, or that called, for redial.
    last_call_number: String = "lastCallNumber" "" Text, Honoured;
    /// The last call had video.
    last_call_has_video: bool = "lastCallHasVideo" "0" One, Unsupported;
    /// The key in `[Calls]` written last; -1: none.
    calls_last_key: i32 = "callsLastKey" "-1" Int { min: -1, max: 999 }, Honoured;
    /// The program's version that wrote the file last (3.22).
    version: String = "version" "" Text, NoWindow;
}

const SECTION: &str = "Settings";

impl Settings {
    /// Reads `[Settings]`. A missing section gives the defaults; wrong values are told and the defaults used.
    pub fn read(ini: &IniFile) -> (Settings, Vec<IniWarning>) {
        let mut warnings = Vec::new();
        let settings = Settings::read_section(&Section::of(ini, SECTION), &mut warnings);
        (settings, warnings)
    }

    /// Writes to the document what it does not say already; the number of lines that changed.
    ///
    /// A value that is wrong in the file stays as long as the setting is the default used instead of it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a text that has line ends or NUL in it, or
    /// characters that are not in the file's code page. Lines before the refused one are changed.
    pub fn write(&self, ini: &mut IniFile) -> Result<usize> {
        let (old, _) = Settings::read(ini);
        self.write_section(&old, ini, SECTION)
    }
}
