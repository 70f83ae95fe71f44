//! Debian's packages of any suite, source and binary, read with apt in a directory of our own.
//!
//! The machine's apt lists, cache and sources stay untouched, and no root is needed: apt is given its own sources
//! file, lists and cache, and is told that nothing is installed. What it names comes from the signed index, and each
//! download's hash is checked against that.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{process, ui};

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Hooks of the machine's own apt set-up. They are meant for the system's cache (Debian's container images empty
/// it after every update), not for ours. Only a file read after theirs can clear them.
const NO_HOOKS: &str = "#clear APT::Update::Pre-Invoke;\n#clear APT::Update::Post-Invoke;\n\
                        #clear APT::Update::Post-Invoke-Success;\n#clear DPkg::Post-Invoke;\n";

/// One file of a source package as the signed index lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    pub uri: String,
    pub name: String,
    pub size: u64,
    pub sha256: String,
}

/// Which half of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Source,
    Binary,
}

impl Kind {
    fn stanza_type(self) -> &'static str {
        match self {
            Self::Source => "deb-src",
            Self::Binary => "deb",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Binary => "package",
        }
    }
}

/// apt on a set of lists of our own, one per suite.
pub struct Apt {
    kind: Kind,
    work: TempDir,
    mirror: Mirror,
    root: bool,
    /// Suites tried so far, with what went wrong in opening them.
    suites: HashMap<String, Result<(), String>>,
}

/// Where the machine gets Debian from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mirror {
    uri: String,
    signed_by: Option<String>,
}

impl Apt {
    /// `None` when the machine has no apt; an error when apt knows of no Debian mirror. `scratch` makes the directory
    /// for lists and the rest, some 30 MB.
    pub fn new(kind: Kind, scratch: impl FnOnce() -> Result<TempDir>) -> Result<Option<Self>> {
        if process::which("apt-get").is_none() {
            return Ok(None);
        }
        let mirror = find_mirror()?;
        let work = scratch()?;
        fs::write(work.path().join("no-hooks.conf"), NO_HOOKS)?;
        // Nothing is installed, so what a package depends on is named whole.
        fs::write(work.path().join("status"), "")?;
        Ok(Some(Self {
            kind,
            work,
            mirror,
            root: process::is_root(),
            suites: HashMap::new(),
        }))
    }

    /// Has this suite's index been read already?
    pub fn is_open(&self, suite: &str) -> bool {
        matches!(self.suites.get(suite), Some(Ok(())))
    }

    /// Reads a suite's index unless that was done before.
    fn need(&mut self, suite: &str) -> Result<()> {
        if !self.suites.contains_key(suite) {
            let opened = self.open(suite).map_err(|error| format!("{error:#}"));
            self.suites.insert(suite.to_owned(), opened);
        }
        if let Some(Err(error)) = self.suites.get(suite) {
            bail!("{error}");
        }
        Ok(())
    }

    /// The files of a source package in a suite.
    pub fn files(&mut self, suite: &str, package: &str) -> Result<Vec<SourceFile>> {
        self.need(suite)?;
        let mut apt = self.command("apt-get", suite);
        Ok(parse_uris(&process::output(apt.args([
            "--print-uris",
            "--download-only",
            "source",
            package,
        ]))?))
    }

    /// Downloads a file; apt's helper checks its hash.
    pub fn download(&self, suite: &str, file: &SourceFile, to: &Path) -> Result<()> {
        let mut helper = self.command(&helper_program(), suite);
        helper
            .arg("download-file")
            .arg(&file.uri)
            .arg(to)
            .arg(format!("SHA256:{}", file.sha256));
        process::output(&mut helper).map(drop)
    }

    /// Downloads binary packages and all they depend on, recommendations aside; returns the `.deb` files.
    pub fn packages(&mut self, suite: &str, names: &[&str]) -> Result<Vec<PathBuf>> {
        self.need(suite)?;
        let mut apt = self.command("apt-get", suite);
        apt.args([
            "--quiet",
            "--yes",
            "--no-install-recommends",
            "--download-only",
            "install",
        ])
        .args(names);
        process::output(&mut apt)?;
        let archives = self.dir(suite).join("cache/archives");
        let files = fs::read_dir(&archives).with_context(|| format!("reading {}", archives.display()))?;
        let mut list: Vec<PathBuf> = files.flatten().map(|entry| entry.path()).collect();
        list.retain(|file| file.extension().is_some_and(|kind| kind == "deb"));
        list.sort();
        Ok(list)
    }

