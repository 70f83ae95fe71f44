//! Networks of our own: Linux network namespaces with routers that translate addresses. Needs root.
//!
//! A [`Netns`] lives as long as its value, or a process in it; nothing is left behind, whatever happens to the test program.

use std::fs::File;
use std::net::Ipv4Addr;
use std::os::fd::AsRawFd;

use nix::sched::{CloneFlags, setns, unshare};

use crate::process::Spec;
use crate::{Deadline, Error, Result};

/// A network namespace with its loopback up.
#[derive(Debug)]
pub struct Netns {
    file: File,
}

impl Netns {
    /// Makes an empty one.
    ///
    /// # Errors
    /// [`Error::Io`] if the system refuses, as it does to all but root.
    pub fn new() -> Result<Self> {
        // A thread leaves the common namespace for a new one and hands out a handle to it.
        let made = std::thread::spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET)
                .map_err(|e| Error::io("make a network namespace (root only)", e.into()))?;
            File::open("/proc/thread-self/ns/net").map_err(|e| Error::io("open a network namespace", e))
        });
        let file = made.join().map_err(|_| Error::Format("a thread panicked".into()))??;
        let net = Self { file };
        net.ip("link set lo up")?;
        Ok(net)
    }

    /// Moves the calling thread, and the threads and processes it starts from now on, into it.
    ///
    /// # Errors
    /// [`Error::Io`] if the system refuses.
    pub fn join(&self) -> Result<()> {
        setns(&self.file, CloneFlags::CLONE_NEWNET).map_err(|e| Error::io("enter a network namespace", e.into()))
    }

    /// Runs `work` inside, on a thread of its own.
    ///
    /// # Errors
    /// [`Error::Io`] if the system refuses; what `work` says.
    ///
    /// # Panics
    /// If `work` does.
    pub fn enter<T: Send>(&self, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        std::thread::scope(|scope| {
            let inside = scope.spawn(|| {
                self.join()?;
                work()
            });
            inside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Runs a program inside to its end and returns what it wrote.
    ///
    /// # Errors
    /// [`Error::Missing`], or [`Error::Exited`] for another status than 0.
    pub fn run(&self, program: &str, package: &str, args: &[&str]) -> Result<String> {
        self.enter(|| {
            let spec = Spec::installed(program, package)?.name(format!("{program} {}", args.join(" ")));
            let mut process = spec.args(args).spawn()?;
            process.close_stdin();
            process.wait_success(Deadline::secs(10))?;
            Ok(process.output().to_string())
        })
    }

    /// `ip` with these words as arguments.
    ///
    /// # Errors
    /// As [`Netns::run`].
    pub fn ip(&self, words: &str) -> Result<String> {
        let args: Vec<&str> = words.split_whitespace().collect();
        self.run("ip", "iproute2", &args)
    }

    /// A rule of nftables, or any command of `nft`.
    ///
    /// # Errors
    /// As [`Netns::run`].
    pub fn nft(&self, command: &str) -> Result<String> {
        self.run("nft", "nftables", &[command])
    }

    /// Writes to a file below `/proc/sys/net`, such as `ipv4/ip_forward`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn sysctl(&self, name: &str, value: &str) -> Result<()> {
        self.enter(|| {
            std::fs::write(format!("/proc/sys/net/{name}"), value).map_err(|e| Error::io(format!("set {name}"), e))
        })
    }

    /// Connects it with another one: a cable with an interface at each end, both up. Names have at most 15 characters.
    ///
    /// # Errors
    /// As [`Netns::run`].
    pub fn cable(&self, here: &str, other: &Netns, there: &str) -> Result<()> {
        self.ip(&format!(
            "link add {here} type veth peer name {there} netns /proc/{}/fd/{}",
            std::process::id(),
            other.file.as_raw_fd()
        ))?;
        self.ip(&format!("link set {here} up"))?;
        other.ip(&format!("link set {there} up"))?;
        Ok(())
    }
}

/// How a router translates the addresses of UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nat {
    /// Every packet from inside leaves from its own port, and whatever comes to that port gets in: "full cone" (RFC 3489
    /// §5), endpoint-independent mapping and filtering (RFC 4787).
    FullCone,
    /// It leaves from its own port, and only those it went to get in: "port restricted cone".
    PortRestricted,
    /// It leaves from a random port for each destination, and only that destination gets in: "symmetric".
    Symmetric,
}

