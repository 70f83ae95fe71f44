//! Which vendored files are replaced by patched copies?
//!
//! `patches/NNNN-name.patch` are unified diffs, applied in order of name, whose paths (after `a/` and `b/`) are relative
//! to `vendor/`. The vendored tree is never written: touched files are copied below `OUT_DIR/patched` and changed there.
//! Patches change existing files; they neither make nor remove any.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::Result;

/// The patched part of the tree.
#[derive(Debug, Default)]
pub struct Patched {
    /// Path relative to `vendor/` → copy to use in its place.
    pub files: BTreeMap<PathBuf, PathBuf>,
    /// Roots of patched public headers; searched before the vendored ones.
    pub include_dirs: Vec<PathBuf>,
    /// Original directories of the copied sources, for what they include by quotes.
    pub source_dirs: Vec<PathBuf>,
}

/// Applies every patch of `patches` to copies of files of `vendor`, made below `out`.
pub fn apply_all(patches: &Path, vendor: &Path, out: &Path) -> Result<Patched> {
    // What an earlier run left must not be found by the include search.
    if out.exists() {
        fs::remove_dir_all(out).map_err(|e| format!("{}: {e}", out.display()))?;
    }
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    for path in patch_files(patches)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = read(&path)?;
        for section in sections(&text).map_err(|e| format!("patch {name}: {e}"))? {
            let old = match texts.get(&section.path) {
                Some(text) => text.clone(),
                None => read(&vendor.join(&section.path)).map_err(|e| format!("patch {name}: {e}"))?,
            };
            let file = section.path.display();
            let patch = diffy::Patch::from_str(section.text).map_err(|e| format!("patch {name}: {file}: {e}"))?;
            let new = diffy::apply(&old, &patch).map_err(|e| {
                format!("patch {name} does not apply to {file}: {e}; was the vendored version changed without it?")
            })?;
            texts.insert(section.path, new);
        }
    }
    add_includers(vendor, &mut texts)?;
    write_out(vendor, out, &texts)
}

fn patch_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Ok(Vec::new());
    };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "patch"));
    files.sort();
    Ok(files)
}

/// The part of a patch that changes one file.
struct Section<'a> {
    path: PathBuf,
    /// From the `---` line up to the next file.
    text: &'a str,
}

fn sections(text: &str) -> Result<Vec<Section<'_>>> {
    let mut starts = Vec::new();
    let mut offset = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    let mut ends = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("--- ") && lines.peek().is_some_and(|next| next.starts_with("+++ ")) {
            starts.push(offset);
        }
        // Lines of `git diff` and `git format-patch` between files.
        if line.starts_with("diff --git ") || line == "-- \n" {
            ends.push(offset);
        }
        offset += line.len();
    }
    if starts.is_empty() {
        return Err("no `---`/`+++` lines: not a unified diff".to_owned());
    }
    starts
        .iter()
        .enumerate()
        .map(|(i, &start)| {
            let next = starts.get(i + 1).copied().unwrap_or(text.len());
            let end = ends
                .iter()
                .copied()
                .find(|&end| end > start)
                .map_or(next, |end| end.min(next));
            let text = &text[start..end];
            Ok(Section {
                path: changed_path(text)?,
                text,
            })
        })
        .collect()
}

/// The one path of the `---` and `+++` lines, without its first directory.
fn changed_path(section: &str) -> Result<PathBuf> {
    let strip = |line: &str, mark: &str| -> Result<PathBuf> {
        let name = line
            .strip_prefix(mark)
            .unwrap_or(line)
            .split('\t')
            .next()
            .unwrap_or_default()
            .trim();
        if name == "/dev/null" {
            return Err("patches cannot make or remove files".to_owned());
        }
        let path: PathBuf = Path::new(name).components().skip(1).collect();
        if path.as_os_str().is_empty() || path.components().any(|part| !matches!(part, Component::Normal(_))) {
            return Err(format!("path `{name}` is not of the form a/component/file"));
        }
        Ok(path)
    };
    let mut lines = section.lines();
    let old = strip(lines.next().unwrap_or_default(), "--- ")?;
    let new = strip(lines.next().unwrap_or_default(), "+++ ")?;
    if old == new {
        Ok(new)
    } else {
        Err(format!("renames {} to {}", old.display(), new.display()))
    }
}

/// A file that another one includes by quotes is found next to the includer, whatever the search path says. So the
/// includer has to be a copy as well.
fn add_includers(vendor: &Path, texts: &mut BTreeMap<PathBuf, String>) -> Result<()> {
    let mut todo: Vec<PathBuf> = texts.keys().cloned().collect();
    while let Some(path) = todo.pop() {
        let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
            continue;
        };
        let name = name.to_string_lossy();
        let Ok(entries) = fs::read_dir(vendor.join(dir)) else {
            continue;
        };
        for entry in entries.filter_map(std::result::Result::ok) {
            let sibling = dir.join(entry.file_name());
            let is_code = sibling
                .extension()
                .is_some_and(|ext| ["c", "h", "cpp"].iter().any(|known| ext == *known));
            if !is_code || texts.contains_key(&sibling) {
                continue;
            }
            // Sources are UTF-8 or ASCII but for comments of a few files, which include none of ours.
            let Ok(text) = fs::read_to_string(entry.path()) else {
                continue;
            };
            if includes_by_quotes(&text, &name) {
                texts.insert(sibling.clone(), text);
                todo.push(sibling);
            }
        }
    }
    Ok(())
}

fn includes_by_quotes(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let Some(rest) = line.strip_prefix('#').map(str::trim_start) else {
            return false;
        };
        let Some(rest) = rest.strip_prefix("include").map(str::trim_start) else {
            return false;
        };
        rest.strip_prefix('"')
            .and_then(|rest| rest.split_once('"'))
            .is_some_and(|(file, _)| file == name)
    })
}

fn write_out(vendor: &Path, out: &Path, texts: &BTreeMap<PathBuf, String>) -> Result<Patched> {
    let mut patched = Patched::default();
    let mut include_dirs = BTreeSet::new();
    let mut source_dirs = BTreeSet::new();
    for (path, text) in texts {
        let copy = out.join(path);
        let dir = copy.parent().unwrap_or(out);
        fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        fs::write(&copy, text).map_err(|e| format!("{}: {e}", copy.display()))?;

        // `pjproject/pjlib/include/pj/types.h` is found through `pjproject/pjlib/include`.
        let root: Option<PathBuf> = path
            .ancestors()
            .find(|dir| dir.file_name().is_some_and(|name| name == "include"))
            .map(|root| out.join(root));
        match root {
            Some(root) => {
                include_dirs.insert(root);
            }
            None => {
                source_dirs.insert(vendor.join(path.parent().unwrap_or(Path::new(""))));
            }
        }
        patched.files.insert(path.clone(), copy);
    }
    patched.include_dirs = include_dirs.into_iter().collect();
    patched.source_dirs = source_dirs.into_iter().collect();
    Ok(patched)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}
