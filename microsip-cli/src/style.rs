//! Colours. anstream strips them when the output is no terminal or `NO_COLOR` is set, so they are always written.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

/// What went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What failed.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// What is of less interest.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Names and headings.
pub(crate) const STRONG: Style = Style::new().bold();
/// Audio and digits in the ladder.
pub(crate) const MEDIA: Style = AnsiColor::Cyan.on_default();

/// `text` in a style.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Text from outside for a terminal: control characters and those that turn the direction of writing are shown as
/// `\u{1b}`, so that a peer can neither move the cursor nor pass one name off as another.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_active) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_active(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Does the character do something to the terminal?
fn is_active(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_a_terminal_is_shown() {
        assert_eq!(clean("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(clean("\u{9b}\r\u{7f}"), "\\u{9b}\\u{d}\\u{7f}");
        assert_eq!(clean("\u{202e}x\u{2066}"), "\\u{202e}x\\u{2066}");
        assert!(matches!(clean("Zoë <sip:z@h>"), Cow::Borrowed(_)));
    }
}
