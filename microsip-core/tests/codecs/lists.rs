//! Which codecs are offered and accepted, and in which order: by endpoint, account and call.

use std::collections::HashSet;

use microsip_core::*;

use crate::listener::{Listener, body, call_in, types};
use crate::support::leg::us;
use crate::support::peer::Peer;
use crate::support::*;

fn named(list: &[CodecInfo]) -> Vec<String> {
    list.iter().map(|info| info.codec.to_string()).collect()
}

#[test]
fn every_codec_of_the_build_is_listed_with_what_it_is() {
    let ep = start(config().codecs("PCMA opus G722").unwrap());
    let list = ep.codecs().unwrap();
    assert_eq!(named(&list)[..3], ["PCMA/8000/1", "opus/48000/2", "G722/16000/1"]);
    let enabled: Vec<_> = list.iter().filter(|c| c.enabled()).map(|c| c.place).collect();
    assert_eq!(enabled, [Some(0), Some(1), Some(2)]);
    // PJMEDIA's own list and ours agree.
    let ours: HashSet<String> = codecs().iter().map(ToString::to_string).collect();
    assert_eq!(named(&list).into_iter().collect::<HashSet<_>>(), ours);
    let of = |name: &str| list.iter().find(|c| c.codec.to_string() == name).unwrap();
    for (name, bit_rate, ms, payload_type) in [
        ("PCMA/8000/1", Some(64_000), 10, Some(8)),
        ("PCMU/8000/1", Some(64_000), 10, Some(0)),
        ("G722/16000/1", Some(64_000), 10, Some(9)),
        ("GSM/8000/1", Some(13_200), 20, Some(3)),
        ("opus/48000/2", None, 20, None),
        ("L16/44100/1", Some(705_600), 10, Some(11)),
        ("L16/48000/2", Some(1_536_000), 5, None),
    ] {
        let info = of(name);
        assert_eq!((info.bit_rate, info.payload_type), (bit_rate, payload_type), "{info:?}");
        assert_eq!(info.frame.as_millis(), ms, "{info:?}");
    }
    ep.close();
}

#[test]
fn the_offer_is_the_list_and_nothing_else() {
    let ep = start(config().codecs("PCMA/8000/1 PCMU/8000/1").unwrap());
    let (account, peer) = (ep.local("1001"), Peer::new());
    account.call(&peer.uri("bob")).unwrap();
    let offer = body(&peer.request("INVITE"));
    assert_eq!(types(&offer)[..2], ["8", "0"], "{offer}");
    let rest: Vec<_> = offer.lines().filter(|l| l.starts_with("a=rtpmap:")).skip(2).collect();
    assert!(rest.iter().all(|l| l.ends_with("telephone-event/8000")), "{offer}");
    ep.close();
}

#[test]
fn each_dynamic_payload_type_means_one_codec() {
    let all: Vec<String> = codecs().iter().map(ToString::to_string).collect();
    let ep = start(config().switch_to_tcp(false).codecs(&all.join(" ")).unwrap());
    let (account, peer) = (ep.local("1001"), Peer::new());
    account.call(&peer.uri("bob")).unwrap();
    let offer = body(&peer.request("INVITE"));
    let types = types(&offer);
    assert_eq!(types.iter().collect::<HashSet<_>>().len(), types.len(), "{offer}");
    let mut maps = Vec::new();
    for number in &types {
        let start = format!("a=rtpmap:{number} ");
        let map = offer
            .lines()
            .find(|l| l.starts_with(&start))
            .unwrap_or_else(|| panic!("{number}: {offer}"));
        let (number, meaning) = (number.parse::<u8>().unwrap(), &map[start.len()..]);
        let fixed = matches!(number, 0 | 3 | 8 | 9 | 11 | 18);
        assert!(fixed || (96..=127).contains(&number), "{map}");
        maps.push(meaning.to_owned());
    }
    let audio: Vec<_> = maps
        .iter()
        .filter(|m| !m.starts_with("telephone-event"))
        .cloned()
        .collect();
    let wanted: Vec<String> = codecs()
        .iter()
        .map(|c| match (c.name.as_str(), c.channels) {
            // RFC 3551 §4.5.2: 8000 for ever.
            ("G722", _) => "G722/8000".to_owned(),
            (name, 1) => format!("{name}/{}", c.clock_rate),
            (name, n) => format!("{name}/{}/{n}", c.clock_rate),
        })
        .collect();
    assert_eq!(audio, wanted, "{offer}");
    ep.close();
}

