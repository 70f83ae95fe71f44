//! baresip as the other party: it answers every call, plays a tone, hears nothing, and takes commands over TCP.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use microsip_testkit::audio::tone;
use microsip_testkit::dir::TestDir;
use microsip_testkit::process::{Process, Spec};
use microsip_testkit::{Deadline, ports, wait_until};

pub struct Baresip {
    process: Process,
    sip: SocketAddr,
    control: TcpStream,
    _dir: TestDir,
}

impl Baresip {
    /// Starts one that plays a tone of so many Hz into its calls.
    pub fn start(hertz: u32) -> Baresip {
        Baresip::knowing(hertz, None)
    }

    /// As [`Baresip::start`], with a contact: its commands for messages are about that.
    pub fn knowing(hertz: u32, contact: Option<&str>) -> Baresip {
        let dir = TestDir::new("baresip").unwrap();
        // It takes the port after its SIP port for TLS.
        let (sip, control) = (ports::reserve_pair().unwrap(), ports::reserve().unwrap());
        let (sip_addr, control_addr) = (ports::loopback(sip.first()), control.addr());
        let file = dir.join("tone.wav");
        tone(f64::from(hertz), -12.0, Duration::from_secs(60), 8000)
            .write_wav(&file)
            .unwrap();
        let config = format!(
            "sip_listen {sip_addr}\naudio_source aufile,{file}\naudio_channels 1\n\
             module_path {modules}\nmodule g711.so\nmodule aufile.so\nmodule_tmp account.so\n\
             module_app menu.so\n{contacts}module_app ctrl_tcp.so\nctrl_tcp_listen {control_addr}\n",
            file = file.display(),
            modules = modules(),
            contacts = contact.map_or("", |_| "module_app contact.so\n"),
        );
        std::fs::write(dir.join("config"), config).unwrap();
        std::fs::write(
            dir.join("accounts"),
            format!("<sip:baresip@{sip_addr};transport=udp>;regint=0;answermode=auto;audio_codecs=PCMU\n"),
        )
        .unwrap();
        let contacts = contact.map_or(String::new(), |uri| format!("\"us\" <{uri}>\n"));
        std::fs::write(dir.join("contacts"), contacts).unwrap();
        let _ = (sip.release(), control.release());
        let mut process = Spec::installed("baresip", "baresip-core")
            .unwrap()
            .args(["-f", dir.path().to_str().unwrap()])
            .spawn()
            .unwrap();
        process.wait_line("baresip is ready", Deadline::secs(15)).unwrap();
        let control = wait_until(Deadline::secs(10), "baresip's control port", || {
            TcpStream::connect(control_addr).ok()
        })
        .unwrap();
        Baresip {
            process,
            sip: sip_addr,
            control,
            _dir: dir,
        }
    }

    pub fn uri(&self) -> String {
        format!("sip:baresip@{}", self.sip)
    }

    /// A command of its menu, as netstring of JSON; in one piece, because baresip loses commands that come in several. Returns when it was
    /// carried out.
    pub fn command(&mut self, command: &str, params: &str) {
        let text = format!("{{\"command\":\"{command}\",\"params\":\"{params}\",\"token\":\"{command}\"}}");
        self.control
            .write_all(format!("{}:{text},", text.len()).as_bytes())
            .unwrap();
        self.control.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let (mut seen, mut part) = (String::new(), [0; 4096]);
        let answer = format!("\"token\":\"{command}\"");
        while !seen.contains(&answer) {
            let read = self.control.read(&mut part).unwrap_or_default();
            assert!(read > 0, "baresip gave no answer to {command}: {seen}");
            seen.push_str(&String::from_utf8_lossy(&part[..read]));
        }
        let refused = seen.contains("\"ok\":false");
        assert!(!refused, "baresip refused {command}: {seen}");
    }

    pub fn stop(mut self) {
        self.process.terminate(Duration::from_secs(5)).unwrap();
    }
}

/// Where Debian keeps its modules.
fn modules() -> String {
    let known = ["/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules"];
    let found = known.iter().find(|path| std::path::Path::new(path).is_dir());
    (*found.unwrap_or(&known[0])).to_owned()
}
