//! Codecs, encryption and digits with baresip.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use microsip_core::{CallState, DtmfMethod, DtmfOptions, Event, SrtpKeying, SrtpMode, Transport};
use microsip_testkit::audio::tone_level;
use microsip_testkit::baresip::BaresipSrtp;

use super::{NEWER, PEER, PITCH_HZ, PLAIN, Pair, Setup};
use crate::scenario::{Note, Scenario};
use crate::stage::{PITCH_DBFS, codec_of, end_of, is_speech, is_tone, keyed, listen, media, refused, say, soon};

/// Our name of a codec, baresip's, and how much of the speech must be recognised.
const CODECS: [(&str, &str, f64); 5] = [
    ("PCMU", "pcmu", 0.95),
    ("PCMA", "pcma", 0.95),
    ("G722", "g722", 0.9),
    ("GSM", "gsm", 0.85),
    ("opus", "opus", 0.8),
];

/// How both sides encrypt, and what comes of it.
struct Encryption {
    name: &'static str,
    theirs: BaresipSrtp,
    ours: SrtpMode,
    keying: Option<SrtpKeying>,
}

const ENCRYPTIONS: [Encryption; 5] = [
    Encryption {
        name: "SRTP, SDES keys, required on both sides",
        theirs: BaresipSrtp::Sdes,
        ours: SrtpMode::Required,
        keying: Some(SrtpKeying::Sdes),
    },
    Encryption {
        name: "SRTP, SDES keys, optional on both sides",
        theirs: BaresipSrtp::Optional,
        ours: SrtpMode::Optional,
        keying: Some(SrtpKeying::Sdes),
    },
    Encryption {
        name: "SRTP, SDES keys, RTP/SAVPF there",
        theirs: BaresipSrtp::SdesFeedback,
        ours: SrtpMode::Required,
        keying: Some(SrtpKeying::Sdes),
    },
    Encryption {
        name: "SRTP, DTLS keys",
        theirs: BaresipSrtp::Dtls,
        ours: SrtpMode::Required,
        keying: Some(SrtpKeying::Dtls),
    },
    Encryption {
        name: "SRTP optional with us, plain there",
        theirs: BaresipSrtp::Off,
        ours: SrtpMode::Optional,
        keying: None,
    },
];

pub fn scenarios() -> Vec<Scenario> {
    let mut list = Vec::new();
    for (name, theirs, least) in CODECS {
        list.push(Scenario::new(
            PEER,
            "UDP",
            format!("codec {name}, audio both ways"),
            move || codec(name, theirs, least),
        ));
    }
    for encryption in ENCRYPTIONS {
        let Encryption {
            name,
            theirs,
            ours,
            keying,
        } = encryption;
        if theirs == BaresipSrtp::SdesFeedback {
            // Its answer has to repeat the profile of our offer, and it knows only the one it is set to.
            list.push(Scenario::new(
                PEER,
                "UDP",
                "RTP/SAVPF required there, RTP/SAVP offered by us: refused",
                || mismatch(BaresipSrtp::SdesFeedback, SrtpMode::Required),
            ));
        } else {
            list.push(Scenario::new(PEER, "UDP", format!("{name}, we call"), move || {
                encrypted(theirs, ours, keying, true)
            }));
        }
        list.push(Scenario::new(
            PEER,
            "UDP",
            format!("{name}, we are called"),
            move || encrypted(theirs, ours, keying, false),
        ));
    }
    list.push(Scenario::new(
        PEER,
        "UDP",
        "encryption required there, none with us: refused",
        || mismatch(BaresipSrtp::Sdes, SrtpMode::Off),
    ));
    list.push(Scenario::new(PEER, "UDP", "digits as RTP events both ways", || {
        digits(PEER)
    }));
    list.push(Scenario::new(NEWER, "UDP", "digits as RTP events both ways", || {
        digits(NEWER)
    }));
    list.push(Scenario::new(
        NEWER,
        "UDP",
        "digits by INFO to it, application/dtmf-relay",
        info_out,
    ));
    list.push(Scenario::new(
        NEWER,
        "UDP",
        "digits by INFO it does not know, application/dtmf: told as failed",
        info_refused,
    ));
    list.push(Scenario::new(NEWER, "UDP", "digits by INFO from it", info_in));
    list
}

