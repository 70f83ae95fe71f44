//! System packages: what is needed for what, is it there, and getting it.
//!
//! On Debian and its kin missing packages are installed through apt (see `install.rs`). Elsewhere we look for the
//! things themselves and say what is needed.

mod install;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{process, ui};

/// What the packages are wanted for. Each set holds the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Set {
    /// Building and running the phone; also benches.
    Demo,
    /// Building what Python's package index gets.
    Wheel,
    /// The tests' servers, peers and checkers.
    Test,
}

/// A Debian package and what stands for it elsewhere.
struct Package {
    debian: &'static str,
    set: Set,
    /// How to recognise it on a system without dpkg.
    elsewhere: Probe,
    why: &'static str,
}

enum Probe {
    /// A program on the search path.
    Program(&'static str),
    /// A module of pkg-config.
    PkgConfig(&'static str),
    /// The library itself, where bindgen looks for it.
    Libclang,
    /// Comes with another entry of the table.
    Included,
}

const fn package(debian: &'static str, set: Set, elsewhere: Probe, why: &'static str) -> Package {
    Package {
        debian,
        set,
        elsewhere,
        why,
    }
}

/// Every system package the project uses. To add one, add a line.
const TABLE: &[Package] = &[
    package(
        "gcc",
        Set::Demo,
        Probe::Program("cc"),
        "compiles PJSIP, libsrtp and the codecs",
    ),
    package(
        "libc6-dev",
        Set::Demo,
        Probe::Included,
        "C headers and the start-up code every program is linked with",
    ),
    package(
        "clang",
        Set::Demo,
        Probe::Libclang,
        "libclang and its headers, with which bindgen reads PJSIP's headers",
    ),
    package(
        "pkg-config",
        Set::Demo,
        Probe::Program("pkg-config"),
        "how openssl-sys finds OpenSSL",
    ),
    package(
        "libssl-dev",
        Set::Demo,
        Probe::PkgConfig("openssl"),
        "OpenSSL 3 for SIP over TLS and SRTP",
    ),
    package(
        "libasound2-dev",
        Set::Demo,
        Probe::PkgConfig("alsa"),
        "ALSA's headers and library, for microphones and loudspeakers",
    ),
    package(
        "kamailio",
        Set::Test,
        Probe::Program("kamailio"),
        "registrar and proxy the tests register and call through",
    ),
    package("kamailio-tls-modules", Set::Test, Probe::Included, "the same over TLS"),
    package(
        "kamailio-presence-modules",
        Set::Test,
        Probe::Included,
        "the same as presence server",
    ),
    package("openssl", Set::Test, Probe::Program("openssl"), "a foreign TLS peer"),
    package(
        "tcpdump",
        Set::Test,
        Probe::Program("tcpdump"),
        "shows packets as they leave",
    ),
    package(
        "sip-tester",
        Set::Test,
        Probe::Program("sipp"),
        "SIPp, a foreign caller and callee",
    ),
    package(
        "baresip-core",
        Set::Test,
        Probe::Program("baresip"),
        "a foreign phone, transferred and transferring",
    ),
    package(
        "xdg-utils",
        Set::Test,
        Probe::Program("xdg-open"),
        "opens links as a desktop does",
    ),
    package(
        "desktop-file-utils",
        Set::Test,
        Probe::Program("desktop-file-validate"),
        "judges what is registered with the desktop",
    ),
    package(
        "libglib2.0-bin",
        Set::Test,
        Probe::Program("gio"),
        "opens links as another desktop does",
    ),
    package(
        "netcat-openbsd",
        Set::Test,
        Probe::Program("nc"),
        "a foreign client of the control socket",
    ),
    package(
        "nodejs",
        Set::Test,
        Probe::Program("node"),
        "runs the bridge script people have on their hooks",
    ),
    package(
        "nsd",
        Set::Test,
        Probe::Program("nsd"),
        "name server for the tests of SRV, NAPTR and fail-over",
    ),
    package(
        "iproute2",
        Set::Test,
        Probe::Program("ip"),
        "network namespaces whose addresses the tests replace",
    ),
    package(
        "nftables",
        Set::Test,
        Probe::Program("nft"),
        "firewalls that say nothing",
    ),
    package(
        "espeak-ng",
        Set::Test,
        Probe::Program("espeak-ng"),
        "speaks what the tests send as audio",
    ),
    package(
        "sox",
        Set::Test,
        Probe::Program("sox"),
        "makes audio files of every kind and reads ours",
    ),
    package("libsox-fmt-mp3", Set::Test, Probe::Included, "the same for MP3"),
    package(
        "opus-tools",
        Set::Test,
        Probe::Program("opusenc"),
        "the same for Ogg Opus",
    ),
    package(
        "coturn",
        Set::Test,
        Probe::Program("turnserver"),
        "the STUN and TURN server of calls between homes",
    ),
    package(
        "pulseaudio",
        Set::Test,
        Probe::Program("pulseaudio"),
        "sound devices that keep time on a machine without any",
    ),
    package(
        "pulseaudio-utils",
        Set::Test,
        Probe::Program("pactl"),
        "plugs them in and pulls them out",
    ),
    package(
        "libasound2-plugins",
        Set::Test,
        Probe::Included,
        "leads from ALSA to PulseAudio",
    ),
    package(
        "valgrind",
        Set::Test,
        Probe::Program("valgrind"),
        "start and close cycles without leaks or bad accesses",
    ),
    package(
        "libc6-dbg",
        Set::Test,
        Probe::Included,
        "symbols of the loader, without which valgrind does not start",
    ),
    package(
        "g++",
        Set::Test,
        Probe::Program("g++"),
        "compiles the tests of the C++ wrapper, and clang its headers",
    ),
    package(
        "binutils",
        Set::Test,
        Probe::Program("nm"),
        "lists what the C library shows",
    ),
    package(
        "cmake",
        Set::Test,
        Probe::Program("cmake"),
        "builds projects that look for the C library",
    ),
    package(
        "python3-venv",
        Set::Wheel,
        Probe::Program("python3"),
        "an environment with the tools that pack, judge and test the Python module",
    ),
    package(
        "make",
        Set::Wheel,
        Probe::Program("make"),
        "builds the OpenSSL of wheels, and what CMake has run",
    ),
    package(
        "perl",
        Set::Wheel,
        Probe::Program("perl"),
        "configures the OpenSSL of wheels",
    ),
    package(
        "chromium",
        Set::Test,
        Probe::Program("chromium"),
        "opens the page of the Python module's server",
    ),
    package(
        "chromium-driver",
        Set::Test,
        Probe::Program("chromedriver"),
        "clicks and types in it",
    ),
    package("fonts-dejavu-core", Set::Test, Probe::Included, "letters for it"),
];

/// Provides sets of packages.
pub struct Installer {
    may_install: bool,
}

impl Installer {
    pub fn new(may_install: bool) -> Self {
        Self { may_install }
    }

    /// Silent when everything is there; else installs, or fails with what is to be done.
    pub fn ensure(&self, set: Set) -> Result<()> {
        let wanted: Vec<&Package> = TABLE.iter().filter(|package| package.set <= set).collect();
        if !is_debian() {
            return check_elsewhere(&wanted);
        }
        let missing = missing(&wanted);
        if missing.is_empty() {
            return Ok(());
        }
        for package in &missing {
            ui::line(format_args!("needs {}: {}", package.debian, package.why));
        }
        let names: Vec<&str> = missing.iter().map(|package| package.debian).collect();
        install::install(&names, self.may_install)?;
        let left: Vec<&str> = self::missing(&wanted).iter().map(|package| package.debian).collect();
        if !left.is_empty() {
            bail!(
                "apt reported success, yet these packages are still missing: {}",
                left.join(" ")
            );
        }
        Ok(())
    }
}

fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists()
        && process::which("apt-get").is_some()
        && process::which("dpkg-query").is_some()
}

fn missing<'a>(wanted: &[&'a Package]) -> Vec<&'a Package> {
    let mut query = Command::new("dpkg-query");
    query
        .env("LC_ALL", "C")
        .args(["-W", "-f", "${Package} ${Provides} ${db:Status-Status}\n"]);
    // It exits with 1 when one of them is unknown; what it prints of the others counts.
    let output = query
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    wanted
        .iter()
        .filter(|package| !installed(&output, package.debian))
        .copied()
        .collect()
}

