//! Devices on the bridge of an endpoint, with a system of our own.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::time::{Duration, Instant};

use super::*;
use crate::media::device::fake::{Fake, device};
use crate::media::{DeviceDirection, Gain};
use crate::{Endpoint, EndpointConfig, Event, Events};

fn endpoint(fake: &Fake) -> Endpoint {
    let config = EndpointConfig::default().bind("127.0.0.1:0".parse().unwrap());
    let endpoint = Endpoint::start(config).unwrap();
    endpoint.shared().devices().use_backend(Arc::new(fake.clone()));
    endpoint
}

fn desk() -> Fake {
    Fake::with(&[
        device("speaker", DeviceDirection::Output, true),
        device("mic", DeviceDirection::Input, true),
        device("bell", DeviceDirection::Output, false),
    ])
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "no {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn wait<T>(events: &mut Events, what: &str, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
    until(what, || {
        events
            .recv_timeout(Duration::from_secs(1))
            .ok()
            .flatten()
            .and_then(&mut wanted)
    })
}

#[test]
fn nothing_is_touched_unless_asked_for() {
    let fake = desk();
    let endpoint = endpoint(&fake);
    assert!(endpoint.shared().devices().running().is_none());
    endpoint.close().unwrap();
    assert_eq!((fake.lists(), fake.opened().len()), (0, 0));
}

#[test]
fn a_microphone_is_heard_and_what_is_lost_is_told() {
    let fake = desk();
    let endpoint = endpoint(&fake);
    let mut events = endpoint.events();
    let devices = endpoint
        .open_audio(&AudioDeviceOptions::new().ringing(DeviceChoice::Name("bell".into())))
        .unwrap();
    assert_eq!(fake.opened(), ["mic", "speaker", "bell"]);
    // The microphone hears a quarter of full scale, and is heard by the bell.
    endpoint
        .connect(&devices, &devices.ringing_node().unwrap(), Gain::UNITY)
        .unwrap();
    until("sound from the bell", || {
        fake.heard("bell")
            .last()
            .is_some_and(|s| (s - 0.25).abs() < 0.01)
            .then_some(())
    });
    assert!(fake.heard("speaker").iter().all(|s| *s == 0.0));
    fake.unplug("bell");
    wait(&mut events, "loss", |event| match event {
        Event::AudioDeviceLost {
            role: DeviceRole::Ringing,
            devices: whose,
            replacement,
            ..
        } => {
            assert_eq!(whose, devices);
            assert_eq!(replacement.unwrap().id, "speaker");
            Some(())
        }
        _ => None,
    });
    until("sound from its replacement", || {
        fake.heard("speaker")
            .last()
            .is_some_and(|s| (s - 0.25).abs() < 0.01)
            .then_some(())
    });
    fake.plug(device("bell", DeviceDirection::Output, false));
    wait(&mut events, "return", |event| match event {
        Event::AudioDeviceBack { device, .. } => (device.id == "bell").then_some(()),
        _ => None,
    });
    devices.close().unwrap();
    until("closed devices", || {
        DeviceRole::ALL
            .iter()
            .all(|role| devices.device(*role).is_none())
            .then_some(())
    });
    let gone = endpoint.connect(&devices, &devices.ringing_node().unwrap(), Gain::UNITY);
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::Gone);
    endpoint.close().unwrap();
    assert_eq!(devices.close().unwrap_err().kind(), ErrorKind::NotRunning);
}

#[test]
fn what_fails_to_open_leaves_nothing_open() {
    let fake = desk();
    let endpoint = endpoint(&fake);
    let options = AudioDeviceOptions::new().ringing(DeviceChoice::Id("none".into()));
    assert_eq!(endpoint.open_audio(&options).unwrap_err().kind(), ErrorKind::Device);
    assert_eq!(fake.opened(), ["mic", "speaker"]);
    // Closed again: nobody calls them any more.
    let calls = || fake.heard("speaker").len();
    until("quiet", || {
        let before = calls();
        std::thread::sleep(Duration::from_millis(100));
        (calls() == before).then_some(())
    });
    endpoint.close().unwrap();
}
