//! The phone that a microsip.ini describes, as a process, and other processes that command it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use microsip_testkit::Deadline;
use microsip_testkit::dir::TestDir;
use microsip_testkit::process::{Output, Process, Spec, Stream};
use serde_json::{Value, json};

use super::{Agent, microsip};

/// A user's home: nothing outside of it is read or written.
pub struct Home {
    pub dir: TestDir,
}

/// What a process that ended said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new(name: &str) -> Home {
        let dir = TestDir::new(name).unwrap();
        for sub in ["run", "config", "data", "cache", "tmp"] {
            std::fs::create_dir(dir.join(sub)).unwrap();
        }
        std::fs::set_permissions(dir.join("run"), std::fs::Permissions::from_mode(0o700)).unwrap();
        Home { dir }
    }

    /// A program of this user.
    pub fn own(&self, spec: Spec) -> Spec {
        let spec = spec.current_dir(self.dir.path()).env("HOME", self.dir.path());
        let folders = [
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CACHE_HOME", "cache"),
            ("TMPDIR", "tmp"),
        ];
        let spec = folders
            .into_iter()
            .fold(spec, |spec, (key, sub)| spec.env(key, self.dir.join(sub)));
        [
            "XDG_CONFIG_DIRS",
            "XDG_DATA_DIRS",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "BROWSER",
        ]
        .into_iter()
        .fold(spec, Spec::env_remove)
    }

    /// The program, as this user starts it.
    pub fn microsip<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Spec {
        self.own(microsip()).args(args)
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.microsip(args))
    }

    /// Settings of a phone that is called by its address: `name` is its user. `settings` and `more` are lines of `[Settings]`, and whole
    /// sections.
    pub fn settings(&self, name: &str, settings: &str, more: &str) -> PathBuf {
        self.dir
            .write(&format!("{name}.ini"), text(name, settings, more))
            .unwrap()
    }

    /// A phone with such settings, started.
    pub fn phone(&self, name: &str, settings: &str, more: &str) -> Phone<'_> {
        let ini = self.settings(name, settings, more);
        Phone::start(self, ini)
    }
}

/// The text of such settings.
pub fn text(user: &str, settings: &str, more: &str) -> String {
    format!(
        "[Settings]\naccountId=0\nenableLocalAccount=1\nsingleMode=0\nsourcePort=0\n{settings}\n[Account0]\nusername={user}\n\
         {more}\n[Extensions]\nbindAddress=127.0.0.1\naudioDevices=0\n"
    )
}

impl Ran {
    pub fn of(spec: Spec) -> Ran {
        Ran::wait(spec.spawn().unwrap())
    }

