//! `cargo xtask vendor`: lays the C sources of `pjsip-sys/vendor.toml` into `pjsip-sys/vendor/`.
//!
//! Sources come from `--from`, from the cache outside the checkout, or from Debian's source packages. Each
//! component is unpacked beside its place and then moved there whole; the stamp is written when all are in place.

mod cache;
mod digest;
mod given;
mod manifest;
mod policy;
mod stamp;
mod unpack;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use fast_glob::glob_match;
use tempfile::TempDir;

use crate::apt::{Apt, Kind, SourceFile};
use crate::context::Context;
use crate::ui;
use cache::Cache;
use given::Given;
use manifest::Component;
pub use manifest::Manifest;
use policy::Verdict;
use stamp::{Line, Stamp};

/// Prefix of directories being unpacked.
const UNFINISHED: &str = ".unpack-";

/// Options of `cargo xtask vendor`.
#[derive(Args, Default)]
pub struct Options {
    /// Tarballs, unpacked source trees, or folders of them, to be used instead of Debian's
    #[arg(long, num_args = 1.., value_name = "FILE_OR_DIR")]
    from: Vec<PathBuf>,
    /// Take sources whose hash is not in vendor.toml, if they are of the release it names
    #[arg(long)]
    allow_unknown_hash: bool,
    /// Fetch this optional component too, such as bcg729 (for the feature g729); it stays from then on
    #[arg(long, value_name = "NAME")]
    with: Vec<String>,
    /// Lay everything down again
    #[arg(long)]
    force: bool,
}

/// A source ready to be unpacked.
struct Source {
    given: Given,
    /// For the stamp; names no host and no path of this machine.
    origin: String,
}

/// Makes `pjsip-sys/vendor/` hold what `vendor.toml` says. Does nothing when the stamp says that it does.
pub fn ensure(context: &Context, options: &Options) -> Result<()> {
    let crate_dir = context.root.join("pjsip-sys");
    let vendor = crate_dir.join("vendor");
    let mut manifest = Manifest::load(&crate_dir.join("vendor.toml"))?;
    let stamp = Stamp::at(&vendor);
    let laid = stamp.read();
    let given = given::sort(&options.from, &manifest)?;
    let handed: Vec<String> = given.iter().map(|(name, _)| name.clone()).collect();
    let optional = |name: &String| manifest.components.iter().any(|c| c.optional && c.name == *name);
    if let Some(unknown) = options.with.iter().find(|name| !optional(name)) {
        bail!("vendor.toml has no optional component {unknown}");
    }
    // What was once asked for stays, or the next run would take it away from under a build.
    manifest.components.retain(|c| {
        let asked = options.with.contains(&c.name) || handed.contains(&c.name);
        !c.optional || asked || laid.iter().any(|line| line.name == c.name)
    });
    let current = |component: &Component| {
        let fits = laid
            .iter()
            .find(|line| line.fits(component) && vendor.join(&component.dir).is_dir());
        fits.filter(|_| !options.force && !handed.contains(&component.name))
            .cloned()
    };
    if manifest.components.iter().all(|component| current(component).is_some()) {
        ui::line("vendor: sources are in place");
        return Ok(());
    }

    let started = Instant::now();
    fs::create_dir_all(&vendor)?;
    remove_unfinished(&vendor)?;
    let mut finder = Finder {
        cache: Cache::open(&context.cache)?,
        apt: None,
        given,
        allow: options.allow_unknown_hash,
    };
    // Everything is found and unpacked before anything is touched: a failure leaves a working tree working.
    let mut work = Vec::new();
    let mut missing = Vec::new();
    for component in &manifest.components {
        match current(component) {
            Some(line) => work.push((component, Err(line))),
            None => match finder.find(component) {
                Ok(source) => work.push((component, Ok(source))),
                Err(error) => missing.push((component, error)),
            },
        }
    }
    if !missing.is_empty() {
        return Err(needed(&missing));
    }
    let mut lines = Vec::new();
    let mut unpacked = Vec::new();
    for (component, source) in work {
        lines.push(match source {
            Err(line) => line,
            Ok(source) => {
                let (line, fresh) = unpack(component, &source, &vendor, options.allow_unknown_hash)?;
                unpacked.push((component, fresh));
                line
            }
        });
    }
    // From here on it is only renaming.
    stamp.remove()?;
    for (component, fresh) in unpacked {
        put_in_place(&vendor, &component.dir, &fresh)?;
    }
    stamp.write(&lines)?;
    ui::line(format_args!(
        "vendor: sources are in place after {}",
        ui::seconds(started.elapsed())
    ));
    Ok(())
}

