//! Is the licence of every dependency, and of every vendored source, on `deny.toml`'s allow list?
//!
//! cargo-deny asks the same and more; this small check is always there and takes no time to install.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use crate::context::Context;
use crate::vendor::Manifest;
use crate::{process, ui};

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
}

/// The part of `deny.toml` that we read; what else it holds is cargo-deny's.
#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

/// Licences allowed for one crate only.
#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
}

/// Checks all packages of the workspace's dependency graph, for every target and with every feature, and what
/// `vendor.toml` lists.
pub fn check(context: &Context) -> Result<()> {
    let allowed = Allowed::load(&context.root.join("deny.toml"))?;
    let mut metadata = context.cargo("metadata");
    metadata.args(["--format-version", "1", "--all-features"]);
    let metadata: Metadata = serde_json::from_str(&process::output(&mut metadata)?).context("cargo metadata")?;
    let vendored = Manifest::load(&context.root.join("pjsip-sys/vendor.toml"))?.components;
    let vendored = vendored.into_iter().map(|c| Package {
        name: c.name,
        version: c.version,
        license: Some(c.licence),
    });
    let packages: Vec<Package> = metadata.packages.into_iter().chain(vendored).collect();
    let problems: Vec<String> = packages.iter().filter_map(|package| allowed.problem(package)).collect();
    if problems.is_empty() {
        ui::line(format_args!(
            "licences: {} packages and vendored sources, all allowed",
            packages.len()
        ));
        return Ok(());
    }
    bail!("licences not on the allow list of deny.toml: {}", problems.join("; "))
}

struct Allowed {
    everywhere: Vec<Licensee>,
    by_crate: BTreeMap<String, Vec<Licensee>>,
}

impl Allowed {
    fn load(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let deny: Deny = toml::from_str(text)?;
        let list = |names: &[String]| -> Result<Vec<Licensee>> {
            names
                .iter()
                .map(|name| Licensee::parse(name).with_context(|| format!("licence `{name}`")))
                .collect()
        };
        let mut by_crate = BTreeMap::new();
        for exception in &deny.licenses.exceptions {
            by_crate.insert(exception.name.clone(), list(&exception.allow)?);
        }
        Ok(Self {
            everywhere: list(&deny.licenses.allow)?,
            by_crate,
        })
    }

    /// What is wrong with a package's licence, if anything is.
    fn problem(&self, package: &Package) -> Option<String> {
        let title = format!("{} {}", package.name, package.version);
        let Some(text) = &package.license else {
            return Some(format!("{title} states none"));
        };
        // Lax: old crates write `MIT/Apache-2.0`.
        let Ok(expression) = Expression::parse_mode(text, ParseMode::LAX) else {
            return Some(format!("{title} states `{text}`, which is no SPDX expression"));
        };
        let own = self.by_crate.get(&package.name).map(Vec::as_slice).unwrap_or_default();
        let fine = expression.evaluate(|req| self.everywhere.iter().chain(own).any(|licence| licence.satisfies(req)));
        (!fine).then(|| format!("{title} is `{text}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = "[licenses]\nallow = ['MIT', 'Apache-2.0', 'Apache-2.0 WITH LLVM-exception', \
                        'GPL-3.0-or-later', 'GPL-2.0-or-later']\n\
                        exceptions = [{ crate = 'odd', allow = ['Zlib'] }]\n[bans]\nmultiple-versions = 'allow'\n";

    fn problem(name: &str, licence: Option<&str>) -> Option<String> {
        let package = Package {
            name: name.into(),
            version: "1.0.0".into(),
            license: licence.map(str::to_owned),
        };
        Allowed::parse(DENY).unwrap().problem(&package)
    }

    #[test]
    fn allowed_expressions_pass() {
        for licence in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "Apache-2.0 WITH LLVM-exception OR Unicode-3.0",
            "(MIT OR Zlib) AND Apache-2.0",
            "GPL-3.0-or-later",
            "GPL-2.0-or-later",
        ] {
            assert_eq!(problem("a", Some(licence)), None, "{licence}");
        }
    }

    #[test]
    fn others_fail_with_their_name() {
        for licence in [
            "AGPL-3.0-only",
            "MIT AND Zlib",
            "Apache-2.0 WITH Classpath-exception-2.0",
            "nonsense here",
        ] {
            let problem = problem("a", Some(licence)).unwrap();
            assert!(problem.contains("a 1.0.0") && problem.contains(licence), "{problem}");
        }
        assert!(problem("a", None).unwrap().contains("states none"));
    }

    #[test]
    fn an_exception_is_for_its_crate_only() {
        assert_eq!(problem("odd", Some("Zlib")), None);
        assert!(problem("even", Some("Zlib")).is_some());
    }

    #[test]
    fn the_real_list_is_readable_and_strict() {
        let allowed = Allowed::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../deny.toml")).unwrap();
        let package = |licence: &str| Package {
            name: "a".into(),
            version: "1".into(),
            license: Some(licence.into()),
        };
        assert_eq!(allowed.problem(&package("GPL-3.0-or-later")), None);
        assert!(allowed.problem(&package("AGPL-3.0-only")).is_some());
        assert!(allowed.problem(&package("CC-BY-NC-4.0")).is_some());
    }
}
