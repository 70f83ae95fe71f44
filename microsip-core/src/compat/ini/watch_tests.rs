use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use super::*;
use crate::ErrorKind;

const SOON: Duration = Duration::from_secs(20);

struct Watched {
    _dir: tempfile::TempDir,
    path: PathBuf,
    watcher: IniWatcher,
    changes: Receiver<IniChange>,
}

fn value(n: u32) -> String {
    format!("[Settings]\r\nvolumeRing={n}\r\n")
}

fn watch(options: WatchOptions) -> Watched {
    watch_at("microsip.ini", options, |path| fs::write(path, value(0)).unwrap())
}

fn watch_at(name: &str, options: WatchOptions, prepare: impl Fn(&Path)) -> Watched {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    prepare(&path);
    let (ini, _) = IniFile::load_or_new(&path, &ReadOptions::default()).unwrap();
    let (told, changes) = mpsc::channel();
    let watcher = IniWatcher::start(&ini, options, move |change| {
        let _ = told.send(change);
    })
    .unwrap();
    Watched {
        _dir: dir,
        path,
        watcher,
        changes,
    }
}

impl Watched {
    /// The next thing told, as `volumeRing`'s value, or the change's name.
    fn next(&self) -> String {
        match self.changes.recv_timeout(SOON).unwrap() {
            IniChange::Changed(ini) => ini.get("Settings", "volumeRing").unwrap_or("none").to_owned(),
            other => other.name().to_owned(),
        }
    }

    fn write(&self, n: u32) {
        fs::write(&self.path, value(n)).unwrap();
    }

