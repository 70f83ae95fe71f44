//! Digits with Asterisk, in every way they travel.

use std::time::Duration;

use anyhow::{Result, ensure};
use microsip_core::{DtmfMethod, DtmfOptions, EndpointConfig};
use microsip_testkit::asterisk::{AsteriskDtmf, AsteriskUser};
use microsip_testkit::audio::detect_dtmf;

use super::{PEER, PLAIN, Pair, Setup};
use crate::scenario::{Note, Scenario};
use crate::stage::{listen, media, soon};

pub fn scenarios() -> Vec<Scenario> {
    let one =
        |name: &str, case: Case| Scenario::new(PEER, "UDP", format!("digits both ways {name}"), move || digits(case));
    vec![
        one("as RTP events", PLAIN_CASE),
        one(
            "as RTP events at 48 kHz (opus)",
            Case {
                codec: |config| Ok(config.codecs("opus")?),
                user: |user| user.codecs("opus"),
                ..PLAIN_CASE
            },
        ),
        one(
            "by INFO, application/dtmf-relay",
            Case {
                method: DtmfMethod::Info,
                user: |user| user.dtmf(AsteriskDtmf::Info),
                ..PLAIN_CASE
            },
        ),
        one(
            "by INFO, application/dtmf",
            Case {
                method: DtmfMethod::InfoPlain,
                user: |user| user.dtmf(AsteriskDtmf::Info),
                ..PLAIN_CASE
            },
        ),
        one(
            "in the audio",
            Case {
                method: DtmfMethod::InBand,
                user: |user| user.dtmf(AsteriskDtmf::Inband),
                back: Back::Heard,
                ..PLAIN_CASE
            },
        ),
        one(
            "by what the PBX understands: RTP events",
            Case {
                method: DtmfMethod::Auto,
                ..PLAIN_CASE
            },
        ),
        one(
            "by what the PBX understands: audio",
            Case {
                method: DtmfMethod::Auto,
                user: |user| user.dtmf(AsteriskDtmf::Inband),
                back: Back::Heard,
                ..PLAIN_CASE
            },
        ),
    ]
}

/// How the PBX's digits reach us.
#[derive(Clone, Copy, PartialEq)]
enum Back {
    /// As events.
    Told,
    /// As tones in the recording.
    Heard,
}

#[derive(Clone, Copy)]
struct Case {
    method: DtmfMethod,
    codec: fn(EndpointConfig) -> Result<EndpointConfig>,
    user: fn(AsteriskUser) -> AsteriskUser,
    back: Back,
}

const PLAIN_CASE: Case = Case {
    method: DtmfMethod::RtpEvent,
    codec: PLAIN.config,
    user: |user| user,
    back: Back::Told,
};

/// The application `read` takes four digits and sends them back.
fn digits(case: Case) -> Result<Note> {
    const DIGITS: &str = "15*0";
    let mut pair = Pair::start(Setup {
        user: case.user,
        config: case.codec,
        ..PLAIN
    })?;
    let call = pair.answered("read")?;
    media(&call)?;
    // It needs a moment before it listens.
    listen(&pair.ours, &call, "settle", Duration::from_millis(500))?;
    let file = pair.ours.dir.join("back.wav");
    let recorder = call.record(&file)?;
    call.send_dtmf_with(DIGITS, DtmfOptions::default().method(case.method))?;
    let read = format!("read digits: {DIGITS}");
    ensure!(
        pair.pbx.output().wait_from(0, &read, soon()).is_some(),
        "the PBX did not read our digits"
    );
    match case.back {
        Back::Told => pair.ours.digits(&call, DIGITS)?,
        Back::Heard => {
            std::thread::sleep(Duration::from_secs(2));
            recorder.stop()?;
            let heard = detect_dtmf(&microsip_testkit::audio::Audio::read_wav(&file)?);
            let heard: String = heard.iter().map(|digit| digit.digit).collect();
            ensure!(heard == DIGITS, "{heard:?} is heard, not {DIGITS:?}");
        }
    }
    pair.finish(&call, "")
}