    fn open(&self, suite: &str) -> Result<()> {
        ui::line(format_args!("reading the {} index of Debian {suite}", self.kind.name()));
        let dir = self.dir(suite);
        for sub in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(dir.join(sub))?;
        }
        fs::write(
            dir.join("debian.sources"),
            self.mirror.stanza(self.kind, suite, Path::new(KEYRING).is_file()),
        )?;
        process::output(self.command("apt-get", suite).arg("update")).map(drop)
    }

    fn dir(&self, suite: &str) -> PathBuf {
        self.work.path().join(suite)
    }

    fn command(&self, program: &str, suite: &str) -> Command {
        let dir = self.dir(suite);
        let mut command = Command::new(program);
        let option = |name: &str, value: &Path| format!("{name}={}", value.display());
        command
            .env("LC_ALL", "C")
            .arg("-c")
            .arg(self.work.path().join("no-hooks.conf"));
        for option in [
            option("Dir::Etc::sourcelist", &dir.join("debian.sources")),
            "Dir::Etc::sourceparts=/dev/null".to_owned(),
            option("Dir::State::Lists", &dir.join("lists")),
            option("Dir::Cache", &dir.join("cache")),
            option("Dir::State::status", &self.work.path().join("status")),
            "Acquire::Languages=none".to_owned(),
            "Acquire::Retries=2".to_owned(),
            // An update that could not fetch its index must not look like one that could.
            "APT::Update::Error-Mode=any".to_owned(),
        ] {
            command.arg("-o").arg(option);
        }
        if self.root {
            // The user apt would change to cannot read our directory.
            command.args(["-o", "APT::Sandbox::User=root"]);
        }
        command
    }
}

impl Mirror {
    fn stanza(&self, kind: Kind, suite: &str, has_keyring: bool) -> String {
        let mut keys: Vec<&str> = Vec::new();
        keys.extend(has_keyring.then_some(KEYRING));
        keys.extend(self.signed_by.as_deref().filter(|own| *own != KEYRING));
        let mut text = format!(
            "Types: {}\nURIs: {}\nSuites: {suite}\nComponents: main\n",
            kind.stanza_type(),
            self.uri
        );
        if !keys.is_empty() {
            text.push_str(&format!("Signed-By: {}\n", keys.join(" ")));
        }
        text
    }
}

/// The machine's Debian mirror: from the indexes it has, or, before its first update, from its sources alone.
fn find_mirror() -> Result<Mirror> {
    const FORMAT: &str = "$(ORIGIN)|$(LABEL)|$(RELEASE)|$(SIGNED_BY)|$(REPO_URI)";
    let targets = |extra: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.env("LC_ALL", "C")
            .arg("indextargets")
            .args(extra)
            .args(["--format", FORMAT, "Created-By: Packages"]);
        process::output(&mut apt)
    };
    if let Some(mirror) = parse_targets(&targets(&[])?, true) {
        return Ok(mirror);
    }
    // Without a release file origin and label are unknown. The keyring still tells Debian from anything else.
    parse_targets(&targets(&["--no-release-info"])?, false)
        .context("apt knows no Debian mirror on this machine (see the sources in /etc/apt)")
}

/// First Debian main archive among lines of `origin|label|release|signed-by|uri`; the security archive has another
/// label and carries no sources of ours. `labelled`: do lines carry origin and label?
fn parse_targets(text: &str, labelled: bool) -> Option<Mirror> {
    text.lines().find_map(|line| {
        let fields: Vec<&str> = line.split('|').collect();
        let [origin, label, release, signed_by, uri] = fields[..] else {
            return None;
        };
        let debian = if labelled {
            (origin, label) == ("Debian", "Debian")
        } else {
            !release.contains("security") && uri.trim_end_matches('/').ends_with("/debian")
        };
        let reachable = !uri.is_empty() && !uri.starts_with("cdrom:") && !uri.starts_with("file:");
        let signed_by = (signed_by.starts_with('/')).then(|| signed_by.to_owned());
        (debian && reachable).then(|| Mirror {
            uri: uri.to_owned(),
            signed_by,
        })
    })
}

