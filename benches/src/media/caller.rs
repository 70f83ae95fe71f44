//! Calls made by hand: as little SIP as it takes, so that the generator costs next to nothing.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

/// Calls that are up.
pub struct Made {
    socket: UdpSocket,
    agent: SocketAddr,
    tags: Vec<String>,
    /// Where each wants its RTP.
    pub remotes: Vec<SocketAddr>,
}

const SOON: Duration = Duration::from_secs(10);

/// Makes so many calls, one after the other; `rtp` tells our RTP port for each, `keys` whether keys are offered as RTP events.
pub fn call(agent: SocketAddr, calls: usize, keys: bool, rtp: impl Fn(usize) -> u16) -> Result<Made> {
    let mut made = Made::none(agent)?;
    for n in 0..calls {
        let begun = Instant::now();
        made.make(rtp(n), keys, "")?;
        // The agent's guard and its bridge take them one by one.
        std::thread::sleep(Duration::from_millis(4).saturating_sub(begun.elapsed()));
    }
    Ok(made)
}

impl Made {
    /// Nobody is called yet.
    pub fn none(agent: SocketAddr) -> Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_read_timeout(Some(SOON))?;
        Ok(Self {
            socket,
            agent,
            tags: Vec::new(),
            remotes: Vec::new(),
        })
    }

    /// One more call, with these headers in its INVITE; how long the 200 took.
    pub fn make(&mut self, rtp: u16, keys: bool, headers: &str) -> Result<Duration> {
        let (n, offer) = (self.tags.len(), offer(rtp, keys));
        let begun = Instant::now();
        let answer = self.ask("INVITE", n, "", headers, &offer)?;
        let took = begun.elapsed();
        let tag = answer
            .lines()
            .find(|l| l.starts_with("To:"))
            .and_then(|l| l.split(";tag=").nth(1))
            .context("an answer without a tag")?
            .trim()
            .to_owned();
        let port = answer
            .lines()
            .find_map(|l| l.strip_prefix("m=audio "))
            .and_then(|l| l.split(' ').next())
            .and_then(|p| p.parse().ok())
            .context("an answer without a port")?;
        self.remotes.push(SocketAddr::new(self.agent.ip(), port));
        self.send("ACK", n, &tag, "", "")?;
        self.tags.push(tag);
        Ok(took)
    }

    /// Ends the last one made.
    pub fn end_last(&mut self) -> Result<()> {
        let n = self.tags.len().checked_sub(1).context("no call was made")?;
        self.ask("BYE", n, &self.tags[n], "", "").map(drop)
    }

    /// Ends them.
    pub fn hang_up(self) -> Result<()> {
        for n in 0..self.tags.len() {
            self.ask("BYE", n, &self.tags[n], "", "")?;
        }
        Ok(())
    }

    fn send(&self, method: &str, n: usize, tag: &str, headers: &str, body: &str) -> Result<()> {
        let Self { socket, agent, .. } = self;
        let local = socket.local_addr()?;
        let cseq = if method == "BYE" { 2 } else { 1 };
        let tag = if tag.is_empty() {
            String::new()
        } else {
            format!(";tag={tag}")
        };
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/sdp\r\n"
        };
        let text = format!(
            "{method} sip:bench@{agent} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {local};rport;branch=z9hG4bK-{method}-{n}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:load@{local}>;tag=f{n}\r\nTo: <sip:bench@{agent}>{tag}\r\n\
             Call-ID: load-{n}-{port}\r\nCSeq: {cseq} {method}\r\nContact: <sip:load@{local}>\r\n{headers}{kind}\
             Content-Length: {length}\r\n\r\n{body}",
            port = local.port(),
            length = body.len(),
        );
        socket.send_to(text.as_bytes(), agent)?;
        Ok(())
    }

    /// Sends a request and waits for its 200.
    fn ask(&self, method: &str, n: usize, tag: &str, headers: &str, body: &str) -> Result<String> {
        self.send(method, n, tag, headers, body)?;
        let (id, cseq) = (format!("load-{n}-"), format!(" {method}"));
        let until = Instant::now() + SOON;
        let mut buffer = [0; 4096];
        while Instant::now() < until {
            let (length, _) = self.socket.recv_from(&mut buffer).context("the agent's answer")?;
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let about = |name: &str, what: &str| text.lines().any(|l| l.starts_with(name) && l.contains(what));
            if !about("Call-ID:", &id) || !about("CSeq:", &cseq) || text.starts_with("SIP/2.0 1") {
                continue;
            }
            ensure!(text.starts_with("SIP/2.0 200"), "{method} {n}: {text}");
            return Ok(text);
        }
        bail!("no answer to {method} {n}")
    }
}

fn offer(port: u16, keys: bool) -> String {
    let (format, events) = if keys {
        (" 101", "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n")
    } else {
        ("", "")
    };
    format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0{format}\r\n\
         a=rtpmap:0 PCMU/8000\r\n{events}a=ptime:20\r\n"
    )
}
