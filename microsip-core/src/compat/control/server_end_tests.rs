//! How it ends, who is let in, and what other programs can do with it.

use std::fs;
use std::io::{ErrorKind as IoErrorKind, Write as _};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::server_stage::{DEADLINE, Raw, Stage, stage, wait_connections};
use super::{Claim, Instance, InstanceName, ServerOptions, system};
use crate::ErrorKind;

#[test]
fn closing_finishes_what_was_begun_and_refuses_the_rest() {
    let stage = stage(ServerOptions::new());
    let (mut raw, mut listener) = (Raw::new(&stage.name), Raw::new(&stage.name));
    listener.send("{\"command\":\"subscribe\"}\n").json();
    raw.send("{\"id\":1,\"command\":\"wait\"}\n{\"id\":2,\"command\":\"echo\"}\n/late\n");
    stage.phone.wait_done("wait");
    std::thread::scope(|scope| {
        let closing = scope.spawn(|| stage.server.close(DEADLINE));
        let until = Instant::now() + DEADLINE;
        while stage.name.socket().exists() {
            assert!(Instant::now() < until, "the socket stays");
            std::thread::yield_now();
        }
        listener.assert_end();
        stage.phone.release();
        assert_eq!(raw.json(), json!({"reply": 1, "ok": true, "result": "waited"}));
        for id in [json!(2), Value::Null] {
            let refused = raw.json();
            assert_eq!(
                (&refused["reply"], &refused["error"]["kind"]),
                (&id, &json!("not_running"))
            );
            assert_eq!(refused["error"]["retry"], true);
        }
        raw.assert_end();
        closing.join().unwrap().unwrap();
    });
    assert_eq!(*stage.phone.done.lock().unwrap(), ["wait"]);
    // The name is kept until the phone is gone altogether.
    let early = Instance::claim_within(&stage.name, Duration::from_millis(50)).unwrap_err();
    assert_eq!(early.kind(), ErrorKind::Timeout);
    let Stage {
        dir: _dir,
        name,
        server,
        ..
    } = stage;
    drop(server);
    assert!(matches!(Instance::claim(&name).unwrap(), Claim::Owner(_)));
}