    fn wait_notified(&self, notified: bool) {
        let end = Instant::now() + SOON;
        while self.watcher.is_notified() != notified {
            assert!(Instant::now() < end);
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_file_that_is_written_in_place() {
    let watched = watch(WatchOptions::default());
    watched.wait_notified(true);
    watched.write(1);
    assert_eq!(watched.next(), "1");
    watched.write(2);
    assert_eq!(watched.next(), "2");
    // Back to what it was first is a change as well.
    watched.write(0);
    assert_eq!(watched.next(), "0");
}

#[test]
fn an_editor_that_moves_files_about() {
    let watched = watch(WatchOptions::default());
    watched.wait_notified(true);
    let beside = |suffix: &str| watched.path.with_extension(suffix);
    for n in 1..4 {
        // As vim does: the old one becomes the backup, a new one is written, the backup is removed.
        fs::rename(&watched.path, beside("ini~")).unwrap();
        watched.write(n);
        fs::remove_file(beside("ini~")).unwrap();
        assert_eq!(watched.next(), n.to_string());
        // As many others do: a new one is written and moved over it.
        fs::write(beside("tmp"), value(n + 10)).unwrap();
        fs::rename(beside("tmp"), &watched.path).unwrap();
        assert_eq!(watched.next(), (n + 10).to_string());
    }
}

#[test]
fn a_file_that_is_written_slowly() {
    // So long a pause that no load of the machine can look like the end.
    let watched = watch(WatchOptions::default().settle(Duration::from_secs(2)));
    watched.wait_notified(true);
    let mut file = fs::File::create(&watched.path).unwrap();
    let text = value(7);
    for piece in text.as_bytes().chunks(7) {
        std::thread::sleep(Duration::from_millis(40));
        file.write_all(piece).unwrap();
        file.sync_all().unwrap();
    }
    assert_eq!(watched.next(), "7");
}

#[test]
fn touching_and_saving_as_it_was_are_no_changes() {
    let watched = watch(WatchOptions::default());
    watched.wait_notified(true);
    watched.write(0);
    fs::File::options()
        .append(true)
        .open(&watched.path)
        .unwrap()
        .set_modified(std::time::SystemTime::now())
        .unwrap();
    fs::write(watched.path.with_file_name("microsip_log.txt"), "x").unwrap();
    watched.watcher.look();
    watched.write(1);
    assert_eq!(watched.next(), "1");
}

#[test]
fn own_saves_are_not_told() {
    let watched = watch(WatchOptions::default());
    watched.wait_notified(true);
    let mut ini = IniFile::load(&watched.path, &ReadOptions::default()).unwrap();
    for n in 1..20 {
        ini.set("Settings", "volumeRing", &n.to_string()).unwrap();
        watched.watcher.save(&ini).unwrap();
    }
    watched.watcher.look();
    // Somebody else's, at once after ours.
    watched.write(50);
    assert_eq!(watched.next(), "50");
    // Ours, and the former one again before anybody looked: the disk does not say what we think.
    ini.set("Settings", "volumeRing", "51").unwrap();
    watched.watcher.expect(&ini.to_bytes());
    watched.write(50);
    assert_eq!(watched.next(), "50");
    // A save that failed is not waited for.
    ini.set("Settings", "volumeRing", "52").unwrap();
    watched.watcher.expect(&ini.to_bytes());
    watched.watcher.unexpect(&ini.to_bytes());
    watched.write(52);
    assert_eq!(watched.next(), "52");
}

#[test]
fn a_file_that_goes_and_comes_back() {
    let watched = watch(WatchOptions::default());
    watched.wait_notified(true);
    fs::remove_file(&watched.path).unwrap();
    assert_eq!(watched.next(), "removed");
    watched.watcher.look();
    watched.write(0);
    assert_eq!(watched.next(), "0", "told once, and the same content is news again");
    // Emptied for good: that is a file without settings.
    fs::write(&watched.path, "").unwrap();
    assert_eq!(watched.next(), "none");
    watched.write(3);
    assert_eq!(watched.next(), "3");
}

#[test]
fn a_file_that_cannot_be_read() {
    let watched = watch(WatchOptions::default());
    watched.wait_notified(true);
    fs::write(&watched.path, vec![b';'; (4 << 20) + 1]).unwrap();
    match watched.changes.recv_timeout(SOON).unwrap() {
        IniChange::Failed(e) => assert_eq!(e.kind(), ErrorKind::LimitReached),
        other => panic!("{other:?}"),
    }
    fs::remove_file(&watched.path).unwrap();
    fs::create_dir(&watched.path).unwrap();
    match watched.changes.recv_timeout(SOON).unwrap() {
        IniChange::Failed(e) => assert_eq!(e.kind(), ErrorKind::Io),
        other => panic!("{other:?}"),
    }
    fs::remove_dir(&watched.path).unwrap();
    watched.write(4);
    assert_eq!(watched.next(), "4");
}

#[test]
fn a_directory_that_is_made_later_and_goes() {
    let options = WatchOptions::default().poll(Duration::from_millis(50));
    let watched = watch_at("a/b/microsip.ini", options, |_| ());
    watched.wait_notified(false);
    fs::create_dir_all(watched.path.parent().unwrap()).unwrap();
    watched.wait_notified(true);
    watched.write(1);
    assert_eq!(watched.next(), "1");
    fs::remove_dir_all(watched.path.parent().unwrap()).unwrap();
    assert_eq!(watched.next(), "removed");
    watched.wait_notified(false);
    fs::create_dir_all(watched.path.parent().unwrap()).unwrap();
    watched.write(2);
    assert_eq!(watched.next(), "2");
    watched.wait_notified(true);
    // Exchanged for another one, at once.
    let dir = watched.path.parent().unwrap();
    fs::rename(dir, dir.with_file_name("old")).unwrap();
    fs::create_dir(dir).unwrap();
    watched.write(3);
    assert_eq!(watched.next(), "3");
    watched.write(4);
    assert_eq!(watched.next(), "4");
}

#[test]
fn without_the_systems_help() {
    let options = WatchOptions::default().poll(Duration::from_millis(20)).poll_only(true);
    let watched = watch(options);
    watched.write(1);
    assert_eq!(watched.next(), "1");
    fs::remove_file(&watched.path).unwrap();
    assert_eq!(watched.next(), "removed");
    watched.write(2);
    assert_eq!(watched.next(), "2");
    assert!(!watched.watcher.is_notified());
}

#[test]
fn what_changed_before_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.ini");
    fs::write(&path, value(1)).unwrap();
    let ini = IniFile::load(&path, &ReadOptions::default()).unwrap();
    fs::write(&path, value(2)).unwrap();
    let (told, changes) = mpsc::channel();
    let watcher = IniWatcher::start(&ini, WatchOptions::default(), move |change| {
        let _ = told.send(change);
    })
    .unwrap();
    match changes.recv_timeout(SOON).unwrap() {
        IniChange::Changed(ini) => assert_eq!(ini.get("Settings", "volumeRing"), Some("2")),
        other => panic!("{other:?}"),
    }
    assert!(watcher.close());
    fs::write(&path, value(3)).unwrap();
    assert!(matches!(
        changes.recv_timeout(SOON),
        Err(mpsc::RecvTimeoutError::Disconnected)
    ));
}

#[test]
#[cfg(unix)]
fn a_link_to_a_file_elsewhere() {
    let other = tempfile::tempdir().unwrap();
    let real = other.path().join("real.ini");
    let watched = watch_at("microsip.ini", WatchOptions::default(), |path| {
        fs::write(&real, value(0)).unwrap();
        std::os::unix::fs::symlink(&real, path).unwrap();
    });
    watched.wait_notified(true);
    fs::write(&real, value(1)).unwrap();
    assert_eq!(watched.next(), "1");
    // The link is exchanged.
    let second = other.path().join("second.ini");
    fs::write(&second, value(2)).unwrap();
    fs::remove_file(&watched.path).unwrap();
    std::os::unix::fs::symlink(&second, &watched.path).unwrap();
    assert_eq!(watched.next(), "2");
    fs::write(&second, value(3)).unwrap();
    assert_eq!(watched.next(), "3");
}

#[test]
fn options_are_checked() {
    let options = WatchOptions::default;
    for options in [
        options().settle(Duration::ZERO),
        options().settle(Duration::MAX),
        options().poll(Duration::ZERO),
        options().poll(Duration::MAX),
    ] {
        let e = IniWatcher::start(&IniFile::new("a.ini"), options, |_| ()).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::InvalidArgument);
    }
    let e = IniWatcher::start(&IniFile::new("/"), WatchOptions::default(), |_| ()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::InvalidArgument);
}
