//! Does the published `pjsip-sys` carry its C sources, and does it build from them alone?

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, bail, ensure};

use crate::context::Context;
use crate::vendor::Manifest;
use crate::{process, ui};

/// What the crate registry takes.
const REGISTRY_LIMIT: u64 = 10_000_000;

/// Every C source and licence file of the vendor tree is in the package list. Packs and builds nothing.
pub fn check_list(context: &Context) -> Result<()> {
    let mut command = context.cargo("package");
    command.args(["--list", "--package", "pjsip-sys", "--allow-dirty"]);
    let list: BTreeSet<String> = process::output(&mut command)?.lines().map(str::to_owned).collect();
    let crate_dir = context.root.join("pjsip-sys");
    let mut wanted = Vec::new();
    // Only what vendor.toml lists: others may lie there too, for features that are not shipped.
    let components = Manifest::load(&crate_dir.join("vendor.toml"))?.components;
    for component in components.into_iter().filter(|c| !c.optional) {
        let dir = crate_dir.join("vendor").join(&component.dir);
        sources_below(&dir, &format!("vendor/{}", component.dir), &mut wanted)?;
    }
    ensure!(!wanted.is_empty(), "pjsip-sys/vendor holds no sources");
    let left_out: Vec<&String> = wanted.iter().filter(|path| !list.contains(*path)).collect();
    if let Some(first) = left_out.first() {
        bail!(
            "{} of {} vendored sources are not packed, the first is {first}",
            left_out.len(),
            wanted.len()
        );
    }
    ensure!(list.contains("vendor.toml"), "vendor.toml is not packed");
    ui::line(format_args!(
        "package: {} files, all {} vendored sources among them",
        list.len(),
        wanted.len()
    ));
    Ok(())
}

/// Packs the crate and builds it from the package, without network.
pub fn build_packed(context: &Context) -> Result<()> {
    process::run(
        context
            .cargo("package")
            .args(["--package", "pjsip-sys", "--allow-dirty", "--offline"]),
    )?;
    let target = context.target_dir()?;
    for entry in std::fs::read_dir(target.join("package"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("pjsip-sys-") && name.ends_with(".crate") {
            let size = entry.metadata()?.len();
            ui::line(format_args!("package: {name} is {}", ui::megabytes(size)));
            ensure!(size < REGISTRY_LIMIT, "{name} is too large for the crate registry");
        }
    }
    Ok(())
}

fn sources_below(dir: &Path, prefix: &str, found: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            sources_below(&entry.path(), &path, found)?;
        } else if is_source(&name) {
            found.push(path);
        }
    }
    Ok(())
}

/// What a package without it could not be built or not be given away.
fn is_source(name: &str) -> bool {
    let code = [".c", ".h", ".cc", ".cpp"].iter().any(|end| name.ends_with(end));
    code || ["COPYING", "COPYRIGHT", "LICENSE"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_licences_are_found_at_any_depth() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
        for name in ["a/b/x.c", "a/COPYING", "a/Makefile"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let mut found = Vec::new();
        sources_below(dir.path(), "vendor", &mut found).unwrap();
        found.sort();
        assert_eq!(found, ["vendor/a/COPYING", "vendor/a/b/x.c"]);
    }
}
