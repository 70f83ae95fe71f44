//! No secret appears in a log, a trace, an error or a debug print, whatever the level.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use microsip_core::*;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use support::log::Log;
use support::*;

#[test]
fn a_password_a_response_and_a_key_are_masked_everywhere() {
    const PASSWORD: &str = "V3rySecretPassword";
    let log = Log::start();
    let server = Kamailio::start(KamailioOptions::new().user("1001", PASSWORD)).unwrap();
    let ep = start(config().log_level(LogLevel::Debug).trace(true));
    let mut events = ep.events();
    let config = AccountConfig::new(format!("sip:1001@{}", server.domain()))
        .registrar(format!("sip:{}", server.udp_addr()))
        .credentials("1001", PASSWORD)
        .srtp(SrtpMode::Required);
    let mut said = format!("{config:?}");
    let account = ep.add_account(config).unwrap();
    account.wait_registered(SOON).unwrap();
    let call = account.call(&ep.uri("1001")).unwrap();
    let inn = incoming(&mut events);
    inn.answer(StatusCode::OK).unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let stranger = ep
        .add_account(
            AccountConfig::new("sip:x@y.test")
                .registrar(format!("sip:{}", server.udp_addr()))
                .credentials("1001", "Wr0ngSecret"),
        )
        .unwrap();
    said += &format!("{:?} {account:?} {call:?}", stranger.wait_registered(SOON).unwrap_err());
    let traced = ep.events();
    ep.close();
    drop(traced);
    for event in events {
        said += &format!("{event:?}");
    }
    said += &log.text();
    assert!(
        said.contains("Authorization: ***") && said.contains("inline:***"),
        "the test looked at nothing"
    );
    for secret in [PASSWORD, "Wr0ngSecret", "response=\""] {
        assert!(
            !said.contains(secret),
            "{secret} was shown: {}",
            &said[said.find(secret).unwrap() - 200..][..400]
        );
    }
    let keys = said
        .match_indices("inline:")
        .filter(|(at, _)| !said[at + 7..].starts_with("***"))
        .count();
    assert_eq!(keys, 0, "an SRTP key was shown");
}
