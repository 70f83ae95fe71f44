//! coturn, a STUN and TURN server, in a network namespace.

use std::net::{Ipv4Addr, SocketAddr};

use crate::ca::CertFiles;
use crate::dir::TestDir;
use crate::netns::Netns;
use crate::process::{Process, Spec};
use crate::{Deadline, Result};

/// A running coturn. Stopped on drop.
#[derive(Debug)]
pub struct Coturn {
    process: Process,
    host: Ipv4Addr,
    // Last: removed after the process ended.
    _dir: TestDir,
}

impl Coturn {
    /// Port for UDP and TCP.
    pub const PORT: u16 = 3478;
    /// Port for TLS.
    pub const TLS_PORT: u16 = 5349;
    /// Realm of its users.
    pub const REALM: &'static str = "turn.test";

    /// Starts it at `host` inside `net`, with these users, and with TLS if there is a certificate.
    ///
    /// # Errors
    /// [`Error::Missing`](crate::Error::Missing) without the package `coturn`, [`Error::Exited`](crate::Error::Exited) or [`Error::Timeout`](crate::Error::Timeout) with its log if it does not
    /// come up within 15 s.
    pub fn start(net: &Netns, host: Ipv4Addr, users: &[(&str, &str)], tls: Option<&CertFiles>) -> Result<Self> {
        let dir = TestDir::new("coturn")?;
        let mut config = format!(
            "listening-ip={host}\nrelay-ip={host}\nlistening-port={}\nrealm={}\nlt-cred-mech\nno-cli\nverbose\n\
             log-file=stdout\nsimple-log\nfingerprint\nmin-port=50000\nmax-port=50999\npidfile={}\nuserdb={}\n\
             no-dtls\nallow-loopback-peers\n",
            Self::PORT,
            Self::REALM,
            dir.join("pid").display(),
            dir.join("users.db").display(),
        );
        for (user, password) in users {
            config.push_str(&format!("user={user}:{password}\n"));
        }
        match tls {
            Some(files) => config.push_str(&format!(
                "tls-listening-port={}\ncert={}\npkey={}\n",
                Self::TLS_PORT,
                files.cert.display(),
                files.key.display()
            )),
            None => config.push_str("no-tls\n"),
        }
        let path = dir.write("turnserver.conf", config)?;
        let mut process = net.enter(|| Spec::installed("turnserver", "coturn")?.arg("-c").arg(&path).spawn())?;
        process.close_stdin();
        let wanted = format!("UDP listener opened on: {host}:{}", Self::PORT);
        process.wait_line(wanted.as_str(), Deadline::secs(15))?;
        let addr = SocketAddr::from((host, if tls.is_some() { Self::TLS_PORT } else { Self::PORT }));
        // The listeners of streams open one by one.
        net.enter(|| {
            crate::wait_until(Deadline::secs(15), "coturn's TCP port", || {
                std::net::TcpStream::connect_timeout(&addr, std::time::Duration::from_millis(100)).ok()
            })
            .map(drop)
        })?;
        Ok(Self {
            process,
            host,
            _dir: dir,
        })
    }

    /// Its address for UDP and TCP.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        (self.host, Self::PORT).into()
    }

    /// Its address for TLS.
    #[must_use]
    pub fn tls_addr(&self) -> SocketAddr {
        (self.host, Self::TLS_PORT).into()
    }

    /// What it logged.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.output().to_string()
    }

    /// The process; [`ProcessSignal::Stop`](crate::process::ProcessSignal::Stop) makes it deaf.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Ends it at once.
    ///
    /// # Errors
    /// [`Error::Timeout`](crate::Error::Timeout) if it does not end.
    pub fn kill(mut self) -> Result<()> {
        self.process.kill().map(drop)
    }
}
