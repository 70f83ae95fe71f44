//! One phone that owns its home, for tests of what it does with calls: hooks that write a log, edits of the settings, lines on its socket.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use microsip_testkit::process::{Process, Stream};
use microsip_testkit::{Deadline, wait_until};
use serde_json::{Value, json};

use super::phone::{Home, Ran, Socket, socket_of};

/// How long things may take on a busy machine.
pub const SOON: u64 = 20;

pub fn ini_of(home: &Home) -> PathBuf {
    home.dir.join("m.ini")
}

/// A program in the folder, for hooks. `$log` is a file of each process that runs it; [`log`] reads them all.
pub fn script(home: &Home, name: &str, body: &str) -> PathBuf {
    let logs = home.dir.join("hooks.log");
    std::fs::create_dir_all(&logs).unwrap();
    let path = home
        .dir
        .write(name, format!("#!/bin/sh\nlog='{}'/$$\n{body}\n", logs.display()))
        .unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// What scripts wrote to `$log`, in the order in which they were started. (Hooks do not wait for each other: on a busy machine the later
/// one may well write first.)
pub fn log(home: &Home) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(home.dir.join("hooks.log")) else {
        return Vec::new();
    };
    let mut files: Vec<(u32, PathBuf)> = folder
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().to_str().unwrap().parse().unwrap(), entry.path()))
        .collect();
    files.sort_unstable();
    // Numbers of processes begin anew after the greatest.
    let first = files.first().map_or(0, |(first, _)| *first);
    let anew = files.partition_point(|(number, _)| number - first < 10_000);
    files.rotate_left(anew);
    let texts = files.iter().map(|(_, file)| std::fs::read_to_string(file).unwrap());
    texts.collect::<String>().lines().map(str::to_owned).collect()
}

/// A settings file of a phone on loopback without sound devices: lines of `[Settings]`, then other sections.
pub fn ini(settings: &str, sections: &str) -> String {
    let local = match settings.contains("accountId=") {
        true => "",
        false => "accountId=0\nenableLocalAccount=1\n",
    };
    let own = match sections.contains("[Account0]") || !local.contains("enable") {
        true => "",
        false => "[Account0]\nusername=own\n",
    };
    let extensions = match sections.contains("[Extensions]") {
        true => "",
        false => "[Extensions]\nbindAddress=127.0.0.1\naudioDevices=0\n",
    };
    format!("[Settings]\n{local}{settings}\n{own}{sections}\n{extensions}")
}

/// A running phone.
pub struct Phone {
    pub process: Process,
    pub ready: Value,
    pub home: Home,
    /// How far its output was waited for.
    from: usize,
}

impl Phone {
    /// A phone for direct calls, with these lines in `[Settings]`.
    pub fn start(name: &str, settings: &str) -> Phone {
        Phone::with(Home::new(name), settings, "")
    }

    /// A phone in a home, with other sections too.
    pub fn with(home: Home, settings: &str, sections: &str) -> Phone {
        std::fs::write(ini_of(&home), ini(settings, sections)).unwrap();
        Phone::launch(home, &[])
    }

    /// Starts it with the settings file that is there; the rest of the line is its first command.
    pub fn launch(home: Home, line: &[&str]) -> Phone {
        let file = ini_of(&home).display().to_string();
        let spec = match line {
            [] => home.microsip(["phone", "-i", &file, "--json"]),
            line => home.microsip([&[&*format!("/i:{file}"), "--json"], line].concat()),
        };
        let process = spec.name("phone").spawn().unwrap();
        let mut phone = Phone {
            process,
            ready: Value::Null,
            home,
            from: 0,
        };
        phone.ready = phone.wait("ready", |_| true);
        phone.from = 0;
        phone
    }

    /// Where it listens for UDP.
    pub fn address(&self) -> String {
        self.address_of("udp")
    }

    pub fn address_of(&self, transport: &str) -> String {
        let list = self.ready["transports"].as_array().unwrap();
        let entry = list.iter().find(|t| t["transport"] == transport).unwrap();
        entry["address"].as_str().unwrap().to_owned()
    }

    /// What hooks wrote to their log.
    pub fn log(&self) -> Vec<String> {
        log(&self.home)
    }

    /// Waits until as many lines are in the log.
    pub fn wait_log(&self, lines: usize) -> Vec<String> {
        let what = format!("{lines} lines in the log");
        wait_until(Deadline::secs(SOON), &what, || {
            let log = self.log();
            (log.len() >= lines).then_some(log)
        })
        .unwrap_or_else(|e| panic!("{e}; now {:?}", self.log()))
    }

    /// Every event so far.
    pub fn events(&self) -> Vec<Value> {
        let lines = self.process.output().lines().into_iter();
        let lines = lines.filter(|l| l.stream == Stream::Stdout);
        lines
            .map(|l| serde_json::from_str(&l.text).unwrap_or_else(|e| panic!("{e}: {}", l.text)))
            .collect()
    }

