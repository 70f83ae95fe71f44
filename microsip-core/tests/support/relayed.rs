//! A call between two accounts of ours whose media goes through a relay that spoils it: a B2BUA of bytes stands between.

use std::net::SocketAddr;

use microsip_core::*;
use microsip_testkit::impair::{Impairment, Relay};

use super::leg::us;
use super::peer::{Dialog, Got, Peer};
use super::rtp::audio_address;
use super::{Running, SOON, incoming};

pub struct Relayed {
    pub out: Call,
    pub inn: Call,
    pub relay: Relay,
    _between: Peer,
}

/// The message's SDP with this address for audio, and RTCP where it was.
fn moved(message: &Got, to: SocketAddr) -> String {
    let from = audio_address(message).port();
    let body = message.body_text();
    assert!(body.contains("a=rtcp:"), "RTCP would follow: {body}");
    body.replace(&format!("m=audio {from} "), &format!("m=audio {} ", to.port()))
}

/// 1001 calls 1002; `to_callee` is what becomes of audio on that way, once the relay is told to
/// begin. The way back is clean.
pub fn relayed(ep: &Running, options: CallOptions, answer: AnswerOptions, to_callee: Impairment) -> Relayed {
    let mut events = ep.events();
    let relay = Relay::waiting(to_callee, Impairment::new(0)).unwrap();
    let between = Peer::new();
    let account = |user: &str| {
        let known = ep.accounts().unwrap().into_iter().find(|a| a.aor().contains(user));
        known.unwrap_or_else(|| ep.local(user))
    };
    let (caller, callee) = (account("1001"), account("1002"));
    let out = caller.call_with(&between.uri("1002"), options).unwrap();
    let invite = between.request("INVITE");
    relay.set_caller(audio_address(&invite));
    let dialog = Dialog::new(&between, callee.aor(), "relayed");
    let offer = moved(&invite, relay.caller_at());
    between.send(us(ep), "INVITE", callee.aor(), &dialog, 1, &[], Some(&offer));
    let inn = incoming(&mut events);
    inn.answer_with(StatusCode::OK, answer).unwrap();
    let ok = between.response(200, "INVITE");
    relay.set_callee(audio_address(&ok));
    between.send(us(ep), "ACK", callee.aor(), &dialog.answered(&ok), 1, &[], None);
    between.reply(&invite, 200, &[], Some(&moved(&ok, relay.callee_at())));
    between.request("ACK");
    for call in [&out, &inn] {
        call.wait_for(CallState::Confirmed, SOON).unwrap();
    }
    Relayed {
        out,
        inn,
        relay,
        _between: between,
    }
}