    /// Of a process that was started.
    pub fn wait(mut process: Process) -> Ran {
        process.close_stdin();
        let status = process.wait_exit(Deadline::secs(60)).unwrap();
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: joined(process.output(), Stream::Stdout),
            stderr: joined(process.output(), Stream::Stderr),
        }
    }

    /// It must have ended with 0.
    #[track_caller]
    pub fn ok(self) -> Ran {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// It must have ended with this code, saying something of the kind and nothing on standard output.
    #[track_caller]
    pub fn fails(self, code: i32, says: &str) -> Ran {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.stderr.contains(says), "no {says:?} in {self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        self
    }

    /// It must have ended with this code, whatever it said.
    #[track_caller]
    pub fn code(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Its standard output, one JSON value.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

fn joined(output: &Output, stream: Stream) -> String {
    let lines = output.lines().into_iter().filter(|line| line.stream == stream);
    lines.map(|line| line.text).collect::<Vec<_>>().join("\n")
}

/// A running `microsip phone --json`.
pub struct Phone<'a> {
    pub agent: Agent,
    pub ini: PathBuf,
    home: &'a Home,
}

impl<'a> Phone<'a> {
    pub fn start(home: &'a Home, ini: PathBuf) -> Phone<'a> {
        let file = ini.to_str().unwrap().to_owned();
        let spec = home.microsip(["phone", "--json", "-i", &file]);
        Phone {
            agent: Agent::of(spec.name("phone").spawn().unwrap()),
            ini,
            home,
        }
    }

    fn file(&self) -> &str {
        self.ini.to_str().unwrap()
    }

    /// Another process, with a line as MicroSIP has it.
    pub fn line(&self, args: &[&str]) -> Ran {
        let settings = format!("/i:{}", self.file());
        let settings: &[&str] = &[&settings];
        self.home.run(&[settings, args].concat())
    }

    /// The same, not waited for.
    pub fn spawn_line(&self, args: &[&str]) -> Process {
        let settings = format!("/i:{}", self.file());
        let settings: &[&str] = &[&settings];
        self.home.microsip([settings, args].concat()).spawn().unwrap()
    }

    /// Another process, with one of our commands.
    pub fn command(&self, args: &[&str]) -> Ran {
        let (name, rest) = args.split_first().unwrap();
        self.home.run(&[&[*name, "-i", self.file()], rest].concat())
    }

    /// The same, read as JSON.
    #[track_caller]
    pub fn ask(&self, args: &[&str]) -> Value {
        self.command(&[args, &["--json"]].concat()).ok().json()
    }

    /// A URI that reaches it directly.
    pub fn uri(&self, user: &str) -> String {
        format!("sip:{user}@{}", self.agent.address("udp"))
    }

    pub fn wait(&mut self, event: &str, check: impl Fn(&Value) -> bool) -> Value {
        self.agent.wait(event, check)
    }

    pub fn wait_call(&mut self, state: &str) -> Value {
        self.agent.wait_call(state)
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        socket_of(self.home, &self.ini)
    }

    pub fn connect(&self) -> Socket {
        Socket::to(&self.socket())
    }

    /// Has it end as a user does.
    pub fn exit(&mut self) {
        self.command(&["exit"]).ok();
        self.agent.process.wait_success(Deadline::secs(10)).unwrap();
    }
}

/// The socket of the phone with these settings, found as other programs find it.
pub fn socket_of(home: &Home, ini: &Path) -> PathBuf {
    let stem = ini.file_stem().unwrap().to_str().unwrap().to_owned();
    let entries = std::fs::read_dir(home.dir.join("run/microsip")).unwrap();
    let found: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with(&format!("{stem}-")) && name.ends_with(".sock")
        })
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

/// The control socket, as bytes.
pub struct Socket {
    stream: UnixStream,
    lines: BufReader<UnixStream>,
    pub events: Vec<Value>,
}

impl Socket {
    pub fn to(path: &Path) -> Socket {
        let stream = UnixStream::connect(path).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap());
        Socket {
            stream,
            lines,
            events: Vec::new(),
        }
    }

    pub fn send(&mut self, line: &str) {
        self.stream.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Without an end of line.
    pub fn send_raw(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).unwrap();
    }

    /// Nothing more comes from here.
    pub fn end_input(&self) {
        self.stream.shutdown(std::net::Shutdown::Write).unwrap();
    }

    pub fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line:?}"))
    }

    /// Sends a line and returns its reply; events before it are kept.
    pub fn reply(&mut self, line: &str) -> Value {
        self.send(line);
        loop {
            let message = self.next();
            if message.get("reply").is_some() {
                return message;
            }
            self.events.push(message);
        }
    }

    /// The result of a line that must succeed.
    #[track_caller]
    pub fn done(&mut self, line: &str) -> Value {
        let reply = self.reply(line);
        assert_eq!(reply["ok"], true, "{line}: {reply}");
        reply["result"].clone()
    }

    /// The kind of the error of a line that must fail.
    #[track_caller]
    pub fn fails(&mut self, line: &str) -> Value {
        let reply = self.reply(line);
        assert_eq!(reply["ok"], false, "{line}: {reply}");
        reply["error"].clone()
    }

    /// The next event of that name that passes the check. Events of other names are left for later.
    pub fn event(&mut self, name: &str, check: impl Fn(&Value) -> bool) -> Value {
        let wanted = |event: &Value| event["event"] == name && check(event);
        let mut from = 0;
        loop {
            if let Some(at) = self.events[from..].iter().position(wanted) {
                let found = self.events[from + at].clone();
                let mut place = 0;
                self.events.retain(|event| {
                    place += 1;
                    place > from + at + 1 || event["event"] != name
                });
                return found;
            }
            from = self.events.len();
            let event = self.next();
            self.events.push(event);
        }
    }
}

/// A command for the socket.
pub fn command(name: &str, mut fields: Value) -> String {
    fields["command"] = json!(name);
    fields.to_string()
}

/// Waits until the function finds something.
pub fn until<T>(what: &str, find: impl FnMut() -> Option<T>) -> T {
    microsip_testkit::wait_until(Deadline::secs(20), what, find).unwrap()
}
