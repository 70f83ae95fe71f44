//! `--from`: tarballs and directories named on the command line.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use fast_glob::glob_match;

use super::manifest::{Component, Manifest};
use super::{digest, unpack};

/// A source somebody handed us, and which component it is of.
#[derive(Debug)]
pub enum Given {
    Tarball { path: PathBuf, sha256: String },
    Tree { path: PathBuf },
}

/// Which component each path of `--from` is for. A directory is an unpacked source tree, or a folder of such
/// trees and tarballs; in a folder, what is of no component is passed over.
pub fn sort(from: &[PathBuf], manifest: &Manifest) -> Result<Vec<(String, Given)>> {
    let mut found = Vec::new();
    for path in from {
        let before = found.len();
        if let Some(item) = identify(path, manifest)? {
            found.push(item);
        } else if path.is_dir() {
            let mut inside: Vec<PathBuf> = fs::read_dir(path)?.flatten().map(|entry| entry.path()).collect();
            inside.sort();
            for path in inside {
                found.extend(identify(&path, manifest).ok().flatten());
            }
        }
        let names: Vec<String> = manifest.components.iter().map(Component::title).collect();
        ensure!(
            found.len() > before,
            "--from {}: holds the sources of none of {}",
            path.display(),
            names.join(", ")
        );
    }
    Ok(found)
}

fn identify(path: &Path, manifest: &Manifest) -> Result<Option<(String, Given)>> {
    let path = std::path::absolute(path)?;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let by_top = |top: &str| manifest.components.iter().find(|c| glob_match(&c.top, top));
    if path.is_dir() {
        let component = by_top(name).or_else(|| {
            let named = manifest.components.iter().find(|c| c.dir == name);
            named.filter(|c| {
                fs::read_dir(&path).is_ok_and(|mut dir| dir.next().is_some())
                    && c.keep.iter().any(|keep| path.join(keep).exists())
            })
        });
        let component = component.or_else(|| {
            // A clone may have any name; nothing else has both of these.
            let pjproject = path.join("version.mak").is_file() && path.join("pjlib").is_dir();
            manifest.components.iter().find(|c| pjproject && c.name == "pjproject")
        });
        return Ok(component.map(|c| (c.name.clone(), Given::Tree { path: path.clone() })));
    }
    if !path.is_file() {
        bail!("--from {}: there is no such file or directory", path.display());
    }
    if !name.contains(".tar") && !name.ends_with(".tgz") && !name.ends_with(".txz") {
        return Ok(None);
    }
    let sha256 = digest::of_file(&path)?;
    let component = match manifest.components.iter().find(|c| c.sha256.knows(&sha256)) {
        Some(component) => Some(component),
        None => by_top(&unpack::top_of(&path).context("--from")?),
    };
    Ok(component.map(|c| {
        (
            c.name.clone(),
            Given::Tarball {
                path: path.clone(),
                sha256,
            },
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::super::manifest::tests::component;
    use super::super::unpack::tests::pack;
    use super::*;

    fn manifest() -> Manifest {
        let mut pjproject = component(&["pjlib"], &[]);
        pjproject.name = "pjproject".into();
        pjproject.top = "pjsip-pjproject-*".into();
        pjproject.dir = "pjproject".into();
        Manifest {
            components: vec![component(&["src"], &[]), pjproject],
        }
    }

    #[test]
    fn tarballs_and_trees_are_told_by_what_they_hold() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        pack(&at("whatever.tar.gz"), &[("demo-9/src/a.c", "a")]);
        fs::create_dir_all(at("my-clone/pjlib")).unwrap();
        fs::write(at("my-clone/version.mak"), "").unwrap();
        fs::write(at("notes.txt"), "").unwrap();

        let found = sort(&[at("whatever.tar.gz"), at("my-clone")], &manifest()).unwrap();
        assert!(matches!(&found[0], (name, Given::Tarball { .. }) if name == "demo"));
        assert!(matches!(&found[1], (name, Given::Tree { .. }) if name == "pjproject"));
        assert_eq!(sort(&[dir.path().to_path_buf()], &manifest()).unwrap().len(), 2);
    }

    #[test]
    fn what_is_of_no_component_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let error = sort(&[dir.path().to_path_buf()], &manifest()).unwrap_err().to_string();
        assert!(error.contains("demo 2.17, pjproject 2.17"), "{error}");
        let missing = dir.path().join("none.tar.gz");
        assert!(
            sort(&[missing], &manifest())
                .unwrap_err()
                .to_string()
                .contains("no such file")
        );
    }
}