/// Both sides heard each other.
fn both_ways(mut pair: Pair, call: &microsip_core::Call, least: f64, detail: &str) -> Result<Note> {
    let tone = listen(&pair.ours, call, "bob", Duration::from_millis(1200))?;
    is_tone(&tone, PITCH_HZ)?;
    let level = tone_level(
        &tone.slice(Duration::from_millis(300), Duration::from_millis(800)),
        PITCH_HZ,
    );
    // GSM models a voice; a steady tone goes through it unevenly.
    ensure!(
        (level - PITCH_DBFS).abs() < 1.5 || detail.starts_with("GSM"),
        "its tone of {PITCH_DBFS} dBFS arrives with {level:.1} dBFS"
    );
    say(&pair.ours, call)?;
    call.hang_up()?;
    pair.bob.wait_event("CALL_CLOSED", soon())?;
    end_of(call)?;
    let recordings = pair.bob.heard()?;
    let heard = is_speech(recordings.last().context("it recorded nothing")?, least)?;
    ensure!(heard.level_db.abs() < 1.5, "the level is not kept: {heard}");
    let detail = [detail, &heard.to_string()]
        .iter()
        .filter(|s| !s.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    pair.close(detail)
}

fn codec(name: &'static str, theirs: &'static str, least: f64) -> Result<Note> {
    let mut pair = Pair::with(
        PLAIN,
        |config| Ok(config.codecs(name)?),
        |phone| phone.codecs(&[theirs]),
        |account| account,
    )?;
    let call = pair.answered()?;
    let agreed = codec_of(&media(&call)?);
    ensure!(
        agreed.to_lowercase().starts_with(&name.to_lowercase()),
        "{agreed} was agreed on"
    );
    both_ways(pair, &call, least, &agreed)
}

fn encrypted(theirs: BaresipSrtp, ours: SrtpMode, keying: Option<SrtpKeying>, outgoing: bool) -> Result<Note> {
    let config = |config: microsip_core::EndpointConfig| Ok(config.codecs("PCMU")?);
    let mut pair = Pair::with(
        PLAIN,
        config,
        |phone| phone.srtp(theirs),
        |account| match keying {
            Some(SrtpKeying::Dtls) => account.srtp(ours).srtp_keying([SrtpKeying::Dtls]),
            _ => account.srtp(ours),
        },
    )?;
    let call = if outgoing { pair.answered()? } else { pair.called()? };
    media(&call)?;
    keyed(&call, keying)?;
    both_ways(pair, &call, 0.95, "")
}

fn mismatch(theirs: BaresipSrtp, ours: SrtpMode) -> Result<Note> {
    let pair = Pair::with(
        PLAIN,
        PLAIN.config,
        |phone| phone.srtp(theirs),
        |account| account.srtp(ours),
    )?;
    let call = pair.call()?;
    refused(&call, 488)?;
    pair.close("488")
}

fn digits(peer: &'static str) -> Result<Note> {
    let mut pair = Pair::start(Setup {
        peer,
        transport: Transport::Udp,
        ..PLAIN
    })?;
    let call = pair.answered()?;
    media(&call)?;
    call.send_dtmf("0129*#AD")?;
    let mut seen = String::new();
    while seen.len() < 8 {
        let event = pair
            .bob
            .wait_event("CALL_DTMF_START", soon())
            .with_context(|| format!("after {seen:?}"))?;
        seen.push_str(&event.param);
    }
    ensure!(seen.eq_ignore_ascii_case("0129*#AD"), "it saw {seen:?}");
    pair.bob.send_dtmf("84*#")?;
    pair.ours.digits(&call, "84*#")?;
    pair.finish(&call, "")
}

fn info_out() -> Result<Note> {
    let mut pair = Pair::start(Setup { peer: NEWER, ..PLAIN })?;
    let call = pair.answered()?;
    media(&call)?;
    call.send_dtmf_with("84*#", DtmfOptions::default().method(DtmfMethod::Info))?;
    let mut seen = String::new();
    while seen.len() < 4 {
        let event = pair
            .bob
            .wait_event("CALL_DTMF_START", soon())
            .with_context(|| format!("after {seen:?}"))?;
        seen.push_str(&event.param);
    }
    ensure!(seen == "84*#", "it saw {seen:?}");
    pair.finish(&call, "")
}

fn info_refused() -> Result<Note> {
    let mut pair = Pair::start(Setup { peer: NEWER, ..PLAIN })?;
    let call = pair.answered()?;
    media(&call)?;
    call.send_dtmf_with("8", DtmfOptions::default().method(DtmfMethod::InfoPlain))?;
    let error = pair.ours.wait("digit that failed", |event| match event {
        Event::DtmfFailed { error, .. } => Some(error.clone()),
        _ => None,
    })?;
    let code = error.sip_status().map(microsip_core::StatusCode::code);
    ensure!(code == Some(488), "it failed with {error}");
    ensure!(
        call.state() == CallState::Confirmed,
        "the call is {}",
        call.state().name()
    );
    pair.finish(&call, "488, and the call goes on")
}

fn info_in() -> Result<Note> {
    let mut pair = Pair::start(Setup {
        peer: NEWER,
        phone: |phone| phone.account(";dtmfmode=info"),
        ..PLAIN
    })?;
    let call = pair.answered()?;
    media(&call)?;
    pair.bob.send_dtmf("84*#")?;
    pair.ours.digits(&call, "84*#")?;
    ensure!(
        pair.ours.wire("incoming INFO", "application/dtmf-relay"),
        "no INFO came"
    );
    pair.finish(&call, "")
}