/// Lines of `'URI' name size SHA256:hash`; anything else in the output is talk.
fn parse_uris(text: &str) -> Vec<SourceFile> {
    text.lines()
        .filter_map(|line| {
            let (uri, rest) = line.strip_prefix('\'')?.split_once("' ")?;
            let mut fields = rest.split_whitespace();
            let name = fields.next()?.to_owned();
            let size = fields.next()?.parse().ok()?;
            let sha256 = fields.find_map(|field| field.strip_prefix("SHA256:"))?.to_owned();
            Some(SourceFile {
                uri: uri.to_owned(),
                name,
                size,
                sha256,
            })
        })
        .collect()
}

/// apt's helper lies beside its methods, on no PATH.
fn helper_program() -> String {
    let configured = process::output(Command::new("apt-config").args(["shell", "DIR", "Dir::Bin::methods/d"]));
    let methods = configured
        .ok()
        .and_then(|text| Some(text.trim().strip_prefix("DIR='")?.trim_end_matches('\'').to_owned()));
    let methods = PathBuf::from(methods.unwrap_or_else(|| "/usr/lib/apt/methods".to_owned()));
    let dir = methods.parent().unwrap_or(Path::new("/usr/lib/apt"));
    dir.join("apt-helper").display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_archive_is_chosen_and_security_is_not() {
        let text = "Google|cloud|stable||https://x.example/apt\n\
                    Debian|Debian-Security|stable-security||http://mirror.example/debian-security/\n\
                    Debian|Debian|stable|/usr/share/keyrings/own.gpg|http://mirror.example/debian/\n\
                    Debian|Debian|stable-updates||http://second.example/debian/\n";
        let mirror = parse_targets(text, true).unwrap();
        assert_eq!(mirror.uri, "http://mirror.example/debian/");
        assert_eq!(mirror.signed_by.as_deref(), Some("/usr/share/keyrings/own.gpg"));
        assert_eq!(
            parse_targets("Ubuntu|Ubuntu|noble||http://mirror.example/ubuntu\n", true),
            None
        );
        assert_eq!(parse_targets("Debian|Debian|stable||cdrom://disc\n", true), None);
        assert_eq!(parse_targets("", true), None);
    }

    #[test]
    fn without_release_files_the_address_decides() {
        let text = "||bookworm-security||http://mirror.example/debian-security/\n\
                    ||nodistro||https://other.example/node\n||bookworm||http://mirror.example/debian/\n";
        assert_eq!(parse_targets(text, true), None);
        assert_eq!(parse_targets(text, false).unwrap().uri, "http://mirror.example/debian/");
    }

    #[test]
    fn the_stanza_names_every_keyring_there_is() {
        let mut mirror = Mirror {
            uri: "http://m.example/debian/".into(),
            signed_by: Some("/own.gpg".into()),
        };
        let text = mirror.stanza(Kind::Source, "trixie", true);
        assert!(
            text.contains("Types: deb-src\nURIs: http://m.example/debian/\nSuites: trixie\n"),
            "{text}"
        );
        assert!(text.contains(&format!("Signed-By: {KEYRING} /own.gpg\n")), "{text}");
        mirror.signed_by = None;
        assert!(!mirror.stanza(Kind::Binary, "trixie", false).contains("Signed-By"));
    }

    #[test]
    fn uris_are_found_among_talk() {
        let hash = "ab".repeat(32);
        let text = format!(
            "Reading package lists...\nNOTICE: 'asterisk' packaging is maintained elsewhere\n\
             Need to get 13.2 MB of source archives.\n\
             'http://m.example/pool/a/a_1%2bb.orig-Xp.tar.xz' a_1+b.orig-Xp.tar.xz 6775552 SHA256:{hash}\n\
             'http://m.example/pool/a/a_1.dsc' a_1.dsc 10 MD5Sum:00\n"
        );
        let files = parse_uris(&text);
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].name, "a_1+b.orig-Xp.tar.xz");
        assert_eq!((files[0].size, files[0].sha256.as_str()), (6_775_552, hash.as_str()));
        assert_eq!(files[0].uri, "http://m.example/pool/a/a_1%2bb.orig-Xp.tar.xz");
    }
}
