//! The `openssl` program as a TLS peer that knows nothing of SIP: it shows what it was sent, decrypted.

use std::net::SocketAddr;

use crate::ca::CertFiles;
use crate::ports;
use crate::process::{Process, Spec};
use crate::{Deadline, Error, Result};

/// `openssl s_server`: accepts connections one after the other and prints what comes.
#[derive(Debug)]
pub struct OpensslServer {
    process: Process,
    addr: SocketAddr,
}

impl OpensslServer {
    /// Starts it with the certificate, and the chain behind it in the same file; `args` are its own, such as `-tls1_3`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Io`], or [`Error::Timeout`] with its output when it does not listen.
    pub fn start(files: &CertFiles, args: &[&str]) -> Result<Self> {
        let addr = ports::loopback(ports::reserve()?.release());
        let mut process = Spec::installed("openssl", "openssl")?
            .args(["s_server", "-accept", &addr.to_string(), "-naccept", "100", "-cert"])
            .arg(&files.cert)
            .arg("-cert_chain")
            .arg(&files.cert)
            .arg("-key")
            .arg(&files.key)
            .args(args)
            .spawn()?;
        process.wait_line("ACCEPT", Deadline::secs(10))?;
        Ok(Self { process, addr })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Waits until it has been sent a line with this text.
    ///
    /// # Errors
    /// [`Error::Timeout`] with its output.
    pub fn wait_received(&self, text: &str, deadline: Deadline) -> Result<()> {
        match self.process.output().wait_from(0, text, deadline) {
            Some(_) => Ok(()),
            None => Err(deadline.error(format!("{text:?} over TLS"), self.output())),
        }
    }

    /// Whether it has been sent this text so far.
    #[must_use]
    pub fn has_received(&self, text: &str) -> bool {
        !self.process.output().matching(text).is_empty()
    }

    /// Everything it printed.
    #[must_use]
    pub fn output(&self) -> String {
        let lines = self.process.output().lines();
        lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// Runs `openssl` to its end and returns what it printed.
///
/// # Errors
/// [`Error::Missing`], [`Error::Io`], [`Error::Exited`] when it fails.
pub fn run(args: &[&str]) -> Result<String> {
    let (status, output) = Spec::installed("openssl", "openssl")?
        .args(args)
        .run(Deadline::secs(20))?;
    let text: Vec<_> = output.lines().into_iter().map(|l| l.text).collect();
    if status.success() {
        Ok(text.join("\n"))
    } else {
        Err(Error::Exited {
            program: "openssl".into(),
            status,
            output: text.join("\n"),
        })
    }
}

/// `openssl s_client` that connects to `addr`, sends the text and says what came back until `pattern` came, the connection
/// ended, or the deadline passed.
///
/// # Errors
/// [`Error::Missing`], [`Error::Io`].
pub fn exchange(addr: SocketAddr, args: &[&str], text: &str, pattern: &str, deadline: Deadline) -> Result<String> {
    let mut process = Spec::installed("openssl", "openssl")?
        .args(["s_client", "-quiet", "-crlf", "-connect", &addr.to_string()])
        .args(args)
        .spawn()?;
    for line in text.lines() {
        // One that was refused is told by its output.
        if process.send_line(line).is_err() {
            break;
        }
    }
    let found = process.output().wait_from(0, pattern, deadline);
    let lines = process.output().lines();
    drop(found);
    Ok(lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join("\n"))
}
