//! Two accounts of one endpoint call each other over loopback.

use std::time::Duration;

use microsip_core::*;

const SOON: Duration = Duration::from_secs(10);

#[test]
fn a_call_goes_up_plays_records_and_ends() {
    let endpoint = Endpoint::start(
        EndpointConfig::default().bind("127.0.0.1:0".parse().unwrap()).log_level(LogLevel::Info).trace(true),
    )
    .unwrap();
    let port = endpoint.local_address(Transport::Udp).unwrap().port();
    let a = endpoint.add_account(AccountConfig::new(format!("sip:1001@127.0.0.1:{port}"))).unwrap();
    let _b = endpoint.add_account(AccountConfig::new(format!("sip:1002@127.0.0.1:{port}"))).unwrap();
    let mut events = endpoint.events();
    let call = a.call(&format!("sip:1002@127.0.0.1:{port}")).unwrap();
    let incoming = loop {
        match events.recv_timeout(SOON).unwrap().unwrap() {
            Event::IncomingCall { call, .. } => break call,
            Event::SipMessage(m) => eprintln!("{:?} {}", m.direction, m.first_line),
            e => eprintln!("{e:?}"),
        }
    };
    incoming.answer(StatusCode::RINGING).unwrap();
    call.wait_for(CallState::Early, SOON).unwrap();
    incoming.answer(StatusCode::OK).unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    incoming.wait_for(CallState::Confirmed, SOON).unwrap();
    let rec = incoming.record("/tmp/pair.wav").unwrap();
    std::thread::sleep(Duration::from_millis(500));
    call.send_dtmf("12#").unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    eprintln!("{:?}", call.stats());
    call.hang_up().unwrap();
    let info = rec.wait_finished(SOON).unwrap();
    eprintln!("{info:?} {:?}", info.length());
    incoming.wait_for(CallState::Disconnected, SOON).unwrap();
    while let Ok(Some(e)) = events.recv_timeout(Duration::from_millis(100)) {
        match e {
            Event::SipMessage(m) => eprintln!("{:?} {}", m.direction, m.first_line),
            e => eprintln!("{e:?}"),
        }
    }
    eprintln!("{:?}", endpoint.diagnostics());
    endpoint.close().unwrap();
}
