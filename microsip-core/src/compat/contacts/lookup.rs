//! Which contact calls, and which contacts a text means.

use super::book::ContactBook;
use super::contact::Contact;

/// The user part of a number as typed: without name, scheme, `<…>`, domain, parameters, post-dial commas and the separators
/// people write in telephone numbers. Dial plan and prefix are not applied.
pub fn user_part(number: &str) -> String {
    let mut text = number.trim();
    // The last one: a quoted name may have angle brackets, too.
    if let Some((_, rest)) = text.rsplit_once('<') {
        text = rest.split('>').next().unwrap_or_default();
    }
    for scheme in ["sips:", "sip:", "tel:", "callto:"] {
        if let Some(head) = text.get(..scheme.len())
            && head.eq_ignore_ascii_case(scheme)
        {
            text = text[scheme.len()..].trim_start_matches('/');
            break;
        }
    }
    text = text.split(['@', ';', '?', ',']).next().unwrap_or_default().trim();
    if is_telephone(text) {
        digits(text)
    } else {
        text.to_owned()
    }
}

/// Whether a text is digits, signs of a keypad and separators only.
fn is_telephone(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | '*' | '#' | ' ' | '-' | '(' | ')' | '.' | '/'))
}

fn digits(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '+' | '*' | '#'))
        .collect()
}

/// How well a caller's number fits a contact's: `Some(0)` if equal, else the number of extra leading characters of the
/// caller's, 1 to 3, which are allowed for contacts of more than 3 characters (reference: microsip.md, 9.5).
pub fn caller_matches(caller: &str, contact: &str) -> Option<usize> {
    if caller.is_empty() {
        return None;
    }
    if caller == contact {
        return Some(0);
    }
    if contact.chars().count() <= 3 {
        return None;
    }
    let extra = caller.strip_suffix(contact)?.chars().count();
    (1..=3).contains(&extra).then_some(extra)
}

pub(crate) fn find<'a>(
    book: &'a ContactBook,
    caller: &str,
    mut format: impl FnMut(&str) -> String,
) -> Option<&'a Contact> {
    let caller = user_part(caller);
    // Equal number, equal second number, tail of a number, tail of a second number; the first in the book of each.
    let mut best: [Option<&Contact>; 4] = [None; 4];
    for contact in book.iter() {
        for (place, number) in [(0, &contact.number), (1, &contact.phone), (1, &contact.mobile)] {
            if number.is_empty() {
                continue;
            }
            let place = match caller_matches(&caller, &format(number)) {
                Some(0) => place,
                Some(_) => place + 2,
                None => continue,
            };
            if place == 0 {
                return Some(contact);
            }
            if let Some(slot) = best.get_mut(place) {
                slot.get_or_insert(contact);
            }
        }
    }
    best.into_iter().flatten().next()
}

/// A text to be found in contacts.
#[derive(Debug)]
pub(crate) struct Needle {
    folded: String,
    digits: Option<String>,
}

impl Needle {
    pub(crate) fn new(text: &str) -> Needle {
        let text = text.trim();
        Needle {
            folded: text.to_lowercase(),
            digits: is_telephone(text).then(|| digits(text)),
        }
    }

    pub(crate) fn is_in(&self, contact: &Contact) -> bool {
        let numbers = [&contact.number, &contact.phone, &contact.mobile];
        let texts = [
            &contact.name,
            &contact.firstname,
            &contact.lastname,
            &contact.email,
            &contact.comment,
            &contact.info,
        ];
        let found = |text: &&String| text.to_lowercase().contains(&self.folded);
        if numbers.iter().any(found) || texts.iter().any(found) {
            return true;
        }
        let Some(wanted) = &self.digits else { return false };
        numbers
            .iter()
            .any(|number| is_telephone(number) && digits(number).contains(wanted.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_parts() {
        for (number, expected) in [
            ("318", "318"),
            ("sip:318@pbx.example.org;transport=tcp", "318"),
            ("SIPS:bob@example.org", "bob"),
            ("Bob <sip:bob@example.org>", "bob"),
            ("\"<sip:100@example.org>\" <sip:bob@example.org>", "bob"),
            ("tel:+49-30-1234", "+49301234"),
            ("(030) 12 34/5", "03012345"),
            ("100,,42#", "100"),
            ("anna.k-l", "anna.k-l"),
            ("**204", "**204"),
            ("", ""),
            ("<", ""),
            ("é:", "é:"),
        ] {
            assert_eq!(user_part(number), expected, "{number}");
        }
    }

    #[test]
    fn callers_by_the_reference_rule() {
        for (caller, contact, expected) in [
            ("318", "318", Some(0)),
            ("0318", "318", None),
            ("01234", "1234", Some(1)),
            ("0001234", "1234", Some(3)),
            ("00001234", "1234", None),
            ("1234", "01234", None),
            ("", "", None),
            ("1234", "", None),
        ] {
            assert_eq!(caller_matches(caller, contact), expected, "{caller} {contact}");
        }
    }

    #[test]
    fn equal_wins_over_tail_and_number_over_phone() {
        let book = ContactBook::from_contacts([
            Contact::new("1234", "tail"),
            Contact::new("9", "second").with(super::super::ContactField::Mobile, "01234"),
            Contact::new("01234", "equal"),
        ])
        .unwrap();
        let name = |caller: &str| book.find_caller(caller).map(|c| c.name.as_str());
        assert_eq!(name("sip:01234@host"), Some("equal"));
        assert_eq!(name("001234"), Some("tail"));
        assert_eq!(name("9"), Some("second"));
        assert_eq!(name("99"), None);
        assert_eq!(name(""), None);
        // A dial plan may make other numbers of them.
        let found = book.find_caller_with("0049301234", |number| format!("004930{number}"));
        assert_eq!(found.map(|c| c.name.as_str()), Some("tail"));
    }

    #[test]
    fn search_folds_case_and_separators() {
        let book = ContactBook::from_contacts([
            Contact::new("+49 30 / 12-34", "Ärztin ÖZIL").with(super::super::ContactField::Email, "a@b.example"),
            Contact::new("77", "Bob 4930"),
        ])
        .unwrap();
        let count = |text: &str| book.search(text).count();
        for (text, expected) in [
            ("özil", 1),
            ("4930", 2),
            ("30 12", 1),
            ("A@B", 1),
            ("nobody", 0),
            ("", 2),
        ] {
            assert_eq!(count(text), expected, "{text}");
        }
    }
}
