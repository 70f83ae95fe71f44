//! Between homes behind routers: registration, calls in, ICE.

use std::path::Path;
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::audio::{Audio, tone, tone_level};
use microsip_testkit::coturn::Coturn;
use microsip_testkit::dir::TestDir;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::netns::{Home, Internet, Nat, Netns};
use microsip_testkit::process::Process;

use crate::agent::{self, Side};
use crate::support::*;
use crate::{running_media, wait_ice};

/// A public network with a registrar and a relay.
pub struct World {
    pub kamailio: Kamailio,
    pub coturn: Coturn,
    pub net: Internet,
    pub dir: TestDir,
}

pub const TURN_USER: (&str, &str) = ("alice", "s3cret-turn");

impl World {
    pub fn new() -> World {
        World::with(KamailioOptions::new())
    }

    pub fn with(options: KamailioOptions) -> World {
        let net = Internet::new().unwrap();
        let options = options
            .host(Internet::SERVER)
            .user("1001", "secret")
            .user("1002", "secret");
        let kamailio = net.public().enter(|| Kamailio::start(options)).unwrap();
        let dir = TestDir::new("nat").unwrap();
        let ca = microsip_testkit::ca::TestCa::new(dir.path()).unwrap();
        let files = ca
            .server("turn", &["turn.test", &Internet::SERVER.to_string()])
            .unwrap();
        let coturn = Coturn::start(net.public(), Internet::SERVER, &[TURN_USER], Some(&files)).unwrap();
        World {
            kamailio,
            coturn,
            net,
            dir,
        }
    }

    pub fn registrar(&self) -> String {
        format!("sip:{}", self.kamailio.udp_addr())
    }

    /// A side that registers, plays a tone of `hz` and records.
    pub fn side(&self, user: &str, hz: f64) -> Side {
        let play = self.dir.join(format!("{user}-says.wav"));
        tone(hz, -12.0, Duration::from_secs(2), 8000).write_wav(&play).unwrap();
        Side {
            user: user.into(),
            registrar: self.registrar(),
            play,
            record: self.dir.join(format!("{user}-hears.wav")),
            ca: self.dir.join("ca.pem").display().to_string(),
            ..Side::default()
        }
    }
}

/// Checks that the recording holds the tone for at least so many seconds.
pub fn assert_heard(file: &Path, hz: f64, least: f64) {
    let heard = Audio::read_wav(file).unwrap();
    let window = Duration::from_millis(100);
    let count = (heard.duration().as_millis() / 100) as u32;
    let loud = (0..count)
        .filter(|n| tone_level(&heard.slice(window * *n, window), hz) > -20.0)
        .count();
    let seconds = loud as f64 / 10.0;
    assert!(
        seconds >= least,
        "{}: {hz} Hz for {seconds} s of {:?} only",
        file.display(),
        heard.duration()
    );
}

/// This side, in this process and thread, which moves into `net`.
pub struct Here {
    pub ep: Running,
    pub account: Account,
    pub side: Side,
}

impl Here {
    pub fn start(net: &Netns, side: Side) -> Here {
        if std::env::var_os("MICROSIP_LOG").is_some() {
            tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).init();
        }
        net.join().unwrap();
        let ep = start(side.config());
        let account = side.account(&ep.endpoint);
        Here { ep, account, side }
    }

    /// Calls the other side, lets both play for a while, and checks what was heard.
    pub fn talk(&self, other: &mut Process, theirs: &Side, uri: &str, tones: (f64, f64)) -> (IceInfo, MediaInfo) {
        let mut events = self.ep.events();
        let call = self.account.call(uri).unwrap();
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        let (ice, error) = wait_ice(&mut events, &call);
        assert_eq!((ice.state, error), (IceState::Connected, None), "{}", other.output());
        let media = running_media(&call);
        let recorder = call.record(&self.side.record).unwrap();
        call.play(&self.side.play, PlayOptions::default().repeat(true)).unwrap();
        std::thread::sleep(Duration::from_secs(3));
        call.hang_up().unwrap();
        recorder.wait_finished(SOON).unwrap();
        other.wait_line("SAVED", Deadline::secs(20)).unwrap();
        other.wait_success(Deadline::secs(20)).unwrap();
        assert_heard(&self.side.record, tones.1, 1.5);
        assert_heard(&theirs.record, tones.0, 1.5);
        (ice, media)
    }
}

