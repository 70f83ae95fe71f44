//! The table of commands, and the help made of it.

/// Name, argument and purpose of each command.
pub(crate) const TABLE: &[(&str, &str, &str)] = &[
    (
        "call",
        "URI",
        "calls; 1002 is completed to sip:1002@ the account's domain",
    ),
    (
        "answer",
        "[CODE]",
        "answers an incoming call that waits: 180 rings, 183 opens early media, 200 (default) takes it",
    ),
    (
        "reject",
        "CODE",
        "rejects an incoming call that waits, with a code from 300 to 699, such as 486",
    ),
    (
        "redirect",
        "URI",
        "answers an incoming call that waits 302, with this place to try instead",
    ),
    ("hangup", "", "ends the call in whatever way its state asks for"),
    (
        "hold",
        "[MODE]",
        "holds the call: sendonly (default; the peer may hear what is played) or inactive (no audio at all)",
    ),
    ("resume", "", "lets the call go on"),
    (
        "reinvite",
        "",
        "sends our offer anew by re-INVITE: codecs, addresses, direction",
    ),
    ("update", "", "sends it by UPDATE, which also goes before the answer"),
    ("mute", "", "sends silence instead of what we say; the peer is not told"),
    ("unmute", "", "sends what we say again"),
    (
        "transfer",
        "URI",
        "asks the peer to call somebody else instead of us (blind transfer)",
    ),
    (
        "transfer-to",
        "CALL",
        "connects the peer with that of another of our calls (attended transfer)",
    ),
    (
        "accept-transfer",
        "",
        "makes the call that the last transfer_request asks for (--accept-transfer ask)",
    ),
    (
        "reject-transfer",
        "[CODE]",
        "declines it, with a code from 300 to 699, 603 by default",
    ),
    (
        "dtmf",
        "DIGITS",
        "sends keys (0-9 * # A-D; a comma waits a second) as --dtmf says",
    ),
    ("dtmf-info", "DIGITS", "sends keys by INFO, as application/dtmf-relay"),
    (
        "info",
        "TYPE BODY",
        "sends INFO with a body of this content type in the call",
    ),
    ("options", "URI", "asks who is there (OPTIONS) and tells the round trip"),
    (
        "message",
        "URI TEXT",
        "sends a text (MESSAGE), and tells what became of it",
    ),
    (
        "typing",
        "URI on|off",
        "tells that we type a text for somebody, or do no longer",
    ),
    (
        "header",
        "NAME VALUE",
        "adds a header to the next request or answer that a command here sends",
    ),
    (
        "select",
        "CALL",
        "lets commands act on this call, by the number in its events; 0 for the newest again",
    ),
    ("calls", "", "tells the calls, and which one is selected"),
    (
        "story",
        "",
        "tells all that happened with the call: asked, sent, received, decided",
    ),
    (
        "conference",
        "[CALL…]",
        "lets calls hear each other: those of these numbers, or all; again to add some",
    ),
    ("leave", "CALL", "takes a call out of its conference; it goes on alone"),
    (
        "bridge",
        "CALL CALL",
        "connects two calls with each other; when one ends the other is hung up",
    ),
    (
        "play",
        "FILE [loop]",
        "plays a file into the call, once or again and again: WAV, MP3, FLAC, Ogg Vorbis, Ogg Opus",
    ),
    ("pause", "[on|off]", "interrupts what is played, or lets it go on (off)"),
    ("seek", "SECONDS", "goes on playing from there"),
    ("stop-play", "", "ends what is played, the last begun first"),
    (
        "record",
        "[FILE]",
        "records the call as --record-side, --split-record and --record-format say; {date}, {remote_user} … are filled in",
    ),
    ("stop-record", "", "ends the recordings of the call"),
    (
        "tap",
        "SIDE[:RATE]=FILE",
        "writes the call's audio as raw PCM, as --tap does",
    ),
    ("feed", "[RATE=]FILE", "sends raw PCM to the peer, as --feed does"),
    (
        "tone",
        "NAME [COUNTRY]",
        "plays a tone to the peer: dial, ringback, busy, congestion … of a country (us), or one as 440+480/2000,0/4000",
    ),
    ("stop-tone", "", "ends the tones of the call"),
    (
        "speech",
        "on|off",
        "tells when the peer begins and ends to speak, or no longer",
    ),
    (
        "listen",
        "[COUNTRY|off]",
        "tells tones that are heard: busy, ringback, fax, beep …, of a country (us); or no longer (off)",
    ),
    (
        "stats",
        "",
        "tells everything counted about the call's audio: loss, jitter, round trip, MOS …",
    ),
    (
        "check",
        "",
        "tells what keeps the call from being heard: nothing comes, only silence …",
    ),
    ("levels", "", "tells how loud the call is, both ways"),
    (
        "gain",
        "DB [received|sent]",
        "makes the call louder or softer, both ways or one, from -42 to 6",
    ),
    ("devices", "", "tells the sound devices there are, and which are in use"),
    ("codecs", "", "tells the codecs, in the order they are offered"),
    ("watch", "URI", "watches somebody's presence"),
    ("blf", "URI", "watches the calls of a line, as a busy lamp does"),
    (
        "mwi",
        "[URI]",
        "tells waiting messages of a mailbox, by default our own address",
    ),
    (
        "unwatch",
        "URI",
        "watches no longer: presence, line, or whatever was subscribed to there",
    ),
    (
        "subscribe",
        "PACKAGE URI",
        "subscribes to an event package (RFC 6665); what is told comes as it is",
    ),
    ("watchers", "", "tells who watches us"),
    (
        "accept-watcher",
        "NUMBER",
        "lets somebody who asked to watch us (event watcher, pending) in",
    ),
    ("reject-watcher", "NUMBER", "turns him away, now or later"),
    (
        "presence",
        "STATE [TEXT]",
        "tells others: online, away, busy, on-the-phone, do-not-disturb, offline, and a text; published with --presence",
    ),
    (
        "register",
        "",
        "registers the account now, or refreshes the registration",
    ),
    ("unregister", "", "takes the account's registration back"),
    ("status", "", "tells registration and calls"),
    ("help", "", "tells these commands"),
    ("quit", "", "hangs up, unregisters and ends"),
];

/// The table as text, for `--help`.
pub(crate) fn help() -> String {
    let line = |(name, argument, purpose): &(&str, &str, &str)| {
        format!("  {:<24}{purpose}", format!("{name} {argument}").trim_end())
    };
    TABLE.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One sentence for each command, for the event `help`.
pub(crate) fn lines() -> Vec<String> {
    let line = |(name, argument, purpose): &(&str, &str, &str)| {
        let command = format!("{name} {argument}");
        format!("{}: {purpose}", command.trim_end())
    };
    TABLE.iter().map(line).collect()
}
