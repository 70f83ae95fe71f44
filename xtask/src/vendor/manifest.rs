//! `pjsip-sys/vendor.toml`: which sources are vendored, and what of them is kept.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use fast_glob::glob_match;
use serde::Deserialize;

use super::digest;

/// All of `vendor.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// In the order of the file.
    #[serde(rename = "component")]
    pub components: Vec<Component>,
}

/// One upstream project. The fields are explained at the top of `vendor.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub name: String,
    pub version: String,
    pub dir: String,
    pub top: String,
    pub package: String,
    pub file: String,
    pub suites: Vec<String>,
    pub sha256: Hashes,
    pub licence: String,
    pub keep: Vec<String>,
    #[serde(default)]
    pub drop: Vec<String>,
    #[serde(default)]
    pub optional: bool,
}

/// One known hash, or several when the same release was packed more than once.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Hashes {
    One(String),
    Several(Vec<String>),
}

impl Hashes {
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(hash) => std::slice::from_ref(hash),
            Self::Several(hashes) => hashes,
        }
    }

    pub fn knows(&self, hash: &str) -> bool {
        self.all().iter().any(|known| known == hash)
    }
}

impl Manifest {
    pub fn load(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", file.display()))
    }

    pub fn parse(text: &str) -> Result<Self> {
        let manifest: Self = toml::from_str(text)?;
        for component in &manifest.components {
            component
                .check()
                .with_context(|| format!("component `{}`", component.name))?;
        }
        Ok(manifest)
    }
}

impl Component {
    fn check(&self) -> Result<()> {
        let plain = |text: &str| !text.is_empty() && !text.starts_with('.') && !text.contains(['/', '\\']);
        ensure!(
            plain(&self.dir),
            "`dir` must be a plain directory name, not `{}`",
            self.dir
        );
        ensure!(
            plain(&self.package),
            "`package` must be a plain package name, not `{}`",
            self.package
        );
        ensure!(!self.keep.is_empty(), "`keep` is empty, so nothing would be unpacked");
        ensure!(!self.suites.is_empty(), "`suites` is empty");
        ensure!(!self.sha256.all().is_empty(), "`sha256` is empty");
        for hash in self.sha256.all() {
            let hex = hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            ensure!(
                hash.len() == 64 && hex,
                "`{hash}` is no SHA-256 in lower-case hexadecimal"
            );
        }
        Ok(())
    }

    /// Is the file at `path` (relative to the component's top, `/` between names) part of the trimmed tree?
    pub fn keeps(&self, path: &str) -> bool {
        let listed = |patterns: &[String]| patterns.iter().any(|pattern| covers(pattern, path));
        if is_licence_file(path) {
            // Whoever gets the code gets its terms: those at the top, and those beside anything kept.
            return !path.contains('/') || listed(&self.keep);
        }
        listed(&self.keep) && !listed(&self.drop)
    }

    /// Changes whenever another set of files could be unpacked, so that an edited `keep` is noticed.
    pub fn recipe(&self) -> String {
        let text = format!("{:?}{:?}{}", self.keep, self.drop, self.top);
        digest::of_bytes(text.as_bytes())[..16].to_owned()
    }

    /// `opus 1.5.2`
    pub fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

/// A pattern stands for what it matches and, if that is a directory, for all below it.
fn covers(pattern: &str, path: &str) -> bool {
    let parents = path.match_indices('/').map(|(at, _)| &path[..at]);
    parents.chain([path]).any(|part| glob_match(pattern, part))
}

fn is_licence_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_uppercase();
    let stem = name
        .strip_suffix(".TXT")
        .or_else(|| name.strip_suffix(".MD"))
        .unwrap_or(&name);
    ["COPYING", "COPYRIGHT", "LICENSE", "LICENCE", "NOTICE", "PATENTS"].contains(&stem)
        || stem.starts_with("LICENSE_")
        || stem.starts_with("LICENSE-")
}

#[cfg(test)]
pub mod tests {
    use super::*;

    const HASH: &str = "6860c2f7604b4eee75f38151a9ef69774eb3f0c5286fc1d14bc1db2dc5a9e8aa";