#[test]
fn a_call_has_codecs_of_its_own_in_every_offer() {
    let ep = start(config().codecs("PCMU PCMA G722 GSM").unwrap());
    let account = AccountConfig::new(ep.uri("1001")).codecs("GSM PCMA PCMU").unwrap();
    let account = ep.add_account(account).unwrap();
    let (peer, rtp) = (Peer::new(), Listener::new());

    account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    assert_eq!(types(&body(&invite))[..3], ["3", "8", "0"], "the account's");
    peer.reply(&invite, 486, &[], None);

    let options = CallOptions::new().codecs("G722 PCMA").unwrap();
    let call = account.call_with(&peer.uri("bob"), options).unwrap();
    let invite = peer.wait("INVITE", |m| {
        m.is_request("INVITE") && m.header("To").is_some_and(|t| !t.contains("tag="))
    });
    let offer = body(&invite);
    assert_eq!(types(&offer)[..2], ["9", "8"], "{offer}");
    assert!(!offer.contains("PCMU") && !offer.contains("GSM"), "{offer}");
    peer.reply(&invite, 200, &[], Some(&rtp.sdp("9 8", &[])));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();

    // A re-INVITE of ours offers the call's list again.
    call.reinvite().unwrap();
    let invite = peer.wait("re-INVITE", |m| {
        m.is_request("INVITE") && m.header("To").is_some_and(|t| t.contains("tag="))
    });
    let offer = body(&invite);
    assert_eq!(types(&offer)[..2], ["9", "8"], "{offer}");
    assert!(!offer.contains("PCMU") && !offer.contains("GSM"), "{offer}");
    peer.reply(&invite, 200, &[], Some(&rtp.sdp("8", &[])));
    peer.request("ACK");

    // One of the peer's is answered from it.
    let dialog = crate::support::peer::Dialog::called(&invite, "peer");
    let dialog = crate::support::peer::Dialog {
        from: invite.header("To").unwrap().to_owned(),
        ..dialog
    };
    peer.send(
        us(&ep),
        "INVITE",
        account.aor(),
        &dialog,
        900,
        &[],
        Some(&rtp.sdp("0 3 8", &[])),
    );
    let answer = body(&peer.response(200, "INVITE"));
    assert_eq!(types(&answer)[..1], ["8"], "{answer}");
    peer.send(us(&ep), "ACK", account.aor(), &dialog, 900, &[], None);
    ep.close();
}

#[test]
fn late_offers_and_answers_to_them_have_the_calls_codecs() {
    let ep = start(config().codecs("PCMU PCMA G722 GSM").unwrap());
    let account = ep.local("1001");
    let (peer, rtp) = (Peer::new(), Listener::new());

    // Ours is the answer, in the ACK.
    let options = CallOptions::new().late_offer(true).codecs("GSM PCMA").unwrap();
    let call = account.call_with(&peer.uri("bob"), options).unwrap();
    let invite = peer.request("INVITE");
    assert!(invite.body().is_empty());
    peer.reply(&invite, 200, &[], Some(&rtp.sdp("0 9 3 8", &[])));
    let answer = body(&peer.request("ACK"));
    assert_eq!(types(&answer)[..1], ["3"], "{answer}");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    drop(call.hang_up());

    // Ours is the offer, in the 200.
    let (call, _) = call_in(&ep, &peer, "late", None);
    let options = AnswerOptions::new().codecs("G722 GSM").unwrap();
    call.answer_with(StatusCode::OK, options).unwrap();
    let offer = body(&peer.response(200, "INVITE"));
    assert_eq!(types(&offer)[..2], ["9", "3"], "{offer}");
    assert!(!offer.contains("PCMU") && !offer.contains("PCMA"), "{offer}");
    ep.close();
}