/// Unpacks one component into a directory of its own beside its place, and judges it.
fn unpack(component: &Component, source: &Source, vendor: &Path, allow: bool) -> Result<(Line, TempDir)> {
    let fresh = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(vendor)?;
    let tree = fresh.path().join(&component.dir);
    let (laid, sha256) = match &source.given {
        Given::Tarball { path, sha256 } => (unpack::tarball(path, component, &tree)?, Some(sha256.as_str())),
        Given::Tree { path } => (unpack::tree(path, component, &tree)?, None),
    };
    let found = policy::stated_version(&tree);
    let title = component.title();
    let hash = sha256.map_or("a directory has none".to_owned(), |hash| format!("SHA-256 {hash}"));
    match policy::judge(component, sha256, found.as_deref(), allow) {
        Verdict::Accept => {}
        Verdict::Warn => ui::warn(format_args!("{title}: taken though its hash is not known ({hash})")),
        Verdict::NeedsFlag => {
            bail!("{title}: the hash of this source is not known ({hash}); if you trust it, say --allow-unknown-hash")
        }
        Verdict::WrongVersion(version) => bail!("{title} is needed, but this source is {version}"),
    }
    ui::line(format_args!(
        "vendor: {title}: {} files, {}",
        laid.files,
        ui::megabytes(laid.bytes)
    ));
    let line = Line {
        name: component.name.clone(),
        version: component.version.clone(),
        sha256: sha256.unwrap_or("-").to_owned(),
        recipe: component.recipe(),
        source: source.origin.clone(),
    };
    Ok((line, fresh))
}

/// Moves an unpacked tree to its place; the old one goes aside first and is removed with the rest of `fresh`.
fn put_in_place(vendor: &Path, dir: &str, fresh: &TempDir) -> Result<()> {
    let place = vendor.join(dir);
    if place.exists() {
        let aside = fresh.path().join("old");
        fs::rename(&place, &aside).with_context(|| format!("moving {} aside", place.display()))?;
    }
    let tree = fresh.path().join(dir);
    fs::rename(&tree, &place).with_context(|| format!("putting {} in place", place.display()))
}

