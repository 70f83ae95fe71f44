//! An authoritative name server (NSD) with a zone of the test's own, on a port of 127.0.0.1 chosen by the kernel.
//!
//! ```no_run
//! use microsip_testkit::nameserver::NameServer;
//! # fn main() -> microsip_testkit::Result<()> {
//! let server = NameServer::start("example.test", "
//!     _sip._udp IN SRV 10 0 5070 pbx
//!     pbx       IN A   127.0.0.1
//! ")?;
//! // … ask server.addr() …
//! # Ok(()) }
//! ```

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::dir::TestDir;
use crate::ports;
use crate::process::{Process, ProcessSignal, Spec};
use crate::{Deadline, Error, Result, wait_until};

/// How long NSD may take until it answers.
const START: Duration = Duration::from_secs(10);

/// A running NSD; ends when it is dropped.
#[derive(Debug)]
pub struct NameServer {
    addr: SocketAddr,
    zone: String,
    dir: TestDir,
    process: Process,
}

impl NameServer {
    /// Starts a server for `zone`. The records may be indented; `$TTL 60`, SOA and NS are put before them.
    ///
    /// # Errors
    /// [`Error::Missing`] without NSD, [`Error::Exited`] when it does not take the zone, [`Error::Timeout`].
    pub fn start(zone: &str, records: &str) -> Result<Self> {
        let dir = TestDir::new("nsd")?;
        let port = ports::reserve()?;
        let addr = port.addr();
        write_zone(&dir, zone, 1, records)?;
        let path = |name: &str| dir.join(name).display().to_string();
        let config = dir.write(
            "nsd.conf",
            format!(
                "server:\n  ip-address: 127.0.0.1@{port}\n  port: {port}\n  username: \"\"\n  chroot: \"\"\n  \
                 zonesdir: \"{home}\"\n  database: \"\"\n  pidfile: \"{pid}\"\n  xfrdfile: \"{xfrd}\"\n  \
                 zonelistfile: \"{list}\"\n  xfrdir: \"{home}\"\n  server-count: 1\n  verbosity: 1\n  \
                 zonefiles-check: yes\nremote-control:\n  control-enable: no\nzone:\n  name: \"{zone}\"\n  \
                 zonefile: \"zone\"\n",
                port = addr.port(),
                home = dir.path().display(),
                pid = path("nsd.pid"),
                xfrd = path("xfrd.state"),
                list = path("zone.list"),
            ),
        )?;
        let spec = Spec::installed("nsd", "nsd")?
            .arg("-d")
            .arg("-c")
            .arg(&config)
            .name("nsd");
        let _ = port.release();
        let mut server = NameServer {
            addr,
            zone: zone.to_owned(),
            dir,
            process: spec.spawn()?,
        };
        server.wait_serial(1)?;
        Ok(server)
    }

    /// Where it listens, by UDP and TCP.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The zone's name.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Replaces the records, and waits until they are served. `serial` must be larger than before; the first is 1.
    ///
    /// # Errors
    /// As [`NameServer::start`].
    pub fn replace(&mut self, serial: u32, records: &str) -> Result<()> {
        write_zone(&self.dir, &self.zone, serial, records)?;
        self.process.signal(ProcessSignal::Hup)?;
        self.wait_serial(serial)
    }

    /// Waits until the zone's SOA with this serial is answered.
    fn wait_serial(&mut self, serial: u32) -> Result<()> {
        let socket = UdpSocket::bind("127.0.0.1:0").map_err(|e| Error::io("bind a query socket", e))?;
        let wait = || {
            socket.set_read_timeout(Some(Duration::from_millis(100)))?;
            socket.connect(self.addr)
        };
        wait().map_err(|e| Error::io("connect a query socket", e))?;
        let query = soa_query(&self.zone);
        let mut failed = None;
        let answered = wait_until(Deadline::after(START), "an answer of the name server", || {
            if !self.process.is_running() {
                failed = Some(());
                return Some(());
            }
            let mut answer = [0; 1500];
            // Refused until it listens.
            socket.send(&query).ok()?;
            let len = socket.recv(&mut answer).ok()?;
            let needle = serial.to_be_bytes();
            // The SOA's serial is followed by our refresh time.
            let refresh = 3600u32.to_be_bytes();
            let found = answer[..len].windows(8).any(|w| w[..4] == needle && w[4..] == refresh);
            found.then_some(())
        });
        if failed.is_some() {
            // Its words are in the error.
            return self.process.wait_success(Deadline::secs(1));
        }
        answered
    }
}

fn write_zone(dir: &TestDir, zone: &str, serial: u32, records: &str) -> Result<()> {
    let records: Vec<&str> = records.lines().map(str::trim).collect();
    let text = format!(
        "$ORIGIN {zone}.\n$TTL 60\n@ IN SOA ns.{zone}. root.{zone}. {serial} 3600 600 86400 5\n@ IN NS ns\nns IN A 127.0.0.1\n{}\n",
        records.join("\n")
    );
    dir.write("zone", text).map(drop)
}

fn soa_query(zone: &str) -> Vec<u8> {
    let mut query = vec![0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in zone.split('.') {
        query.push(label.len() as u8);
        query.extend(label.as_bytes());
    }
    query.extend([0, 0, 6, 0, 1]);
    query
}

/// A name server that takes every question and answers none.
#[derive(Debug)]
pub struct SilentNameServer {
    addr: SocketAddr,
    questions: Arc<AtomicUsize>,
    stop: Arc<std::sync::atomic::AtomicBool>,
}

impl SilentNameServer {
    /// Starts it.
    ///
    /// # Errors
    /// [`Error::Io`] when there is no socket for it.
    pub fn start() -> Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0").map_err(|e| Error::io("bind a socket", e))?;
        let addr = socket
            .local_addr()
            .map_err(|e| Error::io("read a socket's address", e))?;
        socket
            .set_read_timeout(Some(Duration::from_millis(50)))
            .map_err(|e| Error::io("set a timeout", e))?;
        let server = SilentNameServer {
            addr,
            questions: Arc::default(),
            stop: Arc::default(),
        };
        let (questions, stop) = (Arc::clone(&server.questions), Arc::clone(&server.stop));
        std::thread::spawn(move || {
            let mut buffer = [0; 1500];
            while !stop.load(Ordering::Relaxed) {
                if socket.recv(&mut buffer).is_ok() {
                    questions.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Ok(server)
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How many questions it has taken.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.questions.load(Ordering::Relaxed)
    }
}

impl Drop for SilentNameServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