#[test]
fn an_answer_chooses_by_the_callers_order_or_by_ours() {
    let ep = start(config().codecs("PCMU PCMA G722 GSM").unwrap());
    ep.local("1001");
    let rtp = Listener::new();
    let offer = rtp.sdp("0 8 3 9", &[]);
    let answer = |id: &str, options: AnswerOptions| {
        let peer = Peer::new();
        let (call, _) = call_in(&ep, &peer, id, Some(&offer));
        call.answer_with(StatusCode::OK, options).unwrap();
        let answer = body(&peer.response(200, "INVITE"));
        types(&answer)[0].clone()
    };
    assert_eq!(answer("a", AnswerOptions::new()), "0");
    assert_eq!(answer("b", AnswerOptions::new().codecs("GSM PCMA").unwrap()), "8");
    let own = AnswerOptions::new().codecs("GSM PCMA").unwrap().prefer_own_codecs(true);
    assert_eq!(answer("c", own), "3");
    ep.close();

    let ep = start(config().codecs("GSM PCMA PCMU").unwrap().prefer_own_codecs(true));
    ep.local("1001");
    let peer = Peer::new();
    let (call, _) = call_in(&ep, &peer, "d", Some(&offer));
    call.answer(StatusCode::OK).unwrap();
    let answer = body(&peer.response(200, "INVITE"));
    assert_eq!(types(&answer)[0], "3", "{answer}");
    ep.close();
}

#[test]
fn an_answer_without_a_codec_in_common_is_not_sent() {
    let ep = start(config().codecs("PCMU PCMA GSM").unwrap());
    ep.local("1001");
    let (peer, rtp) = (Peer::new(), Listener::new());
    let (call, _) = call_in(&ep, &peer, "none", Some(&rtp.sdp("0 8", &[])));
    let options = AnswerOptions::new().codecs("GSM").unwrap();
    let error = call.answer_with(StatusCode::OK, options).unwrap_err();
    assert_eq!(error.failure(), FailureCode::NoCommonMedia, "{error}");
    assert!(error.to_string().contains("PCMU/8000/1"), "{error}");
    // It rings still, and can be answered with others.
    call.answer_with(StatusCode::OK, AnswerOptions::new().codecs("GSM PCMA").unwrap())
        .unwrap();
    assert_eq!(types(&body(&peer.response(200, "INVITE")))[0], "8");
    ep.close();
}

#[test]
fn codecs_agreed_in_early_media_cannot_be_chosen_again() {
    let ep = start(config().codecs("PCMU PCMA").unwrap());
    ep.local("1001");
    let (peer, rtp) = (Peer::new(), Listener::new());
    let (call, _) = call_in(&ep, &peer, "early", Some(&rtp.sdp("0 8", &[])));
    let early = StatusCode::new(183).unwrap();
    call.answer_with(early, AnswerOptions::new().codecs("PCMA").unwrap())
        .unwrap();
    let answer = body(&peer.response(183, "INVITE"));
    assert_eq!(types(&answer)[0], "8", "{answer}");
    let again = AnswerOptions::new().codecs("PCMU").unwrap();
    let error = call.answer_with(StatusCode::OK, again).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongState, "{error}");
    call.answer(StatusCode::OK).unwrap();
    peer.response(200, "INVITE");
    ep.close();
}

#[test]
fn what_cannot_be_had_is_refused_with_what_to_do() {
    let refused = |config: Result<EndpointConfig>| config.and_then(|c| Endpoint::start(c).map(drop)).unwrap_err();
    for (list, kind, part) in [
        ("", ErrorKind::InvalidArgument, "empty"),
        ("PCMU/8000/1/1", ErrorKind::InvalidArgument, "too many parts"),
        ("PCMU iLBC/8000/1", ErrorKind::Unsupported, "iLBC/8000/1"),
        ("L16/44100/2", ErrorKind::Unsupported, "L16/44100/1"),
        #[cfg(not(feature = "g729"))]
        ("G729/8000/1", ErrorKind::Unsupported, "feature g729"),
    ] {
        let error = refused(config().codecs(list));
        assert!(
            error.kind() == kind && error.to_string().contains(part),
            "{list}: {error}"
        );
    }
    let ep = start(config().codecs("PCMU PCMA").unwrap());
    let account = ep.local("1001");
    let peer = Peer::new();
    for options in [
        CallOptions::new().codecs("GSM").unwrap(),
        CallOptions::new().opus(OpusOptions::new().complexity(11)),
        CallOptions::new().ptime(std::time::Duration::from_millis(5)),
    ] {
        let error = account.call_with(&peer.uri("bob"), options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
    let error = ep
        .add_account(AccountConfig::new(ep.uri("1002")).codecs("opus").unwrap())
        .unwrap_err();
    assert!(error.to_string().contains("opus/48000/2"), "{error}");
    ep.close();
}
