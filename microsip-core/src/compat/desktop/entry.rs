//! The desktop entry (Desktop Entry Specification 1.5).

use crate::compat::links::LinkScheme;

/// Tells our entries from those of others.
const MARK: &str = "X-MicroSIP-Links=1";

/// The MIME type that stands for a scheme.
pub(super) fn mime(scheme: LinkScheme) -> String {
    format!("x-scheme-handler/{}", scheme.name())
}

/// The entry's text.
pub(super) fn text(executable: &str, title: &str, schemes: &[LinkScheme]) -> String {
    let mimes: String = schemes.iter().map(|scheme| mime(*scheme) + ";").collect();
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName={}\nExec={}\nTryExec={}\nTerminal=false\nNoDisplay=true\n\
         StartupNotify=false\nMimeType={mimes}\n{MARK}\n",
        string(title),
        exec(executable),
        string(executable),
    )
}

/// Whether an entry is of our making.
pub(super) fn is_ours(text: &[u8]) -> bool {
    text.split(|b| *b == b'\n')
        .any(|line| line.trim_ascii() == MARK.as_bytes())
}

/// The `Exec` line of an entry.
pub(super) fn exec_of(text: &[u8]) -> Option<String> {
    let line = text
        .split(|b| *b == b'\n')
        .find_map(|line| line.strip_prefix(b"Exec="))?;
    Some(String::from_utf8_lossy(line).into_owned())
}

/// Whether a path cannot stand in `Exec` as it is.
pub(super) fn needs_quotes(path: &str) -> bool {
    path.contains(|c: char| " \t\n\"'\\><~|&;$*?#()`".contains(c))
}

/// `PROGRAM --link %u`, of a path without `=` and `%`. What needs no quotes gets none: `xdg-open` does not know them.
pub(super) fn exec(executable: &str) -> String {
    if !needs_quotes(executable) {
        return format!("{executable} --link %u");
    }
    let mut quoted = String::from("\"");
    for c in executable.chars() {
        match c {
            '"' | '`' | '$' | '\\' => quoted.extend(['\\', c]),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    format!("{} --link %u", string(&quoted))
}

/// A value of type string.
fn string(text: &str) -> String {
    let text = text.replace('\\', "\\\\");
    match text.strip_prefix(' ') {
        Some(rest) => format!("\\s{rest}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_quoted_by_the_rules() {
        for (path, expected) in [
            ("/usr/bin/microsip", "/usr/bin/microsip --link %u"),
            ("/opt/my dir/m", r#""/opt/my dir/m" --link %u"#),
            // The example of the specification: a backslash in quotes is four.
            (r"/o\p", r#""/o\\\\p" --link %u"#),
            (r#"/a"$b`"#, r#""/a\\"\\$b\\`" --link %u"#),
        ] {
            assert_eq!(exec(path), expected);
        }
    }

    #[test]
    fn an_entry_is_known_again() {
        let text = text("/bin/m", " A \\ B", &[LinkScheme::Sip, LinkScheme::Tel]);
        assert!(text.contains("\nName=\\sA \\\\ B\n"));
        assert!(text.contains("\nMimeType=x-scheme-handler/sip;x-scheme-handler/tel;\n"));
        assert!(is_ours(text.as_bytes()) && !is_ours(b"[Desktop Entry]\nName=X-MicroSIP-Links=1\n"));
        assert_eq!(exec_of(text.as_bytes()).unwrap(), "/bin/m --link %u");
    }
}
