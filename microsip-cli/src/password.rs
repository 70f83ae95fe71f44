//! Where passwords come from: an option, a file or the environment, in this order.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use microsip_core::Secret;

use crate::exit::Failure;

/// Longest password file read; a password is a line, so a longer file is the wrong file.
const MAX_FILE: u64 = 4096;

/// Takes the password from the option, else from the first line of the file, else from the environment variable, where
/// an empty one counts as none. `option` is the option's name with its value.
///
/// # Errors
/// A usage error when the option is empty or the file cannot be read; their content is never shown.
pub(crate) fn find(
    option: (&str, Option<Secret>),
    file: Option<&Path>,
    variable: &str,
) -> Result<Option<Secret>, Failure> {
    let (name, value) = option;
    if let Some(secret) = value {
        if secret.is_empty() {
            return Err(Failure::usage(format!("{name}: the password is empty")));
        }
        return Ok(Some(secret));
    }
    if let Some(path) = file {
        return read(path).map(Some);
    }
    match std::env::var(variable) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(Secret::new(text))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!("{variable} is not UTF-8"))),
    }
}

fn read(path: &Path) -> Result<Secret, Failure> {
    let bad = |why: String| Failure::usage(format!("cannot read the password file {}: {why}", path.display()));
    // Room for all of it, so that no copy is left behind by growing.
    let mut text = String::with_capacity(MAX_FILE as usize + 1);
    let read = File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_string(&mut text));
    let text = Secret::new(text);
    if read.map_err(|e| bad(e.to_string()))? as u64 > MAX_FILE {
        return Err(bad(format!(
            "it has more than {MAX_FILE} bytes; a password file holds one line"
        )));
    }
    let line = text.reveal().lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(bad("its first line is empty".into()));
    }
    Ok(Secret::new(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_comes_before_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("pw");
        std::fs::write(&file, "from file \r\nsecond line\n").unwrap();
        let found = |option: Option<&str>, file| {
            find(("--password", option.map(Secret::new)), file, "MICROSIP_TEST_UNSET")
                .unwrap()
                .map(|s| s.reveal().to_owned())
        };
        assert_eq!(found(Some("given"), Some(&file)).as_deref(), Some("given"));
        // Blanks belong to the password, the end of the line does not.
        assert_eq!(found(None, Some(&file)).as_deref(), Some("from file "));
        assert_eq!(found(None, None), None);
    }

    #[test]
    fn a_wrong_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in [("empty", "\nx"), ("long", &*"x".repeat(5000))] {
            let file = dir.path().join(name);
            std::fs::write(&file, content).unwrap();
            let e = find(("--password", None), Some(&file), "MICROSIP_TEST_UNSET").unwrap_err();
            assert!(e.to_string().contains(name) && !e.to_string().contains("xxx"), "{e}");
        }
        assert!(
            find(
                ("--password", None),
                Some(Path::new("not/there")),
                "MICROSIP_TEST_UNSET"
            )
            .is_err()
        );
    }

    #[test]
    fn an_empty_option_is_a_mistake() {
        let e = find(("--password2", Some(Secret::default())), None, "MICROSIP_TEST_UNSET").unwrap_err();
        assert_eq!(e.code(), crate::exit::USAGE);
        assert!(e.to_string().contains("--password2"), "{e}");
    }

    /// What has no size, such as a pipe or `/dev/zero`, must not be read without end.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_without_end_is_refused() {
        let e = find(
            ("--password", None),
            Some(Path::new("/dev/zero")),
            "MICROSIP_TEST_UNSET",
        )
        .unwrap_err();
        assert!(e.to_string().contains("more than 4096 bytes"), "{e}");
    }
}
