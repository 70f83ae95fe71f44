//! Ownership among real processes: this test's own executable, started again as [`child`].

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Program, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::{Claim, Command, Delivery, Instance, InstanceName, Server, ServerOptions, Service};
use crate::{FailureCode, Result};

const DEADLINE: Duration = Duration::from_secs(60);
/// What a child is to do, where, and its number.
const ROLE: &str = "MICROSIP_CONTROL_TEST_ROLE";
const PLACE: &str = "MICROSIP_CONTROL_TEST_PLACE";
const NUMBER: &str = "MICROSIP_CONTROL_TEST_NUMBER";

fn name(place: &Path) -> InstanceName {
    InstanceName::for_settings_in(place.join("run"), place.join("x.ini")).unwrap()
}

/// Appends one line to the file that all processes write.
fn note(place: &Path, line: &str) {
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(place.join("log"))
        .unwrap();
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn notes(place: &Path) -> Vec<String> {
    fs::read_to_string(place.join("log"))
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Writes down every command before it answers, as a phone does it.
struct Recorder {
    place: PathBuf,
    served: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Recorder {
    /// Waits until it is told to end, has served so many, or nothing has come for so long.
    fn wait(&self, enough: usize, quiet: Duration) {
        let mut served = self.served.lock().unwrap();
        loop {
            let (count, end) = *served;
            if end || count >= enough {
                return;
            }
            let (next, timeout) = self.changed.wait_timeout(served, quiet).unwrap();
            if timeout.timed_out() && *next == (count, end) {
                return;
            }
            served = next;
        }
    }
}

impl Service for Recorder {
    fn request(&self, request: Map<String, Value>) -> Result<Value> {
        let mut served = self.served.lock().unwrap();
        if request["command"] == "end" {
            served.1 = true;
        } else {
            served.0 += 1;
            note(&self.place, &format!("done {}", request["n"]));
        }
        self.changed.notify_all();
        Ok(request["n"].clone())
    }

    fn line(&self, text: &str) -> Result<Value> {
        note(&self.place, text);
        // For ever, as far as this test goes: it is killed in the middle.
        std::thread::sleep(DEADLINE);
        Ok(Value::Null)
    }
}

/// Not a test by itself: what the other processes do.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let place = PathBuf::from(std::env::var(PLACE).unwrap());
    let number: u64 = std::env::var(NUMBER).unwrap().parse().unwrap();
    // The starting shot: the end of the input.
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
    let (enough, quiet) = match role.as_str() {
        "short" => (5, Duration::from_millis(300)),
        _ => (usize::MAX, DEADLINE),
    };
    let request = Map::from_iter([("command".to_owned(), json!("do")), ("n".to_owned(), json!(number))]);
    let listener = match Instance::deliver(&name(&place), Command::Request(&request), DEADLINE) {
        Ok(Delivery::Done(value)) => return note(&place, &format!("told {value}")),
        Ok(Delivery::Owner(listener)) => listener,
        Err(e) => return note(&place, &format!("error {number}: {e}")),
    };
    // What only one may have at a time, as a phone has its port.
    let port = place.join("port");
    if OpenOptions::new().write(true).create_new(true).open(&port).is_err() {
        note(&place, "two owners");
    }
    note(&place, &format!("owner {number}"));
    let recorder = Arc::new(Recorder {
        place: place.clone(),
        served: Mutex::default(),
        changed: Condvar::new(),
    });
    recorder.request(request).unwrap();
    let server = Server::start(listener, Arc::clone(&recorder) as _, ServerOptions::new()).unwrap();
    recorder.wait(enough, quiet);
    server.close(DEADLINE).unwrap();
    fs::remove_file(&port).unwrap();
}

/// Processes that end with the test.
struct Children(Vec<Child>);

impl Drop for Children {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Children {
    /// Starts so many and lets them run at once.
    fn start(count: usize, role: &str, place: &Path) -> Self {
        let (shot, gun) = io::pipe().unwrap();
        let this = format!("{}::child", module_path!().split_once("::").unwrap().1);
        let mut children = Children(Vec::new());
        for number in 0..count {
            let child = Program::new(std::env::current_exe().unwrap())
                .args([this.as_str(), "--exact", "--nocapture", "--test-threads=1"])
                .env(ROLE, role)
                .env(PLACE, place)
                .env(NUMBER, number.to_string())
                .stdin(shot.try_clone().unwrap())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            children.0.push(child);
        }
        drop(gun);
        children
    }

    /// Waits until no more than so many run.
    fn wait(&mut self, running: usize, place: &Path) {
        let until = Instant::now() + DEADLINE;
        loop {
            let left = self
                .0
                .iter_mut()
                .filter_map(|child| child.try_wait().unwrap().is_none().then_some(()))
                .count();
            if left <= running {
                return;
            }
            assert!(Instant::now() < until, "{left} still run: {:?}", notes(place));
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn all_well(&mut self) -> bool {
        self.0.iter_mut().all(|child| child.wait().unwrap().success())
    }
}

fn count(notes: &[String], what: &str) -> usize {
    notes.iter().filter(|note| note.starts_with(what)).count()
}

/// Every number from 0 on was written with this word exactly once.
fn assert_each_once(notes: &[String], word: &str, count: u64) {
    let mut numbers: Vec<u64> = notes
        .iter()
        .filter_map(|note| note.strip_prefix(word)?.trim().parse().ok())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..count).collect::<Vec<_>>(), "{word}: {notes:?}");
}

#[test]
fn a_hundred_launches_have_one_owner_and_every_command_is_done_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut children = Children::start(100, "one", dir.path());
    children.wait(1, dir.path());
    let Claim::Other(mut client) = Instance::claim(&name(dir.path())).unwrap() else {
        panic!("the owner is gone")
    };
    let end = Map::from_iter([("command".to_owned(), json!("end")), ("n".to_owned(), json!("bye"))]);
    assert_eq!(client.request(end, DEADLINE).unwrap(), "bye");
    children.wait(0, dir.path());
    assert!(children.all_well());
    let notes = notes(dir.path());
    assert_eq!(
        (count(&notes, "owner"), count(&notes, "two"), count(&notes, "error")),
        (1, 0, 0),
        "{notes:?}"
    );
    assert_eq!(count(&notes, "told"), 99, "{notes:?}");
    assert_each_once(&notes, "done", 100);
}

#[test]
fn owners_that_come_and_go_lose_no_command_and_do_none_twice() {
    let dir = tempfile::tempdir().unwrap();
    let mut children = Children::start(60, "short", dir.path());
    children.wait(0, dir.path());
    assert!(children.all_well());
    let notes = notes(dir.path());
    assert_eq!((count(&notes, "two"), count(&notes, "error")), (0, 0), "{notes:?}");
    let owners = count(&notes, "owner");
    assert!(owners >= 2, "ownership changed hands: {notes:?}");
    assert_eq!(owners + count(&notes, "told"), 60, "{notes:?}");
    assert_each_once(&notes, "done", 60);
}

#[test]
fn a_killed_owner_is_succeeded() {
    let dir = tempfile::tempdir().unwrap();
    let mut children = Children::start(1, "one", dir.path());
    let until = Instant::now() + DEADLINE;
    while count(&notes(dir.path()), "done") == 0 {
        assert!(Instant::now() < until, "no owner");
        std::thread::sleep(Duration::from_millis(2));
    }
    let name = name(dir.path());
    let Claim::Other(mut client) = Instance::claim(&name).unwrap() else {
        panic!("the owner is gone")
    };
    std::thread::scope(|scope| {
        let asking = scope.spawn(move || client.line("asked", DEADLINE));
        while count(&notes(dir.path()), "asked") == 0 {
            assert!(Instant::now() < until, "it was not asked");
            std::thread::sleep(Duration::from_millis(2));
        }
        children.0[0].kill().unwrap();
        // It had begun; nobody can say whether it was done.
        assert_eq!(
            asking.join().unwrap().unwrap_err().failure(),
            FailureCode::ConnectionLost
        );
    });
    children.0[0].wait().unwrap();
    if cfg!(unix) {
        assert!(name.socket().exists(), "a killed owner leaves its socket");
    }
    let begun = Instant::now();
    assert!(matches!(Instance::claim(&name).unwrap(), Claim::Owner(_)));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[cfg(unix)]
#[test]
fn an_owner_that_hangs_is_not_waited_for_for_ever() {
    use rustix::process::{Pid, Signal, kill_process};
    let dir = tempfile::tempdir().unwrap();
    let children = Children::start(1, "one", dir.path());
    let until = Instant::now() + DEADLINE;
    let name = name(dir.path());
    while count(&notes(dir.path()), "done") == 0 {
        assert!(Instant::now() < until, "no owner");
        std::thread::sleep(Duration::from_millis(2));
    }
    let pid = children.0[0].id();
    kill_process(Pid::from_raw(pid as i32).unwrap(), Signal::STOP).unwrap();
    let error = Instance::claim_within(&name, Duration::from_millis(200)).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Timeout);
    assert!(error.message().contains(&pid.to_string()), "{error}");
    kill_process(Pid::from_raw(pid as i32).unwrap(), Signal::CONT).unwrap();
    assert!(matches!(Instance::claim(&name).unwrap(), Claim::Other(_)));
}
