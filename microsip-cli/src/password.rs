//! Where passwords come from: an option, a file or the environment, in this order.

use std::path::Path;

use microsip_core::Secret;

use crate::exit::Failure;

/// Longest password file read; a password is a line, so a longer file is the wrong file.
const MAX_FILE: u64 = 4096;

/// Takes the password from the option, else from the first line of the file, else from the environment variable.
///
/// # Errors
/// A usage error when the file cannot be read; its content is never shown.
pub(crate) fn find(option: Option<String>, file: Option<&Path>, variable: &str) -> Result<Option<Secret>, Failure> {
    if let Some(text) = option {
        return Ok(Some(Secret::new(text)));
    }
    if let Some(path) = file {
        return read(path).map(Some);
    }
    match std::env::var(variable) {
        Ok(text) => Ok(Some(Secret::new(text))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!("{variable} is not UTF-8"))),
    }
}

fn read(path: &Path) -> Result<Secret, Failure> {
    let bad = |why: String| Failure::usage(format!("cannot read the password file {}: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|e| bad(e.to_string()))?.len();
    if size > MAX_FILE {
        return Err(bad(format!("it has {size} bytes; a password file holds one line")));
    }
    let text = Secret::new(std::fs::read_to_string(path).map_err(|e| bad(e.to_string()))?);
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
            find(option.map(str::to_owned), file, "MICROSIP_TEST_UNSET")
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
            let e = find(None, Some(&file), "MICROSIP_TEST_UNSET").unwrap_err();
            assert!(e.to_string().contains(name) && !e.to_string().contains("xxx"), "{e}");
        }
        assert!(find(None, Some(Path::new("not/there")), "MICROSIP_TEST_UNSET").is_err());
    }
}