fn contact_of(world: &World, user: &str) -> Vec<String> {
    let bindings = world.kamailio.registered(&format!("{user}@example.test")).unwrap();
    bindings.iter().map(|b| b.contact.clone()).collect()
}

#[test]
fn heavy_registration_from_behind_a_router_binds_what_the_registrar_sees() {
    if agent::is_agent() {
        return;
    }
    let mut world = World::new();
    let home = world.net.home(Nat::Symmetric).unwrap();
    home.host.join().unwrap();
    let side = world.side("1001", 440.0);
    let ep = start(side.config().trace(true));
    let mut events = ep.events();
    let account = side.account(&ep.endpoint);
    // With a challenge the inside address is never bound; the outside one is told by `received` and `rport`.
    let answer = wait(&mut events, "challenge", |e| match e {
        Event::SipMessage(m) if m.first_line.contains(" 401 ") => Some(m.text.clone()),
        _ => None,
    });
    let via = answer.lines().find(|l| l.starts_with("Via:")).unwrap();
    assert!(via.contains(&format!("received={}", home.public)), "{via}");
    let rport = via
        .split("rport=")
        .nth(1)
        .unwrap()
        .split([';', ' '])
        .next()
        .unwrap()
        .trim()
        .to_owned();
    assert_ne!(rport, ep.port().to_string(), "a symmetric router chooses another port");
    let contacts = contact_of(&world, "1001");
    assert_eq!(contacts.len(), 1, "{contacts:?}");
    assert!(
        contacts[0].contains(&format!("@{}:{rport}", home.public)),
        "{contacts:?}"
    );

    // A call comes in through that hole: from a phone on the public network, by way of the proxy.
    let caller = Side {
        user: "1002".into(),
        ..world.side("1002", 1000.0)
    };
    let mut other = agent::spawn(world.net.public(), &caller);
    let mut events = ep.events();
    other.send_line("call sip:1001@example.test").unwrap();
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    other.wait_line("STATE confirmed", Deadline::secs(10)).unwrap();
    call.hang_up().unwrap();
    other.wait_success(Deadline::secs(20)).unwrap();
    account.unregister().unwrap();
    world
        .kamailio
        .wait_registered("1001@example.test", 0, Deadline::secs(10))
        .unwrap();
    ep.close();
}

#[test]
fn heavy_without_a_challenge_the_inside_address_is_bound_and_removed() {
    let mut world = World::with(KamailioOptions::new().authenticate_register(false));
    let home = world.net.home(Nat::PortRestricted).unwrap();
    home.host.join().unwrap();
    let side = world.side("1001", 440.0);
    let ep = start(side.config().trace(true));
    let mut events = ep.events();
    side.account(&ep.endpoint);
    let mut sent = Vec::new();
    wait(&mut events, "second REGISTER", |e| match e {
        Event::SipMessage(m) if m.first_line.starts_with("REGISTER") && m.direction == Direction::Outgoing => {
            sent.push(m.text.clone());
            (sent.len() == 2).then_some(())
        }
        _ => None,
    });
    let inside = format!("@{}:", home.address);
    let outside = format!("@{}:", home.public);
    assert!(sent[0].contains(&inside), "{}", sent[0]);
    let contacts: Vec<&str> = sent[1].lines().filter(|l| l.starts_with("Contact:")).collect();
    assert!(
        contacts.iter().any(|c| c.contains(&inside) && c.contains("expires=0")),
        "{contacts:?}"
    );
    assert!(contacts.iter().any(|c| c.contains(&outside)), "{contacts:?}");
    microsip_testkit::wait_until(Deadline::secs(5), "one binding", || {
        let contacts = contact_of(&world, "1001");
        (contacts.len() == 1 && contacts[0].contains(&outside)).then_some(())
    })
    .unwrap();
    ep.close();
}

/// Two homes; ICE with STUN on both sides.
fn between(nats: (Nat, Nat), change: impl Fn(&mut Side)) -> (IceInfo, MediaInfo) {
    let mut world = World::new();
    let (a, b): (Home, Home) = (world.net.home(nats.0).unwrap(), world.net.home(nats.1).unwrap());
    let make = |user, hz| {
        let mut side = Side {
            stun: world.coturn.addr().to_string(),
            ice: "on".into(),
            ..world.side(user, hz)
        };
        change(&mut side);
        side
    };
    let (ours, theirs) = (make("1001", 440.0), make("1002", 1000.0));
    let mut other = agent::spawn(&b.host, &theirs);
    let here = Here::start(&a.host, ours);
    let result = here.talk(&mut other, &theirs, "sip:1002@example.test", (440.0, 1000.0));
    here.ep.close();
    result
}

