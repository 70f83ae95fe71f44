//! May this tree be vendored? By the hash of its tarball, and for pjproject by the version it says it has.

use std::path::Path;

use super::manifest::Component;

/// What is done with a source.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Known hash: nothing to say.
    Accept,
    /// Unknown, but of the right release, and allowed on the command line.
    Warn,
    /// Unknown, of the right release as far as can be told, and not allowed.
    NeedsFlag,
    /// Another release; no flag helps.
    WrongVersion(String),
}

/// Decides. `hash` is `None` for an unpacked directory, `found` the version the tree itself states, if it does.
pub fn judge(component: &Component, hash: Option<&str>, found: Option<&str>, allow_unknown: bool) -> Verdict {
    if hash.is_some_and(|hash| component.sha256.knows(hash)) {
        return Verdict::Accept;
    }
    match found {
        Some(version) if !same_release(&component.version, version) => Verdict::WrongVersion(version.to_owned()),
        _ if allow_unknown => Verdict::Warn,
        _ => Verdict::NeedsFlag,
    }
}

/// Equal up to the second number: 2.17 and 2.17.1 are the same release, 2.18 is not.
fn same_release(wanted: &str, found: &str) -> bool {
    let release = |version: &str| {
        let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>();
        let mut parts = version.split('.').map(digits);
        (parts.next(), parts.next())
    };
    release(wanted) == release(found)
}

/// The version a tree states about itself. Only pjproject's `version.mak` is asked; its directory name is a commit.
pub fn stated_version(tree: &Path) -> Option<String> {
    parse_version_mak(&std::fs::read_to_string(tree.join("version.mak")).ok()?)
}

fn parse_version_mak(text: &str) -> Option<String> {
    let value = |name: &str| {
        text.lines().find_map(|line| {
            let (key, value) = line.trim().trim_start_matches("export ").split_once(":=")?;
            (key.trim() == name).then(|| value.trim().to_owned())
        })
    };
    let mut version = format!("{}.{}", value("PJ_VERSION_MAJOR")?, value("PJ_VERSION_MINOR")?);
    if let Some(revision) = value("PJ_VERSION_REV").filter(|rev| !rev.is_empty()) {
        version.push('.');
        version.push_str(&revision);
    }
    if let Some(suffix) = value("PJ_VERSION_SUFFIX") {
        version.push_str(&suffix);
    }
    Some(version)
}

#[cfg(test)]
mod tests {
    use super::super::manifest::tests::component;
    use super::*;

    #[test]
    fn hash_first_then_version_then_flag() {
        let c = component(&["src"], &[]);
        let known = c.sha256.all()[0].clone();
        let other = "0".repeat(64);
        assert_eq!(judge(&c, Some(&known), None, false), Verdict::Accept);
        assert_eq!(judge(&c, Some(&known), Some("9.9"), false), Verdict::Accept);
        assert_eq!(judge(&c, Some(&other), Some("2.17.3"), false), Verdict::NeedsFlag);
        assert_eq!(judge(&c, Some(&other), Some("2.17.3"), true), Verdict::Warn);
        assert_eq!(
            judge(&c, Some(&other), Some("2.18"), true),
            Verdict::WrongVersion("2.18".into())
        );
        assert_eq!(judge(&c, None, Some("2.17-dev"), true), Verdict::Warn);
        assert_eq!(judge(&c, None, None, false), Verdict::NeedsFlag);
    }

    #[test]
    fn version_mak_is_read() {
        let text = "# Don't change\nexport PJ_VERSION_MAJOR  := 2\nexport PJ_VERSION_MINOR  := 17\n\
                    export PJ_VERSION_REV    :=\nexport PJ_VERSION_SUFFIX :=-dev\n";
        assert_eq!(parse_version_mak(text).as_deref(), Some("2.17-dev"));
        let with_revision = text.replace("REV    :=", "REV    := 1").replace("-dev", "");
        assert_eq!(parse_version_mak(&with_revision).as_deref(), Some("2.17.1"));
        assert_eq!(parse_version_mak("nothing here"), None);
    }

    #[test]
    fn releases_differ_by_their_second_number() {
        assert!(same_release("2.17", "2.17") && same_release("2.17", "2.17.1") && same_release("2.17", "2.17-dev"));
        assert!(!same_release("2.17", "2.1") && !same_release("2.17", "2.18") && !same_release("2.17", "3.17"));
    }
}