fn remove_unfinished(vendor: &Path) -> Result<()> {
    for entry in fs::read_dir(vendor)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_dir_all(entry.path()).with_context(|| format!("removing {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// The error that says exactly which files would help.
fn needed(missing: &[(&Component, anyhow::Error)]) -> anyhow::Error {
    let mut text = String::from("some sources could not be had:");
    for (component, error) in missing {
        text.push_str(&format!(
            "\n  {} (Debian source package {}, file {}, SHA-256 {}): {error:#}",
            component.title(),
            component.package,
            component.file,
            component.sha256.all().join(" or "),
        ));
    }
    text.push_str("\nhand the tarballs over with `cargo xtask vendor --from FILE_OR_DIR ...`");
    anyhow::anyhow!(text)
}

/// Finds sources: what was handed over, then the cache, then Debian.
struct Finder {
    cache: Cache,
    /// Outer `None`: not asked yet. Inner: this machine has no apt, or why it cannot be used.
    apt: Option<Result<Option<Apt>, String>>,
    given: Vec<(String, Given)>,
    allow: bool,
}

impl Finder {
    fn find(&mut self, component: &Component) -> Result<Source> {
        if let Some(at) = self.given.iter().position(|(name, _)| *name == component.name) {
            let (_, given) = self.given.swap_remove(at);
            return Ok(Source {
                given,
                origin: "handed over with --from".to_owned(),
            });
        }
        for hash in component.sha256.all() {
            if let Some(path) = self.cache.get(component, hash)? {
                let origin = format!("Debian source package {}", component.package);
                return Ok(Source {
                    given: Given::Tarball {
                        path,
                        sha256: hash.clone(),
                    },
                    origin,
                });
            }
        }
        self.find_in_debian(component)
    }

    fn find_in_debian(&mut self, component: &Component) -> Result<Source> {
        let cache = &self.cache;
        let start = || Apt::new(Kind::Source, || cache.scratch()).map_err(|error| format!("{error:#}"));
        let apt = self.apt.get_or_insert_with(start);
        let apt = match apt {
            Ok(Some(apt)) => apt,
            Ok(None) => bail!("this machine has no apt to fetch it with"),
            Err(error) => bail!("{error}"),
        };
        // The order matters only for a hash nobody knows yet; for a known one a suite already read is as good.
        let mut suites: Vec<&String> = component.suites.iter().collect();
        suites.sort_by_key(|suite| !apt.is_open(suite));
        let mut unknown = Vec::new();
        let mut failures = Vec::new();
        for suite in suites {
            match listed(apt, component, suite) {
                Ok(file) if component.sha256.knows(&file.sha256) => {
                    match fetch(&self.cache, apt, component, suite, &file) {
                        Ok(source) => return Ok(source),
                        Err(error) => failures.push(format!("{suite}: {error:#}")),
                    }
                }
                Ok(file) => unknown.push((suite, file)),
                Err(error) => failures.push(format!("{suite}: {error:#}")),
            }
        }
        for (suite, file) in unknown {
            let SourceFile { name, sha256, .. } = &file;
            if !self.allow {
                failures.push(format!(
                    "{suite} has {name} with the unknown hash {sha256} (see --allow-unknown-hash)"
                ));
                continue;
            }
            match fetch(&self.cache, apt, component, suite, &file) {
                Ok(source) => return Ok(source),
                Err(error) => failures.push(format!("{suite}: {error:#}")),
            }
        }
        bail!("{}", failures.join("; "))
    }
}

/// The component's tarball as a suite's index lists it.
fn listed(apt: &mut Apt, component: &Component, suite: &str) -> Result<SourceFile> {
    let files = apt.files(suite, &component.package)?;
    let file = files.into_iter().find(|file| glob_match(&component.file, &file.name));
    file.with_context(|| format!("source package {} has no file {}", component.package, component.file))
}

fn fetch(cache: &Cache, apt: &Apt, component: &Component, suite: &str, file: &SourceFile) -> Result<Source> {
    let path = cache.get_or_fetch(component, &file.sha256, |to| {
        let (title, size) = (component.title(), ui::megabytes(file.size));
        ui::line(format_args!(
            "vendor: {title}: fetching {size} (source package {} of {suite})",
            component.package
        ));
        apt.download(suite, file, to)
    })?;
    let origin = format!("Debian source package {}, {}", component.package, file.name);
    Ok(Source {
        given: Given::Tarball {
            path,
            sha256: file.sha256.clone(),
        },
        origin,
    })
}

#[cfg(test)]
mod tests {
    use super::manifest::tests::component;
    use super::unpack::tests::pack;
    use super::*;

    /// A checkout with one component `demo`, whose tarball's real hash is in its vendor.toml if `known`.
    fn checkout(known: bool) -> (tempfile::TempDir, Context, PathBuf) {
        let top = tempfile::tempdir().unwrap();
        let tarball = top.path().join("demo.tar.gz");
        pack(
            &tarball,
            &[("demo-1/src/a.c", "one"), ("demo-1/version.mak", "no version")],
        );
        let hash = if known {
            digest::of_file(&tarball).unwrap()
        } else {
            "0".repeat(64)
        };
        fs::create_dir_all(top.path().join("root/pjsip-sys")).unwrap();
        let text = format!(
            "[[component]]\nname = 'demo'\nversion = '1.0'\ndir = 'demo'\ntop = 'demo-*'\npackage = 'no-such-package'\n\
             file = 'demo_*'\nsuites = ['stable']\nsha256 = '{hash}'\nlicence = 'MIT'\nkeep = ['src']\n"
        );
        fs::write(top.path().join("root/pjsip-sys/vendor.toml"), text).unwrap();
        let context = Context::for_tests(&top.path().join("root"), &top.path().join("cache"));
        (top, context, tarball)
    }

    fn from(tarball: &Path) -> Options {
        Options {
            from: vec![tarball.to_path_buf()],
            ..Options::default()
        }
    }

    #[test]
    fn a_second_run_touches_nothing_and_a_lost_stamp_redoes_all() {
        let (_top, context, tarball) = checkout(true);
        let vendor = context.root.join("pjsip-sys/vendor");
        ensure(&context, &from(&tarball)).unwrap();
        let file = vendor.join("demo/src/a.c");
        assert_eq!(fs::read_to_string(&file).unwrap(), "one");
        assert!(!vendor.join("demo/version.mak").exists());

        fs::write(&file, "edited").unwrap();
        ensure(&context, &Options::default()).unwrap();
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            "edited",
            "the stamp fits, so nothing is done"
        );

        fs::remove_file(vendor.join("VENDOR.txt")).unwrap();
        fs::create_dir_all(vendor.join(".unpack-dead/demo")).unwrap();
        ensure(&context, &from(&tarball)).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "one");
        let mut names: Vec<_> = fs::read_dir(&vendor)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["VENDOR.txt", "demo"], "nothing unfinished stays");
    }

    #[test]
    fn an_unknown_hash_needs_the_flag_and_leaves_the_old_tree_alone() {
        let (_top, context, tarball) = checkout(false);
        let error = format!("{:#}", ensure(&context, &from(&tarball)).unwrap_err());
        assert!(error.contains("--allow-unknown-hash"), "{error}");
        assert!(!context.root.join("pjsip-sys/vendor/demo").exists());
        assert!(!context.root.join("pjsip-sys/vendor/VENDOR.txt").exists());
        ensure(
            &context,
            &Options {
                allow_unknown_hash: true,
                ..from(&tarball)
            },
        )
        .unwrap();
        let stamp = context.root.join("pjsip-sys/vendor/VENDOR.txt");
        let before = fs::read_to_string(&stamp).unwrap();

        // Refused again, now over a good tree: that one stays, and stays stamped.
        assert!(ensure(&context, &from(&tarball)).is_err());
        assert_eq!(fs::read_to_string(&stamp).unwrap(), before);
        assert!(context.root.join("pjsip-sys/vendor/demo/src/a.c").exists());
        ensure(&context, &Options::default()).unwrap();
    }

    #[test]
    fn an_optional_component_comes_when_asked_for_and_stays() {
        let (_top, context, tarball) = checkout(true);
        let file = context.root.join("pjsip-sys/vendor.toml");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{text}optional = true\n")).unwrap();
        let laid = context.root.join("pjsip-sys/vendor/demo/src/a.c");
        let with = |name: &str| Options {
            with: vec![name.to_owned()],
            ..Options::default()
        };
        ensure(&context, &Options::default()).unwrap();
        assert!(!laid.exists());
        let error = format!("{:#}", ensure(&context, &with("other")).unwrap_err());
        assert!(error.contains("no optional component other"), "{error}");
        // It is looked for, and this machine has neither the tarball nor such a package.
        let error = format!("{:#}", ensure(&context, &with("demo")).unwrap_err());
        assert!(error.contains("demo 1.0"), "{error}");
        ensure(&context, &from(&tarball)).unwrap();
        assert!(laid.exists());
        fs::write(&laid, "edited").unwrap();
        ensure(&context, &Options::default()).unwrap();
        assert_eq!(fs::read_to_string(&laid).unwrap(), "edited", "the next run leaves it");
    }

    #[test]
    fn what_is_missing_is_named_with_version_and_hash() {
        let c = component(&["src"], &[]);
        let text = needed(&[(&c, anyhow::anyhow!("no network"))]).to_string();
        for part in [
            "demo 2.17",
            "demo_*.orig.tar.gz",
            &c.sha256.all()[0],
            "no network",
            "--from",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
