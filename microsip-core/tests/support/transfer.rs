//! What the tests of transfers share.

use std::net::SocketAddr;
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::{Deadline, wait_until};

use super::peer::{Dialog, Got, Peer, SDP};
use super::{Running, SOON, wait};

pub fn us(ep: &Running) -> SocketAddr {
    format!("127.0.0.1:{}", ep.port()).parse().unwrap()
}

/// Transactions that are over, and with them dialogs, are forgotten after this instead of 32 s.
pub fn quick() -> EndpointConfig {
    super::config().transaction_timeout(Duration::from_secs(2))
}

/// A confirmed call of ours to the peer, and the peer's side of its dialog.
pub fn up(ep: &Running, peer: &Peer) -> (Call, Dialog) {
    let known = ep.accounts().unwrap().into_iter().find(|a| a.aor().contains("1001"));
    up_with(&known.unwrap_or_else(|| ep.local("1001")), peer)
}

pub fn up_with(account: &Account, peer: &Peer) -> (Call, Dialog) {
    let call = account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    let tag = format!("peer{}", peer.addr().port());
    peer.reply_tagged(&invite, 200, &tag, &[], Some(SDP));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    (call, Dialog::called(&invite, &tag))
}

/// We hang up, the peer agrees.
pub fn hang_up(peer: &Peer, call: &Call) {
    call.hang_up().unwrap();
    let bye = peer.wait("BYE", |m| {
        m.is_request("BYE") && m.call_id() == Some(&*call.info().sip_call_id)
    });
    peer.reply(&bye, 200, &[], None);
}

pub fn other_than(ep: &Running, call: &Call) -> Call {
    ep.calls().unwrap().into_iter().find(|c| c != call).unwrap()
}

/// State and code of the next news.
pub fn progress(events: &mut Events) -> (&'static str, u16) {
    wait(events, "news of the transfer", |e| match e {
        Event::Transfer { progress, .. } => Some((progress.state.name(), progress.code.code())),
        _ => None,
    })
}

/// The final news.
pub fn outcome(events: &mut Events) -> TransferProgress {
    wait(events, "the outcome of the transfer", |e| match e {
        Event::Transfer { progress, .. } if progress.is_final() => Some(progress.clone()),
        _ => None,
    })
}

pub fn requested(events: &mut Events) -> TransferRequest {
    wait(events, "a transfer request", |e| match e {
        Event::TransferRequested { request } => Some(request.clone()),
        _ => None,
    })
}

/// Whether no news of transfers comes for a while.
pub fn still_none(events: &mut Events) -> bool {
    let until = std::time::Instant::now() + Duration::from_millis(200);
    while let Ok(Some(event)) = events.recv_timeout(until.saturating_duration_since(std::time::Instant::now())) {
        if matches!(
            event,
            Event::Transfer { .. } | Event::TransferRequested { .. } | Event::CallTransferred { .. }
        ) {
            return false;
        }
    }
    true
}

/// No transfer is remembered and no dialog kept, once the calls' last transactions are over.
pub fn nothing_left(ep: &Running) {
    wait_until(Deadline::secs(70), "every transfer and dialog to go", || {
        let transfers = fault::transfers(&ep.endpoint).unwrap();
        (transfers == (0, 0) && fault::dialogs(&ep.endpoint).unwrap() == 0).then_some(())
    })
    .unwrap_or_else(|e| {
        panic!(
            "{e}: {:?} transfers, {} dialogs",
            fault::transfers(&ep.endpoint).unwrap(),
            fault::dialogs(&ep.endpoint).unwrap()
        )
    });
    assert_eq!(ep.diagnostics().panics, 0);
}

/// The peer as one who reports in a dialog.
pub struct Reporter<'a> {
    pub event: String,
    peer: &'a Peer,
    to: SocketAddr,
    uri: String,
    dialog: Dialog,
    cseq: u32,
}

impl<'a> Reporter<'a> {
    pub fn new(ep: &Running, peer: &'a Peer, dialog: &Dialog) -> Reporter<'a> {
        Reporter {
            event: "refer".to_owned(),
            peer,
            to: us(ep),
            uri: ep.uri("1001"),
            dialog: dialog.clone(),
            cseq: 1000,
        }
    }

    /// Sends a request and waits for this answer to it.
    pub fn request(&mut self, method: &str, headers: &[&str], body: &str, code: u16) -> Got {
        self.cseq += 1;
        let body = (!body.is_empty()).then_some(body);
        self.peer
            .send(self.to, method, &self.uri, &self.dialog, self.cseq, headers, body);
        let got = self.peer.wait(&format!("answer to {method}"), |m| {
            m.code().is_some() && m.cseq() == Some((self.cseq, method))
        });
        assert_eq!(got.code(), Some(code), "{headers:?} {body:?}");
        got
    }

    pub fn raw(&mut self, headers: &[&str], body: &str, code: u16) {
        self.request("NOTIFY", headers, body, code);
    }

    /// A report with this subscription state and body, and the answer it must get.
    pub fn notify(&mut self, state: &str, body: &str, code: u16) {
        let (event, state) = (format!("Event: {}", self.event), format!("Subscription-State: {state}"));
        self.raw(
            &[&event, &state, "Content-Type: message/sipfrag;version=2.0"],
            body,
            code,
        );
    }
}
