#[cfg(unix)]
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::{Claim, Client, Command, Delivery, Instance, InstanceName, Listener, Server, ServerOptions, Service};
use crate::{ErrorKind, FailureCode, Result};

const DEADLINE: Duration = Duration::from_secs(20);

/// Answers with what it was asked; `wait` takes until it is released.
#[derive(Default)]
struct Phone {
    waiting: AtomicBool,
    released: AtomicBool,
}

impl Service for Phone {
    fn request(&self, request: Map<String, Value>) -> Result<Value> {
        match request["command"].as_str() {
            Some("fail") => Err(FailureCode::TlsExpired.error("call", "since yesterday")),
            Some("wait") => {
                self.waiting.store(true, Ordering::Release);
                wait_until(|| self.released.load(Ordering::Acquire));
                Ok("waited".into())
            }
            _ => Ok(Value::Object(request)),
        }
    }

    fn line(&self, text: &str) -> Result<Value> {
        Ok(text.into())
    }
}

fn wait_until(done: impl Fn() -> bool) {
    let until = Instant::now() + DEADLINE;
    while !done() {
        assert!(Instant::now() < until, "it does not come");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn place() -> (tempfile::TempDir, InstanceName) {
    let dir = tempfile::tempdir().unwrap();
    let name = InstanceName::for_settings_in(dir.path().join("run"), dir.path().join("x.ini")).unwrap();
    (dir, name)
}

fn owner(name: &InstanceName) -> Listener {
    match Instance::claim(name).unwrap() {
        Claim::Owner(listener) => listener,
        Claim::Other(client) => panic!("{client:?} owns it"),
    }
}

fn other(name: &InstanceName) -> Client {
    match Instance::claim(name).unwrap() {
        Claim::Other(client) => client,
        Claim::Owner(listener) => panic!("{} had no owner", listener.name()),
    }
}

fn served(name: &InstanceName) -> (Server, Arc<Phone>) {
    let phone = Arc::new(Phone::default());
    (
        Server::start(owner(name), Arc::clone(&phone) as _, ServerOptions::new()).unwrap(),
        phone,
    )
}

fn request(command: &str) -> Map<String, Value> {
    Map::from_iter([("command".to_owned(), command.into())])
}

#[test]
fn the_first_owns_and_the_next_command_it() {
    let (_dir, name) = place();
    let (server, _phone) = served(&name);
    let mut client = other(&name);
    assert_eq!(
        (client.pid(), client.version()),
        (Some(std::process::id()), Some(env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(client.line(" /hangupall ", DEADLINE).unwrap(), "/hangupall");
    assert_eq!(
        client.request(request("echo"), DEADLINE).unwrap(),
        json!({"command": "echo"})
    );
    let error = client.request(request("fail"), DEADLINE).unwrap_err();
    assert_eq!(
        (error.kind(), error.failure()),
        (ErrorKind::Tls, FailureCode::TlsExpired)
    );
    assert_eq!(error.message(), "call: since yesterday");
    drop(server);
    let error = client.line("/hangupall", DEADLINE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotRunning, "{error}");
    owner(&name);
    owner(&name);
}

#[test]
fn looking_for_an_owner_makes_none() {
    let (_dir, name) = place();
    assert!(Instance::find(&name).unwrap().is_none());
    let (server, _phone) = served(&name);
    assert_eq!(
        Instance::find(&name).unwrap().unwrap().line("x", DEADLINE).unwrap(),
        "x"
    );
    drop(server);
    assert!(Instance::find(&name).unwrap().is_none());
    assert!(!name.socket().exists());
    drop(owner(&name));
}

#[test]
fn what_cannot_be_sent_is_refused_here() {
    let (_dir, name) = place();
    let (_server, _phone) = served(&name);
    let mut client = other(&name);
    for text in ["", " ", "a\nb", "{\"command\":\"ping\"}", &"x".repeat(70_000)] {
        assert_eq!(
            client.line(text, DEADLINE).unwrap_err().kind(),
            ErrorKind::InvalidArgument
        );
    }
    let mut long = request("echo");
    long.insert("text".into(), "x".repeat(70_000).into());
    for wrong in [Map::new(), request(""), long] {
        assert_eq!(
            client.request(wrong, DEADLINE).unwrap_err().kind(),
            ErrorKind::InvalidArgument
        );
    }
    assert_eq!(client.line("/still", DEADLINE).unwrap(), "/still");
}

#[test]
fn a_late_reply_is_not_taken_for_another() {
    let (_dir, name) = place();
    let (_server, phone) = served(&name);
    let mut client = other(&name);
    let short = Duration::from_millis(30);
    assert_eq!(
        client.request(request("wait"), short).unwrap_err().kind(),
        ErrorKind::Timeout
    );
    assert_eq!(client.line("first", short).unwrap_err().kind(), ErrorKind::Timeout);
    phone.released.store(true, Ordering::Release);
    assert_eq!(client.line("second", DEADLINE).unwrap(), "second");
    assert_eq!(
        client.request(request("echo"), DEADLINE).unwrap(),
        json!({"command": "echo"})
    );
}

#[test]
fn events_come_beside_replies() {
    let (_dir, name) = place();
    let (server, _phone) = served(&name);
    let mut client = other(&name);
    assert_eq!(client.next_event(Duration::from_millis(10)).unwrap(), None);
    client.subscribe(&["call"], DEADLINE).unwrap();
    server.publish("call", &json!({"n": 1}));
    server.publish("presence", &json!({"n": 2}));
    assert_eq!(client.line("x", DEADLINE).unwrap(), "x");
    server.publish("call", &json!({"n": 3}));
    for n in [1, 3] {
        assert_eq!(
            client.next_event(DEADLINE).unwrap(),
            Some(json!({"event": "call", "n": n}))
        );
    }
    client.subscribe(&[], DEADLINE).unwrap();
    server.publish("presence", &json!({"n": 4}));
    drop(server);
    let mut events = std::iter::from_fn(|| client.next_event(DEADLINE).ok().flatten());
    // The end may overtake the last event, never come before one that is told.
    assert!(events.next().is_none_or(|event| event["n"] == 4));
    assert_eq!(
        client.next_event(DEADLINE).unwrap_err().failure(),
        FailureCode::ConnectionLost
    );
}

#[test]
fn an_owner_that_starts_is_waited_for_and_one_that_does_not_is_named() {
    let (_dir, name) = place();
    let listener = owner(&name);
    let error = Instance::claim_within(&name, Duration::from_millis(60)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    if cfg!(unix) {
        assert!(
            error.message().contains(&format!("process {}", std::process::id())),
            "{error}"
        );
    }
    std::thread::scope(|scope| {
        let late = scope.spawn(|| other(&name).line("late", DEADLINE));
        std::thread::sleep(Duration::from_millis(60));
        let server = Server::start(listener, Arc::new(Phone::default()), ServerOptions::new()).unwrap();
        assert_eq!(late.join().unwrap().unwrap(), "late");
        drop(server);
    });
}

#[test]
fn an_owner_that_gives_up_is_succeeded_by_who_waited() {
    let (_dir, name) = place();
    let listener = owner(&name);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| Instance::deliver(&name, Command::Line("/answer"), DEADLINE).unwrap());
        std::thread::sleep(Duration::from_millis(60));
        drop(listener);
        assert!(matches!(waiting.join().unwrap(), Delivery::Owner(_)));
    });
}

#[test]
fn a_command_lost_on_the_way_is_neither_done_nor_not_done() {
    let (_dir, name) = place();
    let (server, phone) = served(&name);
    let mut client = other(&name);
    std::thread::scope(|scope| {
        let asking = scope.spawn(move || client.request(request("wait"), DEADLINE));
        wait_until(|| phone.waiting.load(Ordering::Acquire));
        assert_eq!(server.close(Duration::ZERO).unwrap_err().kind(), ErrorKind::Timeout);
        let error = asking.join().unwrap().unwrap_err();
        assert_eq!(error.failure(), FailureCode::ConnectionLost);
        assert!(error.message().contains("not known"), "{error}");
        phone.released.store(true, Ordering::Release);
    });
}

#[test]
fn a_command_that_an_ending_owner_refuses_goes_to_the_next() {
    let (_dir, name) = place();
    let (server, phone) = served(&name);
    let mut first = other(&name);
    std::thread::scope(|scope| {
        let asking = scope.spawn(move || first.request(request("wait"), DEADLINE));
        wait_until(|| phone.waiting.load(Ordering::Acquire));
        let closing = scope.spawn(move || server.close(DEADLINE).map(|()| drop(server)));
        let next = scope.spawn(|| Instance::deliver(&name, Command::Line("/answer"), DEADLINE).unwrap());
        std::thread::sleep(Duration::from_millis(30));
        phone.released.store(true, Ordering::Release);
        assert_eq!(asking.join().unwrap().unwrap(), "waited");
        closing.join().unwrap().unwrap();
        match next.join().unwrap() {
            Delivery::Owner(_) => {}
            // It came before the end.
            Delivery::Done(value) => assert_eq!(value, "/answer"),
        }
    });
}

#[test]
fn a_full_owner_is_asked_again() {
    let (_dir, name) = place();
    let server = Server::start(
        owner(&name),
        Arc::new(Phone::default()),
        ServerOptions::new().max_connections(1),
    );
    let server = server.unwrap();
    let only = other(&name);
    let error = Instance::claim_within(&name, Duration::from_millis(60)).unwrap_err();
    assert!(
        error.kind() == ErrorKind::Timeout && error.message().contains("1 connections"),
        "{error}"
    );
    std::thread::scope(|scope| {
        let next = scope.spawn(|| Instance::deliver(&name, Command::Line("/answer"), DEADLINE).unwrap());
        drop(only);
        assert!(matches!(next.join().unwrap(), Delivery::Done(value) if value == "/answer"));
    });
    drop(server);
}

#[cfg(unix)]
#[test]
fn what_a_dead_owner_left_is_replaced() {
    use std::os::unix::net::UnixListener;
    let (_dir, name) = place();
    drop(owner(&name));
    drop(UnixListener::bind(name.socket()).unwrap());
    assert!(name.socket().exists());
    drop(owner(&name));
    fs::write(name.socket(), "no socket").unwrap();
    let (_server, _phone) = served(&name);
    assert_eq!(other(&name).line("x", DEADLINE).unwrap(), "x");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_replaced_is_named() {
    let (_dir, name) = place();
    drop(owner(&name));
    fs::create_dir(name.socket()).unwrap();
    let error = Instance::claim_within(&name, Duration::from_millis(50)).unwrap_err();
    assert!(error.message().contains(&name.to_string()), "{error}");
}

#[cfg(unix)]
#[test]
fn a_lock_removed_under_its_owner_makes_no_second_owner() {
    let (_dir, name) = place();
    let (_server, _phone) = served(&name);
    fs::remove_file(&name.lock).unwrap();
    assert_eq!(other(&name).line("x", DEADLINE).unwrap(), "x");
    assert_eq!(other(&name).line("y", DEADLINE).unwrap(), "y");
}

#[cfg(unix)]
#[test]
fn a_program_that_is_no_phone_is_not_believed() {
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixListener;
    let (_dir, name) = place();
    drop(owner(&name));
    let fake = UnixListener::bind(name.socket()).unwrap();
    for (says, kind) in [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", ErrorKind::Transport),
        (
            "{\"reply\":1,\"ok\":true,\"result\":{\"protocol\":2}}\n",
            ErrorKind::Unsupported,
        ),
        ("{\"reply\":1,\"ok\":true,\"result\":null}\n", ErrorKind::Unsupported),
    ] {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let (mut stream, _) = fake.accept().unwrap();
                let _ = stream.read(&mut [0; 100]);
                stream.write_all(says.as_bytes()).unwrap();
                // Until the client goes.
                let _ = stream.read(&mut [0; 100]);
            });
            let error = Instance::claim(&name).unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
        });
    }
}