/// Is a package, or one that provides it, among dpkg's lines as installed?
/// (`pkg-config` is provided by pkgconf in newer releases.)
fn installed(status: &str, name: &str) -> bool {
    status.lines().any(|line| {
        let mut words = line.split([' ', ',']).filter(|word| !word.is_empty());
        line.ends_with(" installed") && words.any(|word| word == name)
    })
}

fn check_elsewhere(wanted: &[&Package]) -> Result<()> {
    let absent: Vec<String> = wanted
        .iter()
        .filter(|package| !package.elsewhere.present())
        .map(|package| format!("{} ({})", package.elsewhere.wish(), package.why))
        .collect();
    if absent.is_empty() {
        return Ok(());
    }
    bail!(
        "this is no Debian system, so please install these by its own means and try again: {}; \
         the Debian packages are called {}",
        absent.join(", "),
        wanted
            .iter()
            .map(|package| package.debian)
            .collect::<Vec<_>>()
            .join(" ")
    )
}

impl Probe {
    fn present(&self) -> bool {
        match self {
            Self::Program(name) => process::which(name).is_some(),
            Self::PkgConfig(module) => {
                // openssl-sys takes this over pkg-config, and knows the usual places of Homebrew and vcpkg by itself.
                std::env::var_os("OPENSSL_DIR").is_some()
                    || process::output(Command::new("pkg-config").args(["--exists", module])).is_ok()
                    || Path::new("/opt/homebrew/opt/openssl@3").exists()
                    || Path::new("/usr/local/opt/openssl@3").exists()
            }
            Self::Libclang => {
                std::env::var_os("LIBCLANG_PATH").is_some()
                    || ["clang", "llvm-config"]
                        .iter()
                        .any(|program| process::which(program).is_some())
            }
            Self::Included => true,
        }
    }

