//! A call between us and a peer of bytes, from the peer's side.

use std::net::SocketAddr;
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, tone_level};
use microsip_testkit::dir::TestDir;

use super::peer::{Dialog, Got, Peer};
use super::rtp::{Rtp, audio_address};
use super::{Running, SOON, incoming, wait};

pub struct Leg {
    pub peer: Peer,
    pub rtp: Rtp,
    pub call: Call,
    pub events: Events,
    pub dialog: Dialog,
    /// Our address for requests, and their URI.
    pub us: SocketAddr,
    pub uri: String,
    /// Where we want RTP.
    pub audio: SocketAddr,
    pub cseq: u32,
    pub version: u32,
}

pub fn us(ep: &Running) -> SocketAddr {
    format!("127.0.0.1:{}", ep.port()).parse().unwrap()
}

impl Leg {
    /// The peer has called us and is up.
    pub fn called(ep: &Running) -> Leg {
        Leg::called_with(ep, &[])
    }

    pub fn called_with(ep: &Running, headers: &[&str]) -> Leg {
        let (peer, rtp) = (Peer::new(), Rtp::new());
        let mut events = ep.events();
        if ep.accounts().unwrap().is_empty() {
            ep.local("1001");
        }
        let uri = ep.accounts().unwrap()[0].aor().to_owned();
        let dialog = Dialog::new(&peer, &uri, "leg");
        peer.send(us(ep), "INVITE", &uri, &dialog, 1, headers, Some(&rtp.sdp(1, "")));
        let call = incoming(&mut events);
        call.answer(StatusCode::OK).unwrap();
        let ok = peer.response(200, "INVITE");
        let dialog = dialog.answered(&ok);
        peer.send(us(ep), "ACK", &uri, &dialog, 1, &[], None);
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        Leg {
            audio: audio_address(&ok),
            us: us(ep),
            peer,
            rtp,
            call,
            events,
            dialog,
            uri,
            cseq: 1,
            version: 1,
        }
    }

    /// We have called the peer and it is up.
    pub fn calling(ep: &Running) -> Leg {
        Leg::calling_with(ep, CallOptions::new(), &[])
    }

    pub fn calling_with(ep: &Running, options: CallOptions, headers: &[&str]) -> Leg {
        let (peer, rtp) = (Peer::new(), Rtp::new());
        let events = ep.events();
        if ep.accounts().unwrap().is_empty() {
            ep.local("1001");
        }
        let account = ep.accounts().unwrap().remove(0);
        let call = account.call_with(&peer.uri("bob"), options).unwrap();
        let invite = peer.request("INVITE");
        peer.reply(&invite, 200, headers, Some(&rtp.sdp(1, "")));
        peer.request("ACK");
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        Leg {
            audio: audio_address(&invite),
            us: us(ep),
            dialog: Dialog::called(&invite, "peer"),
            peer,
            rtp,
            call,
            events,
            uri: account.aor().to_owned(),
            cseq: 100,
            version: 1,
        }
    }

    /// A description of the peer's stream, newer than all before.
    pub fn sdp(&mut self, direction: &str) -> String {
        self.version += 1;
        self.rtp.sdp(self.version, direction)
    }

    /// Sends a request of the peer; its CSeq.
    pub fn send(&mut self, method: &str, headers: &[&str], body: Option<&str>) -> u32 {
        self.cseq += 1;
        self.peer
            .send(self.us, method, &self.uri, &self.dialog, self.cseq, headers, body);
        self.cseq
    }

    pub fn ack(&self, cseq: u32, body: Option<&str>) {
        self.peer.send(self.us, "ACK", &self.uri, &self.dialog, cseq, &[], body);
    }

    /// The next response to the peer's request with this CSeq.
    pub fn response(&self, cseq: u32) -> Got {
        self.peer.wait("response", |m| {
            m.code().is_some_and(|c| c > 100) && m.cseq().is_some_and(|(n, _)| n == cseq)
        })
    }

    /// A re-INVITE of the peer with this offer, and our answer, acknowledged.
    pub fn reinvite(&mut self, body: &str) -> Got {
        let cseq = self.send("INVITE", &[], Some(body));
        let answer = self.response(cseq);
        self.ack(cseq, None);
        answer
    }

    /// Answers our next re-INVITE with 200 and this direction, and takes the ACK; the re-INVITE.
    pub fn accept(&mut self, direction: &str) -> Got {
        let request = self.peer.request("INVITE");
        let body = self.sdp(direction);
        self.peer.reply(&request, 200, &[], Some(&body));
        self.peer.request("ACK");
        request
    }

    /// The next outcome of a request of ours.
    pub fn outcome(&mut self) -> (SessionRequest, Result<()>) {
        let call = self.call.clone();
        wait(&mut self.events, "outcome", |e| match e {
            Event::SessionChanged {
                call: c,
                request,
                result,
                ..
            } if *c == call => Some((*request, result.clone())),
            _ => None,
        })
    }

    /// The next change of hold.
    pub fn hold(&mut self) -> HoldState {
        let call = self.call.clone();
        wait(&mut self.events, "change of hold", |e| match e {
            Event::CallHold { call: c, info } if *c == call => Some(info.hold),
            _ => None,
        })
    }

    /// Packets of ours within half a second.
    pub fn packets(&self) -> usize {
        self.rtp.hear(Duration::from_millis(500)).packets
    }

    /// Whether audio flows from us.
    pub fn hears_us(&self) -> bool {
        let count = self.packets();
        assert!(
            count == 0 || count > 15,
            "neither a stream nor silence: {count} packets"
        );
        count > 0
    }

    /// Whether what the peer says arrives: recorded, not only counted.
    pub fn is_heard(&self) -> bool {
        let dir = TestDir::new("heard").unwrap();
        let talking = self.rtp.talk(self.audio, 700.0);
        std::thread::sleep(Duration::from_millis(200));
        let recorder = self.call.record(dir.join("heard.wav")).unwrap();
        std::thread::sleep(Duration::from_millis(400));
        recorder.stop().unwrap();
        recorder.wait_finished(SOON).unwrap();
        drop(talking);
        let heard = Audio::read_wav(dir.join("heard.wav")).unwrap();
        !heard.samples.is_empty() && tone_level(&heard, 700.0) > -30.0
    }

    /// The peer hangs up.
    pub fn bye(&mut self) {
        self.send("BYE", &[], None);
        self.peer.response(200, "BYE");
        self.call.wait_for(CallState::Disconnected, SOON).unwrap();
    }
}