    /// The next event of that name that passes the check; what comes before it is passed over.
    pub fn wait(&mut self, event: &str, check: impl Fn(&Value) -> bool) -> Value {
        let found = self.process.output().wait_from(
            self.from,
            |line: &str| parsed(line, event, &check).is_some(),
            Deadline::secs(SOON),
        );
        let Some((index, line)) = found else {
            panic!("no {event} of {}:\n{}", self.process.name(), self.process.output());
        };
        self.from = index + 1;
        parsed(&line, event, &check).unwrap()
    }

    /// An event of that name that passes the check, whenever it came or comes.
    pub fn find(&self, event: &str, check: impl Fn(&Value) -> bool) -> Value {
        let pick = |line: &str| parsed(line, event, &check).is_some();
        let found = self.process.output().wait_from(0, pick, Deadline::secs(SOON));
        let Some((_, line)) = found else {
            panic!("no {event} of {}:\n{}", self.process.name(), self.process.output());
        };
        parsed(&line, event, &check).unwrap()
    }

    pub fn wait_call(&mut self, state: &str) -> Value {
        self.wait("call", |e| e["state"] == state)
    }

    /// How many events have this name and pass the check.
    pub fn count(&self, event: &str, check: impl Fn(&Value) -> bool) -> usize {
        self.events().iter().filter(|e| e["event"] == event && check(e)).count()
    }

    /// A line on the control socket, from a connection of its own, and its whole reply.
    pub fn line(&self, line: &str) -> Value {
        Socket::to(&socket_of(&self.home, &ini_of(&self.home))).reply(line)
    }

    /// What a line is answered, which must be a success.
    pub fn ask(&self, line: &str) -> Value {
        let mut reply = self.line(line);
        assert_eq!(reply["ok"], true, "{line}: {reply}\n{}", self.process.output());
        reply["result"].take()
    }

    /// Why a line is refused: kind and message.
    pub fn refused(&self, line: &str) -> (String, String) {
        let reply = self.line(line);
        assert_eq!(reply["ok"], false, "{line}: {reply}");
        let text = |name: &str| reply["error"][name].as_str().unwrap().to_owned();
        (text("kind"), text("message"))
    }

    /// Sends a JSON command.
    pub fn command(&self, name: &str, mut fields: Value) -> Value {
        fields["command"] = json!(name);
        self.ask(&fields.to_string())
    }

    /// A command as another process.
    pub fn run(&self, args: &[&str]) -> Ran {
        let (first, rest) = args.split_first().unwrap();
        let file = ini_of(&self.home).display().to_string();
        self.home.run(&[&[*first, "-i", &file], rest].concat())
    }

    /// MicroSIP's own texts as another process: `microsip /i:FILE TEXT…`.
    pub fn classic(&self, args: &[&str]) -> Ran {
        let file = format!("/i:{}", ini_of(&self.home).display());
        self.home.run(&[&[&*file], args].concat())
    }

    /// Changes the settings file as a person with an editor does; returns when the phone has taken it up.
    pub fn edit(&mut self, change: impl Fn(&str) -> String) -> Value {
        self.from = self.process.output().len();
        let text = std::fs::read_to_string(ini_of(&self.home)).unwrap();
        std::fs::write(ini_of(&self.home), change(&text)).unwrap();
        self.wait("settings", |e| e["source"] == "file")
    }

    /// Puts a key into `[Settings]` by editing the file.
    pub fn edit_setting(&mut self, key: &str, value: &str) {
        let begin = format!("{key}=");
        let changed = self.edit(|text| {
            let lines = text.lines().filter(|l| !l.starts_with(&begin));
            let text: String = lines.map(|l| format!("{l}\n")).collect();
            text.replacen("[Settings]\n", &format!("[Settings]\n{begin}{value}\n"), 1)
        });
        let name = format!("Settings/{key}");
        assert!(
            changed["changed"].as_array().unwrap().contains(&json!(name)),
            "{changed}"
        );
    }

    /// Ends it as `/exit` does, and waits for the process.
    pub fn exit(&mut self) {
        self.ask("/exit");
        self.process.wait_success(Deadline::secs(SOON)).unwrap();
    }
}

/// The settings as they are in the file now, whatever its encoding is not: these tests write UTF-8.
pub fn stored(home: &Home, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(ini_of(home)).unwrap();
    let begin = format!("{key}=");
    let line = text.lines().find_map(|l| l.strip_prefix(&begin));
    line.map(str::to_owned)
}

fn parsed(line: &str, event: &str, check: &impl Fn(&Value) -> bool) -> Option<Value> {
    let value: Value = serde_json::from_str(line).ok()?;
    (value["event"] == event && check(&value)).then_some(value)
}
