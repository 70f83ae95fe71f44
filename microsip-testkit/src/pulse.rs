//! PulseAudio with null sinks: sound devices that keep time, on a machine without any.
//!
//! The server runs unprivileged, by a socket of its own, without D-Bus, and nothing of the system is changed. Programs reach it through
//! ALSA's `pulse` plugin by [`Pulse::alsa_config`], which has to be in their environment as `ALSA_CONFIG_PATH` before they start: ALSA
//! reads it once, and PulseAudio's client library keeps its connection's address.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::dir::TestDir;
use crate::process::{Process, Spec, Stream};
use crate::{Deadline, Error, Result};

/// A running PulseAudio. Stopped on drop.
#[derive(Debug)]
pub struct Pulse {
    process: Process,
    control: PulseControl,
    config: PathBuf,
    // Last: removed after the process ended.
    _dir: TestDir,
}

/// Commands for a running PulseAudio, from this process or another.
#[derive(Debug, Clone)]
pub struct PulseControl {
    socket: PathBuf,
}

impl Pulse {
    /// Starts it with these sinks, loaded by [`PulseControl::plug`]; the first is the default. Its ALSA devices are, for each sink, its name as
    /// loudspeaker and `NAME-monitor` as microphone that hears what is played there; and `default`, which is the first sink's both.
    ///
    /// # Errors
    /// [`Error::Missing`] without the packages `pulseaudio` and `pulseaudio-utils`, [`Error::Exited`] or [`Error::Timeout`] with its log if
    /// it does not come up within 15 s.
    pub fn start(sinks: &[&str]) -> Result<Self> {
        let dir = TestDir::new("pulse")?;
        let socket = dir.join("native");
        let config = dir.write("asound.conf", alsa_config(&socket, sinks))?;
        let load = format!(
            "module-native-protocol-unix socket={} auth-anonymous=1",
            socket.display()
        );
        let spec = Spec::installed("pulseaudio", "pulseaudio")?
            .args([
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
                "--realtime=no",
                "--high-priority=no",
            ])
            .args([
                "--disable-shm=yes",
                "--enable-memfd=no",
                "--log-target=stderr",
                "--log-level=notice",
            ])
            .arg(format!("--load={load}"))
            .env("HOME", dir.path())
            .env("XDG_RUNTIME_DIR", dir.path())
            .env("PULSE_RUNTIME_PATH", dir.path())
            .env("PULSE_STATE_PATH", dir.path())
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("DISPLAY");
        let mut process = spec.spawn()?;
        process.close_stdin();
        let mut pulse = Self {
            process,
            control: PulseControl::new(socket),
            config,
            _dir: dir,
        };
        let deadline = Deadline::secs(15);
        while pulse.control.run(&["info"]).is_err() {
            if deadline.is_over() || !pulse.process.is_running() {
                return Err(deadline.error("PulseAudio", pulse.process.output().to_string()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        for sink in sinks {
            pulse.control.plug(sink)?;
        }
        if let Some(first) = sinks.first() {
            pulse.control.run(&["set-default-sink", first])?;
            pulse
                .control
                .run(&["set-default-source", &format!("{first}.monitor")])?;
        }
        Ok(pulse)
    }

    /// The configuration for `ALSA_CONFIG_PATH`.
    #[must_use]
    pub fn alsa_config(&self) -> &Path {
        &self.config
    }

    /// Commands for it.
    #[must_use]
    pub fn control(&self) -> &PulseControl {
        &self.control
    }

    /// Ends it at once: every device is lost.
    ///
    /// # Errors
    /// [`Error::Timeout`] if it does not end.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill().map(drop)
    }
}

impl PulseControl {
    /// For the server behind this socket.
    #[must_use]
    pub fn new(socket: impl Into<PathBuf>) -> Self {
        Self { socket: socket.into() }
    }

    /// The server's socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Plugs a sink of 48 kHz stereo in; the number by which [`PulseControl::unplug`] pulls it out.
    ///
    /// # Errors
    /// [`Error::Exited`] with what `pactl` said.
    pub fn plug(&self, sink: &str) -> Result<u32> {
        // Without norewinds the first seconds stall.
        let name = format!("sink_name={sink}");
        let said = self.run(&[
            "load-module",
            "module-null-sink",
            &name,
            "rate=48000",
            "channels=2",
            "norewinds=1",
        ])?;
        said.trim()
            .parse()
            .map_err(|_| Error::Format(format!("pactl load-module said {said:?}")))
    }

    /// Pulls the sink of this number out; streams to it and from its monitor end.
    ///
    /// # Errors
    /// As [`PulseControl::plug`].
    pub fn unplug(&self, module: u32) -> Result<()> {
        self.run(&["unload-module", &module.to_string()]).map(drop)
    }

    /// Runs `pactl`; what it said.
    ///
    /// # Errors
    /// [`Error::Exited`] with what it said, [`Error::Missing`] without it.
    pub fn run(&self, args: &[&str]) -> Result<String> {
        let (status, output) = Spec::installed("pactl", "pulseaudio-utils")?
            .arg("--server")
            .arg(format!("unix:{}", self.socket.display()))
            .args(args)
            .env("HOME", self.socket.parent().unwrap_or(&self.socket))
            .env("XDG_RUNTIME_DIR", self.socket.parent().unwrap_or(&self.socket))
            .run(Deadline::secs(15))?;
        if !status.success() {
            return Err(Error::Exited {
                program: "pactl".into(),
                status,
                output: output.to_string(),
            });
        }
        let lines = output.lines().into_iter().filter(|line| line.stream == Stream::Stdout);
        Ok(lines.map(|line| line.text + "\n").collect())
    }
}

fn alsa_config(socket: &Path, sinks: &[&str]) -> String {
    let pcm = |name: &str, device: &str, description: &str| {
        let server = socket.display();
        let device = if device.is_empty() {
            String::new()
        } else {
            format!("device \"{device}\" ")
        };
        format!(
            "pcm.{name} {{ type pulse server \"unix:{server}\" {device}hint {{ show on description \"{description}\" }} }}\n"
        )
    };
    let mut config = String::from("defaults.namehint.basic on\n");
    config.push_str(&pcm("!default", "", "Default"));
    for sink in sinks {
        config.push_str(&pcm(sink, sink, &format!("Null sink {sink}")));
        config.push_str(&pcm(
            &format!("{sink}-monitor"),
            &format!("{sink}.monitor"),
            &format!("Monitor of {sink}"),
        ));
    }
    config
}