/// A public network, 203.0.113.0/24, and homes behind routers that translate.
///
/// ```text
/// home (10.N.0.2) ── router (10.N.0.1, 203.0.113.10N) ── public (203.0.113.1)
/// ```
#[derive(Debug)]
pub struct Internet {
    public: Netns,
    count: u8,
}

/// A host behind a router.
#[derive(Debug)]
pub struct Home {
    /// Where the host is.
    pub host: Netns,
    /// Its router; tests may add rules.
    pub router: Netns,
    /// The host's address.
    pub address: Ipv4Addr,
    /// The router's public address.
    pub public: Ipv4Addr,
}

impl Internet {
    /// Where servers live.
    pub const SERVER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);

    /// A public network with nothing but the servers' host.
    ///
    /// # Errors
    /// As [`Netns::new`] and [`Netns::run`].
    pub fn new() -> Result<Self> {
        let public = Netns::new()?;
        public.ip("link add wan type bridge")?;
        public.ip("link set wan up")?;
        public.ip(&format!("addr add {}/24 dev wan", Self::SERVER))?;
        // The rest of the world takes packets and does not answer: a server that cannot even send is another matter.
        public.ip("neigh add 203.0.113.254 lladdr 02:00:00:00:00:01 dev wan")?;
        public.ip("route add default via 203.0.113.254")?;
        Ok(Self { public, count: 0 })
    }

    /// The servers' host.
    #[must_use]
    pub fn public(&self) -> &Netns {
        &self.public
    }

    /// Adds a home.
    ///
    /// # Errors
    /// As [`Netns::new`] and [`Netns::run`].
    pub fn home(&mut self, nat: Nat) -> Result<Home> {
        self.count += 1;
        let n = self.count;
        let (router, host) = (Netns::new()?, Netns::new()?);
        let (inside, outside) = (Ipv4Addr::new(10, n, 0, 1), Ipv4Addr::new(203, 0, 113, 100 + n));
        let address = Ipv4Addr::new(10, n, 0, 2);
        router.cable("out", &self.public, &format!("home{n}"))?;
        self.public.ip(&format!("link set home{n} master wan"))?;
        router.cable("in", &host, "eth0")?;
        router.ip(&format!("addr add {outside}/24 dev out"))?;
        router.ip(&format!("addr add {inside}/24 dev in"))?;
        host.ip(&format!("addr add {address}/24 dev eth0"))?;
        host.ip(&format!("route add default via {inside}"))?;
        router.sysctl("ipv4/ip_forward", "1")?;
        router.nft("add table ip nat")?;
        router.nft("add chain ip nat post { type nat hook postrouting priority 100 ; }")?;
        router.nft("add chain ip nat pre { type nat hook prerouting priority -100 ; }")?;
        let how = if nat == Nat::Symmetric { " fully-random" } else { "" };
        router.nft(&format!("add rule ip nat post oifname out masquerade{how}"))?;
        if nat == Nat::FullCone {
            router.nft(&format!(
                "add rule ip nat pre iifname out udp dport 1024-65535 dnat to {address}"
            ))?;
        }
        // A router does not let in what nobody inside asked for. It says nothing either: a packet for its own port would
        // occupy the very mapping that a packet from inside is about to need.
        router.nft("add table ip filter")?;
        router.nft("add chain ip filter forward { type filter hook forward priority 0 ; }")?;
        router.nft("add chain ip filter input { type filter hook input priority 0 ; }")?;
        router.nft("add rule ip filter input iifname out udp dport 1024-65535 ct state new drop")?;
        if nat == Nat::FullCone {
            router.nft("add rule ip filter forward iifname out udp dport 1024-65535 accept")?;
        }
        router.nft("add rule ip filter forward iifname out ct state established,related accept")?;
        router.nft("add rule ip filter forward iifname out drop")?;
        Ok(Home {
            host,
            router,
            address,
            public: outside,
        })
    }
}