    /// A component named `demo` for tests here and next door.
    pub fn component(keep: &[&str], drop: &[&str]) -> Component {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Component {
            name: "demo".into(),
            version: "2.17".into(),
            dir: "demo".into(),
            top: "demo-*".into(),
            package: "demo".into(),
            file: "demo_*.orig.tar.gz".into(),
            suites: vec!["stable".into()],
            sha256: Hashes::One(HASH.into()),
            licence: "MIT".into(),
            keep: owned(keep),
            drop: owned(drop),
            optional: false,
        }
    }

    fn text(sha256: &str, dir: &str) -> String {
        format!(
            "[[component]]\nname = 'a'\nversion = '1'\ndir = '{dir}'\ntop = 'a-*'\npackage = 'a'\nfile = 'a_*'\n\
             suites = ['s']\nsha256 = {sha256}\nlicence = 'MIT'\nkeep = ['x']\n"
        )
    }

    #[test]
    fn one_or_several_hashes_are_read() {
        let one = Manifest::parse(&text(&format!("'{HASH}'"), "a")).unwrap();
        assert!(one.components[0].sha256.knows(HASH));
        let other = "0".repeat(64);
        let two = Manifest::parse(&text(&format!("['{HASH}', '{other}']"), "a")).unwrap();
        assert!(two.components[0].sha256.knows(&other) && two.components[0].sha256.knows(HASH));
        assert!(!two.components[0].sha256.knows("1"));
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let error = |text: &str| format!("{:#}", Manifest::parse(text).unwrap_err());
        assert!(error(&text("'abc'", "a")).contains("no SHA-256"));
        assert!(error(&text(&format!("'{HASH}'"), "../a")).contains("`dir`"));
        assert!(error(&text("[]", "a")).contains("`sha256` is empty"));
        assert!(error(&format!("{}colour = 'red'\n", text(&format!("'{HASH}'"), "a"))).contains("colour"));
    }

    #[test]
    fn the_real_manifest_is_sound() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pjsip-sys/vendor.toml");
        let manifest = Manifest::load(&file).unwrap();
        let pjproject = manifest.components.iter().find(|c| c.name == "pjproject").unwrap();
        assert!(pjproject.keeps("pjlib/src/pj/os_core_unix.c"));
        assert!(pjproject.keeps("version.mak"));
        assert!(!pjproject.keeps("pjsip-apps/src/pjsua/main.c"));
        assert!(!pjproject.keeps("pjsip/include/pjsua2/call.hpp"));
    }

    #[test]
    fn a_kept_directory_stays_whole_and_drop_takes_from_it() {
        let c = component(
            &["src", "build/*.mak", "*_sources.mk"],
            &["src/test*.c", "**/Makefile.in", "src/old"],
        );
        assert!(c.keeps("src/a.c") && c.keeps("src/deep/er/b.c") && c.keeps("silk_sources.mk"));
        assert!(c.keeps("build/os.mak") && !c.keeps("build/deep/os.mak"));
        assert!(!c.keeps("src/test_x.c") && c.keeps("src/deep/test_x.c"));
        assert!(!c.keeps("src/Makefile.in") && !c.keeps("src/deep/Makefile.in") && !c.keeps("src/old/z.c"));
        assert!(!c.keeps("srcs/a.c") && !c.keeps("doc/src/a.c"));
    }

    #[test]
    fn licence_files_always_stay() {
        let c = component(&["src"], &["src/old", "**/LICENSE"]);
        assert!(c.keeps("COPYING") && c.keeps("LICENSE.md") && c.keeps("LICENSE_PLEASE_READ.txt"));
        assert!(c.keeps("src/old/LICENSE"));
        assert!(!c.keeps("doc/LICENSE") && !c.keeps("README"));
    }

    #[test]
    fn the_recipe_follows_keep_and_drop() {
        let base = component(&["src"], &[]).recipe();
        assert_eq!(base, component(&["src"], &[]).recipe());
        assert_ne!(base, component(&["src", "inc"], &[]).recipe());
        assert_ne!(base, component(&["src"], &["src/x"]).recipe());
    }
}
