use super::*;
use crate::media::device::fake::{Fake, device};
use crate::media::device::port::{Place, place};
use DeviceDirection::{Input, Output};

struct Room {
    fake: Fake,
    keeper: Keeper,
    news: Receiver<News>,
}

fn room() -> Room {
    let fake = Fake::with(&[
        device("desk", Output, true),
        device("headset", Output, false),
        device("desk mic", Input, true),
    ]);
    let (tell, news) = channel();
    let keeper = Keeper::start(Arc::new(fake.clone()), move |n| drop(tell.send(n))).unwrap();
    Room { fake, keeper, news }
}

impl Room {
    fn open(
        &self,
        id: LineId,
        choice: &str,
        fallback: DeviceFallback,
    ) -> (Result<AudioDevice>, Arc<Side>, Place<PlaybackWriter>) {
        let (supply, place) = place();
        let side = Side::new(1.0, false);
        let opened = self.keeper.open(
            "t",
            NewLine {
                id,
                choice: choice.parse().unwrap(),
                fallback,
                ends: Ends::Output(supply),
                side: Arc::clone(&side),
                rate: 16_000,
            },
        );
        (opened, side, place)
    }

    fn news(&self) -> News {
        self.news
            .recv_timeout(Duration::from_secs(10))
            .expect("news within ten seconds")
    }
}

#[test]
fn a_lost_device_is_replaced_and_taken_back() {
    let room = room();
    let (opened, side, _place) = room.open(1, "headset", DeviceFallback::Default);
    assert_eq!(opened.unwrap().id, "headset");
    room.fake.unplug("headset");
    match room.news() {
        News::Lost {
            line: 1,
            device,
            why,
            replacement,
        } => {
            assert_eq!((device.id.as_str(), why.as_str()), ("headset", "unplugged"));
            assert_eq!(replacement.unwrap().id, "desk");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(side.device().unwrap().id, "desk");
    room.fake.plug(device("headset", Output, false));
    assert!(matches!(room.news(), News::Back { line: 1, device } if device.id == "headset"));
    assert_eq!(side.device().unwrap().id, "headset");
    assert_eq!(room.fake.opened(), ["headset", "desk", "headset"]);
}

#[test]
fn without_fallback_there_is_silence() {
    let room = room();
    let (opened, side, _place) = room.open(1, "headset", DeviceFallback::Silence);
    opened.unwrap();
    room.fake.unplug("headset");
    assert!(matches!(room.news(), News::Lost { replacement: None, .. }));
    assert_eq!(side.device(), None);
    assert!(room.news.recv_timeout(Duration::from_millis(1500)).is_err());
    room.fake.plug(device("headset", Output, false));
    assert!(matches!(room.news(), News::Back { device, .. } if device.id == "headset"));
}

#[test]
fn the_default_device_comes_back_too() {
    let room = room();
    room.open(1, "default", DeviceFallback::Default).0.unwrap();
    let (_, _, _kept) = room.open(2, "headset", DeviceFallback::Default);
    room.fake.unplug("desk");
    assert!(matches!(
        room.news(),
        News::Lost {
            line: 1,
            replacement: None,
            ..
        }
    ));
    // Another device is the default now.
    room.fake.plug(device("new desk", Output, true));
    assert!(matches!(room.news(), News::Back { line: 1, device } if device.id == "new desk"));
}

#[test]
fn a_device_that_falls_silent_is_lost() {
    let room = room();
    let (opened, _side, _place) = room.open(1, "headset", DeviceFallback::Default);
    opened.unwrap();
    room.fake.stall("headset");
    match room.news() {
        News::Lost { why, replacement, .. } => {
            assert!(why.contains("stopped without an error"), "{why}");
            assert_eq!(replacement.unwrap().id, "desk");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn changes_are_told_while_they_are_watched() {
    let room = room();
    room.keeper.watch(true);
    room.open(1, "default", DeviceFallback::Default).0.unwrap();
    room.fake.plug(device("camera", Input, false));
    match room.news() {
        News::Changed { added, removed } => {
            assert_eq!((added.len(), removed.len()), (1, 0));
            assert_eq!(added[0].id, "camera");
        }
        other => panic!("{other:?}"),
    }
    room.fake.unplug("camera");
    assert!(matches!(room.news(), News::Changed { added, removed } if added.is_empty() && removed[0].id == "camera"));
    room.keeper.watch(false);
    room.fake.plug(device("camera", Input, false));
    assert!(room.news.recv_timeout(Duration::from_millis(1200)).is_err());
}

#[test]
fn a_choice_that_fails_leaves_what_was() {
    let room = room();
    let (opened, side, _place) = room.open(1, "default", DeviceFallback::Default);
    opened.unwrap();
    for choice in ["no such thing", "id:nothing"] {
        let error = room.keeper.choose("t", 1, choice.parse().unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Device, "{error}");
        assert_eq!(side.device().unwrap().id, "desk");
    }
    assert_eq!(
        room.keeper.choose("t", 1, "headset".parse().unwrap()).unwrap().id,
        "headset"
    );
    assert_eq!(side.device().unwrap().id, "headset");
    room.keeper.close(1);
    let gone = room.keeper.choose("t", 1, DeviceChoice::Default).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Gone);
    assert_eq!(side.device(), None);
    assert!(
        room.open(2, "desk mic", DeviceFallback::Default).0.is_err(),
        "it is no loudspeaker"
    );
}

/// A sound system that hangs.
struct Hung;

impl Backend for Hung {
    fn devices(&self, _: &'static str) -> Result<Vec<AudioDevice>> {
        std::thread::sleep(Duration::from_secs(60));
        Ok(Vec::new())
    }

    fn open_output(
        &self,
        op: &'static str,
        _: Option<&str>,
        _: u32,
        _: OnLost,
    ) -> Result<super::super::backend::Opened<PlaybackWriter>> {
        self.devices(op).map(|_| unreachable!())
    }

    fn open_input(
        &self,
        op: &'static str,
        _: Option<&str>,
        _: u32,
        _: OnLost,
    ) -> Result<super::super::backend::Opened<CaptureReader>> {
        self.devices(op).map(|_| unreachable!())
    }
}

#[test]
fn a_sound_system_that_hangs_does_not_hang_us() {
    let keeper = Keeper::start(Arc::new(Hung), |_| ()).unwrap();
    keeper.watch(true);
    let from = Instant::now();
    drop(keeper);
    assert!(from.elapsed() < Duration::from_secs(10), "{:?}", from.elapsed());
}
