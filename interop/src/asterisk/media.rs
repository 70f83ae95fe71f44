//! Codecs and encryption with Asterisk.

use anyhow::{Result, ensure};
use microsip_core::{SrtpKeying, SrtpMode, Transport};
use microsip_testkit::asterisk::AsteriskSrtp;

use super::{PEER, PLAIN, Pair, Setup};
use crate::scenario::{Note, Scenario};
use crate::stage::{codec_of, echo, is_speech, keyed, media, refused, say, soon};

/// Our name of a codec, Asterisk's, and how much of the speech must be recognised.
const CODECS: [(&str, &str, f64); 7] = [
    ("PCMU", "ulaw", 0.95),
    ("PCMA", "alaw", 0.95),
    ("G722", "g722", 0.9),
    ("GSM", "gsm", 0.85),
    ("speex/8000", "speex", 0.7),
    ("speex/16000", "speex16", 0.7),
    ("opus", "opus", 0.8),
];

pub fn scenarios() -> Vec<Scenario> {
    let mut list: Vec<Scenario> = CODECS
        .map(|(name, theirs, least)| {
            Scenario::new(PEER, "UDP", format!("codec {name}, audio both ways"), move || {
                codec(name, theirs, least)
            })
        })
        .into();
    for (name, theirs, least) in CODECS {
        let run = move || level(name, theirs, least);
        list.push(Scenario::new(
            PEER,
            "UDP",
            format!("codec {name}, decoded there: level kept"),
            run,
        ));
    }
    list.push(Scenario::new(
        PEER,
        "UDP",
        "our codecs against theirs: the first common one",
        common,
    ));
    list.push(Scenario::new(PEER, "UDP", "no common codec: 488", none_common));
    for (transport, name) in [(Transport::Udp, "UDP"), (Transport::Tls, "TLS")] {
        list.push(Scenario::new(
            PEER,
            name,
            "SRTP, SDES keys, required on both sides",
            move || sdes(transport),
        ));
    }
    list.push(Scenario::new(
        PEER,
        "UDP",
        "SRTP, SDES keys, optional on both sides",
        sdes_optional,
    ));
    list.push(Scenario::new(
        PEER,
        "UDP",
        "SRTP optional with us, plain there",
        sdes_unused,
    ));
    list.push(Scenario::new(PEER, "UDP", "SRTP, DTLS keys, we call", dtls));
    list.push(Scenario::new(PEER, "UDP", "SRTP, DTLS keys, we are called", dtls_in));
    list.push(Scenario::new(
        PEER,
        "UDP",
        "encryption required there, not offered by us: refused",
        plain_refused,
    ));
    list.push(Scenario::new(
        PEER,
        "UDP",
        "encryption required by us, not offered there: refused",
        encryption_refused,
    ));
    list
}

fn with_codec(name: &'static str, theirs: &'static str) -> Result<Pair> {
    Pair::with(PLAIN, |config| Ok(config.codecs(name)?), |user| user.codecs(theirs))
}

fn codec(name: &'static str, theirs: &'static str, least: f64) -> Result<Note> {
    let pair = with_codec(name, theirs)?;
    let call = pair.answered("echo")?;
    let agreed = codec_of(&media(&call)?);
    ensure!(
        agreed.to_lowercase().starts_with(&name.to_lowercase()),
        "{agreed} was agreed on"
    );
    let heard = echo(&pair.ours, &call, least)?;
    pair.finish(&call, format!("{agreed}, {heard}"))
}

fn common() -> Result<Note> {
    recorded(with_codec("opus PCMA PCMU", "gsm,alaw,ulaw")?, "PCMA", 0.95)
}

fn level(name: &'static str, theirs: &'static str, least: f64) -> Result<Note> {
    recorded(with_codec(name, theirs)?, name, least)
}

/// We speak to the PBX's recorder, which decodes it.
fn recorded(pair: Pair, codec: &str, least: f64) -> Result<Note> {
    let call = pair.answered("record")?;
    let agreed = codec_of(&media(&call)?);
    ensure!(
        agreed.to_lowercase().starts_with(&codec.to_lowercase()),
        "{agreed} was agreed on"
    );
    say(&pair.ours, &call)?;
    call.hang_up()?;
    pair.pbx.wait_channels(0, soon())?;
    let recordings = pair.pbx.recordings()?;
    ensure!(recordings.len() == 1, "{} recordings", recordings.len());
    let heard = is_speech(&recordings[0], least)?;
    ensure!(heard.level_db.abs() < 1.5, "the level is not kept: {heard}");
    pair.finish(&call, format!("{agreed}, {heard}"))
}

fn none_common() -> Result<Note> {
    let pair = with_codec("G722", "ulaw")?;
    let call = pair.call("echo")?;
    refused(&call, 488)?;
    pair.finish(&call, "")
}

/// An answered call to the echo whose media is encrypted like this.
fn encrypted(setup: Setup, keying: Option<SrtpKeying>) -> Result<Note> {
    let pair = Pair::start(setup)?;
    let call = pair.answered("echo")?;
    media(&call)?;
    keyed(&call, keying)?;
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn sdes(transport: Transport) -> Result<Note> {
    let setup = Setup {
        transport,
        user: |user| user.srtp(AsteriskSrtp::Sdes),
        account: |account| account.srtp(SrtpMode::Required),
        ..PLAIN
    };
    encrypted(setup, Some(SrtpKeying::Sdes))
}

fn sdes_optional() -> Result<Note> {
    let setup = Setup {
        user: |user| user.srtp(AsteriskSrtp::SdesOptional),
        account: |account| account.srtp(SrtpMode::Optional),
        ..PLAIN
    };
    encrypted(setup, Some(SrtpKeying::Sdes))
}

fn sdes_unused() -> Result<Note> {
    encrypted(
        Setup {
            account: |account| account.srtp(SrtpMode::Optional),
            ..PLAIN
        },
        None,
    )
}

const DTLS: Setup = Setup {
    user: |user| user.srtp(AsteriskSrtp::Dtls),
    account: |account| account.srtp(SrtpMode::Required).srtp_keying([SrtpKeying::Dtls]),
    ..PLAIN
};

fn dtls() -> Result<Note> {
    encrypted(DTLS, Some(SrtpKeying::Dtls))
}

fn dtls_in() -> Result<Note> {
    let mut pair = Pair::start(DTLS)?;
    pair.pbx.originate("alice", "echo")?;
    let call = pair.ours.incoming()?;
    call.answer(crate::stage::status(200)?)?;
    crate::stage::reach(&call, microsip_core::CallState::Confirmed)?;
    media(&call)?;
    keyed(&call, Some(SrtpKeying::Dtls))?;
    let heard = echo(&pair.ours, &call, 0.95)?;
    pair.finish(&call, heard.to_string())
}

fn plain_refused() -> Result<Note> {
    let pair = Pair::start(Setup {
        user: |user| user.srtp(AsteriskSrtp::Sdes),
        ..PLAIN
    })?;
    let call = pair.call("echo")?;
    refused(&call, 488)?;
    pair.finish(&call, "488")
}

fn encryption_refused() -> Result<Note> {
    let pair = Pair::start(Setup {
        account: |account| account.srtp(SrtpMode::Required),
        ..PLAIN
    })?;
    let call = pair.call("echo")?;
    refused(&call, 488)?;
    pair.finish(&call, "488")
}