#[test]
fn a_command_that_hangs_does_not_hold_up_the_end() {
    let stage = stage(ServerOptions::new());
    let mut raw = Raw::new(&stage.name);
    raw.send("{\"command\":\"wait\"}\n");
    stage.phone.wait_done("wait");
    let begun = Instant::now();
    let error = stage.server.close(Duration::from_millis(50)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(begun.elapsed() < DEADLINE / 2);
    raw.assert_end();
    stage.phone.release();
    wait_connections(&stage.server, 0);
    stage.server.close(Duration::ZERO).unwrap();
}

#[test]
fn a_command_cannot_close_the_socket_under_itself() {
    let Stage {
        dir: _dir,
        name,
        phone,
        server,
    } = stage(ServerOptions::new());
    let server = Arc::new(server);
    *phone.server.lock().unwrap() = Some(Arc::clone(&server));
    let reply = Raw::new(&name).send("{\"command\":\"close\"}\n").json();
    assert_eq!(reply["error"]["kind"], "wrong_state");
    *phone.server.lock().unwrap() = None;
    server.close(DEADLINE).unwrap();
}

#[test]
fn a_subscriber_that_never_reads_does_not_hold_up_the_end() {
    let stage = stage(ServerOptions::new());
    let mut deaf = Raw::new(&stage.name);
    deaf.send("{\"command\":\"subscribe\"}\n").json();
    for _ in 0..3000 {
        stage.server.publish("call", &json!({"fill": "x".repeat(1000)}));
    }
    let begun = Instant::now();
    stage.server.close(Duration::from_millis(100)).unwrap();
    assert!(begun.elapsed() < DEADLINE / 2, "{:?}", begun.elapsed());
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn nobody_else_can_reach_the_socket() {
    let stage = stage(ServerOptions::new());
    assert_eq!(mode(&stage.name.directory), 0o700);
    assert_eq!(mode(&stage.name.socket), 0o600);
    assert_eq!(mode(&stage.name.lock), 0o600);
    assert!(system::allowed(Some(1000), 1000) && system::allowed(Some(0), 1000) && system::allowed(None, 1000));
    assert!(!system::allowed(Some(1001), 1000) && !system::allowed(Some(1001), 0));
}

#[test]
fn a_directory_that_others_could_use_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let claim = |place: &str| {
        let name = InstanceName::for_settings_in(dir.path().join(place), dir.path().join("x.ini")).unwrap();
        let error = Instance::claim(&name).unwrap_err();
        (error.kind(), error.message().to_owned())
    };
    for (place, bits) in [("world", 0o777), ("group", 0o770), ("seen", 0o755), ("sticky", 0o1777)] {
        fs::create_dir(dir.path().join(place)).unwrap();
        fs::set_permissions(dir.path().join(place), fs::Permissions::from_mode(bits)).unwrap();
        let (kind, message) = claim(place);
        assert!(
            kind == ErrorKind::Config && message.contains("open to other users"),
            "{message}"
        );
    }
    fs::create_dir(dir.path().join("real")).unwrap();
    fs::set_permissions(dir.path().join("real"), fs::Permissions::from_mode(0o700)).unwrap();
    symlink("real", dir.path().join("link")).unwrap();
    assert!(claim("link").1.contains("symbolic link"));
    fs::write(dir.path().join("file"), "").unwrap();
    assert!(claim("file").1.contains("no directory"));
    fs::create_dir(dir.path().join("foreign")).unwrap();
    fs::set_permissions(dir.path().join("foreign"), fs::Permissions::from_mode(0o700)).unwrap();
    // Only root can give a directory away; elsewhere /, which is root's, must do.
    if std::os::unix::fs::chown(dir.path().join("foreign"), Some(65_534), None).is_ok() {
        assert!(claim("foreign").1.contains("another user"));
    } else {
        assert!(claim("/").1.contains("another user"));
    }
}

/// Runs a program with this on its standard input; what it wrote.
fn piped(program: &mut Command, input: &str) -> Option<String> {
    let child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(e) if e.kind() == IoErrorKind::NotFound => {
            eprintln!("{program:?} is not installed: not tried");
            return None;
        }
        Err(e) => panic!("{program:?}: {e}"),
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program:?}: {}", output.status);
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn netcat_can_command_it() {
    let stage = stage(ServerOptions::new());
    let input = "/answer\n{\"id\":1,\"command\":\"ping\"}\n";
    if let Some(output) = piped(Command::new("nc").arg("-N").arg("-U").arg(stage.name.socket()), input) {
        assert_eq!(
            output,
            "{\"reply\":null,\"ok\":true,\"result\":{\"line\":\"/answer\"}}\n{\"reply\":1,\"ok\":true,\"result\":\"pong\"}\n"
        );
    }
}

#[test]
fn python_can_command_it() {
    let stage = stage(ServerOptions::new());
    let script = r#"
import json, socket, sys
phone = socket.socket(socket.AF_UNIX)
phone.connect(sys.argv[1])
lines = phone.makefile("r", encoding="utf-8")
def ask(command, **fields):
    phone.sendall((json.dumps({"command": command, **fields}) + "\n").encode())
    while True:
        message = json.loads(next(lines))
        if "reply" in message:
            return message
print(ask("ping")["result"], ask("echo", text="ü")["result"]["text"], ask("fail")["error"]["code"])
"#;
    let mut python = Command::new("python3");
    python.args(["-X", "utf8", "-c", script]).arg(stage.name.socket());
    if let Some(output) = piped(&mut python, "") {
        assert_eq!(output, "pong ü peer_busy\n");
    }
}