#[test]
fn heavy_ice_gets_through_two_routers() {
    if agent::is_agent() {
        return;
    }
    let (ice, media) = between((Nat::PortRestricted, Nat::PortRestricted), |_| ());
    let pair = ice.rtp.unwrap();
    assert_ne!(pair.local.kind, CandidateKind::Relayed, "{pair:?}");
    assert!(pair.remote.address.starts_with("203.0.113.102:"), "{pair:?}");
    assert_eq!(media.srtp, None);
    assert!(ice.controlling);
    assert!(ice.rtcp.is_some());
}

#[test]
fn heavy_ice_carries_encrypted_media() {
    if agent::is_agent() {
        return;
    }
    let (_, media) = between((Nat::FullCone, Nat::PortRestricted), |side| {
        side.srtp = "required".into()
    });
    assert_eq!(media.srtp, Some(SrtpKeying::Sdes));
}

#[test]
fn heavy_symmetric_routers_make_ice_take_the_relay() {
    if agent::is_agent() {
        return;
    }
    let turn = format!(
        "udp {}:{} {} {}",
        Internet::SERVER,
        Coturn::PORT,
        TURN_USER.0,
        TURN_USER.1
    );
    let (ice, _) = between((Nat::Symmetric, Nat::Symmetric), |side| side.turn = turn.clone());
    let pair = ice.rtp.unwrap();
    assert!(
        [pair.local.kind, pair.remote.kind].contains(&CandidateKind::Relayed),
        "{pair:?}"
    );
}

#[test]
fn heavy_symmetric_routers_without_a_relay_fail_typed() {
    if agent::is_agent() {
        return;
    }
    let mut world = World::new();
    let (a, b) = (
        world.net.home(Nat::Symmetric).unwrap(),
        world.net.home(Nat::Symmetric).unwrap(),
    );
    let make = |user, hz| Side {
        stun: world.coturn.addr().to_string(),
        ice: "on".into(),
        ..world.side(user, hz)
    };
    let mut other = agent::spawn(&b.host, &make("1002", 1000.0));
    let here = Here::start(&a.host, make("1001", 440.0));
    let mut events = here.ep.events();
    let call = here.account.call("sip:1002@example.test").unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let (ice, error) = wait_ice(&mut events, &call);
    let error = error.unwrap();
    assert_eq!(
        (ice.state, error.kind()),
        (IceState::Failed, ErrorKind::Media),
        "{error}"
    );
    assert!(error.to_string().contains("TURN"), "{error}");
    other.wait_line("ICE failed", Deadline::secs(15)).unwrap();
    // The call is up all the same, and ends as it should.
    assert_eq!(call.info().state, CallState::Confirmed);
    assert!(!call.info().media[0].active);
    call.hang_up().unwrap();
    other.wait_success(Deadline::secs(20)).unwrap();
    here.ep.close();
}

#[test]
fn heavy_stun_alone_is_enough_behind_a_full_cone() {
    if agent::is_agent() {
        return;
    }
    let mut world = World::new();
    let home = world.net.home(Nat::FullCone).unwrap();
    let theirs = world.side("1002", 1000.0);
    let mut other = agent::spawn(world.net.public(), &theirs);
    let ours = Side {
        stun: world.coturn.addr().to_string(),
        ..world.side("1001", 440.0)
    };
    home.host.join().unwrap();
    let ep = start(ours.config().trace(true));
    let account = ours.account(&ep.endpoint);
    assert_eq!(ep.stun().sip.unwrap().ip(), std::net::IpAddr::from(home.public));
    let mut events = ep.events();
    let call = account.call("sip:1002@example.test").unwrap();
    let invite = wait(&mut events, "INVITE", |e| match e {
        Event::SipMessage(m) if m.first_line.starts_with("INVITE") => Some(m.text.clone()),
        _ => None,
    });
    assert!(invite.contains(&format!("c=IN IP4 {}", home.public)), "{invite}");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert_eq!(running_media(&call).ice, None);
    let recorder = call.record(&ours.record).unwrap();
    call.play(&ours.play, PlayOptions::default().repeat(true)).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    call.hang_up().unwrap();
    recorder.wait_finished(SOON).unwrap();
    other.wait_success(Deadline::secs(20)).unwrap();
    assert_heard(&ours.record, 1000.0, 1.5);
    assert_heard(&theirs.record, 440.0, 1.5);
    ep.close();
}