    fn wish(&self) -> String {
        match self {
            Self::Program(name) => format!("the program `{name}`"),
            Self::PkgConfig(module) => format!("the library `{module}` with its headers"),
            Self::Libclang => "clang with libclang, or LIBCLANG_PATH".to_owned(),
            Self::Included => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dpkg_lines_are_understood() {
        let status = "gcc c-compiler, gcc-x86-64-linux-gnu (= 4:12) installed\nvalgrind  not-installed\n\
                      clang  config-files\npkgconf pkg-config (= 1.8) installed\n";
        assert!(installed(status, "gcc"));
        assert!(installed(status, "pkg-config"), "provided by pkgconf");
        assert!(!installed(status, "valgrind"));
        assert!(!installed(status, "clang"), "removed, its configuration left");
        assert!(!installed(status, "gc") && !installed(status, "kamailio"));
    }

    #[test]
    fn each_set_holds_the_ones_before_and_no_name_twice() {
        let names = |set: Set| -> Vec<&str> { TABLE.iter().filter(|p| p.set <= set).map(|p| p.debian).collect() };
        let (demo, wheel, test) = (names(Set::Demo), names(Set::Wheel), names(Set::Test));
        assert!(demo.iter().all(|name| wheel.contains(name)) && demo.len() < wheel.len());
        assert!(wheel.iter().all(|name| test.contains(name)) && wheel.len() < test.len());
        assert!(wheel.contains(&"python3-venv") && !demo.contains(&"python3-venv"));
        let mut unique = test.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), test.len());
    }

    #[test]
    fn elsewhere_the_missing_thing_and_its_reason_are_named() {
        let absent = package("nothing", Set::Demo, Probe::Program("no-such-program"), "to fail");
        let present = package("shell", Set::Demo, Probe::Program("sh"), "to be there");
        check_elsewhere(&[&present]).unwrap();
        let error = check_elsewhere(&[&present, &absent]).unwrap_err().to_string();
        assert!(
            error.contains("`no-such-program` (to fail)") && !error.contains("`sh`"),
            "{error}"
        );
    }
}
