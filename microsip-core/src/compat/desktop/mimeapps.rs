//! `mimeapps.list` (MIME Applications 1.0.1), edited line by line: what is not ours stays as it is, byte for byte.

const DEFAULTS: &[u8] = b"Default Applications";
const ADDED: &[u8] = b"Added Associations";
const REMOVED: &[u8] = b"Removed Associations";

/// The file.
pub(super) struct MimeApps {
    /// With their ends.
    lines: Vec<Vec<u8>>,
}

impl MimeApps {
    pub fn parse(bytes: &[u8]) -> MimeApps {
        MimeApps {
            lines: bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect(),
        }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.lines.concat()
    }

    /// Whether there is nothing in it but the head of a group.
    pub fn is_bare(&self) -> bool {
        self.lines
            .iter()
            .all(|line| line.trim_ascii().is_empty() || group(line).is_some())
    }

    /// The first default of a type.
    pub fn default_of(&self, mime: &str) -> Option<String> {
        let at = self.find(DEFAULTS, mime).into_iter().next()?;
        self.list(at).into_iter().next()
    }

    /// Makes `id` the first default of a type; the others move behind it. What was first, if it was another.
    pub fn put_first(&mut self, mime: &str, id: &str) -> Option<String> {
        self.take(REMOVED, mime, id);
        let before = self.default_of(mime).filter(|first| first != id);
        let found = self.find(DEFAULTS, mime);
        if found.is_empty() {
            self.insert(mime, id);
        }
        for at in found {
            let mut list = self.list(at);
            if list.first().is_some_and(|first| first == id) {
                continue;
            }
            list.retain(|other| other != id);
            list.insert(0, id.to_owned());
            self.set(at, &list);
        }
        before
    }

    /// Removes `id` from the defaults and additions of a type. Whether it was there.
    pub fn remove(&mut self, mime: &str, id: &str) -> bool {
        let default = self.take(DEFAULTS, mime, id);
        self.take(ADDED, mime, id) || default
    }

    fn take(&mut self, in_group: &[u8], mime: &str, id: &str) -> bool {
        let mut taken = false;
        for at in self.find(in_group, mime).into_iter().rev() {
            let mut list = self.list(at);
            let before = list.len();
            list.retain(|other| other != id);
            if list.len() == before {
                continue;
            }
            taken = true;
            if list.is_empty() {
                self.lines.remove(at);
            } else {
                self.set(at, &list);
            }
        }
        taken
    }

    /// The lines of a type in a group; readers differ in which of two equal ones counts, so all of them do here.
    fn find(&self, in_group: &[u8], mime: &str) -> Vec<usize> {
        let mut inside = false;
        let mut found = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            if let Some(name) = group(line) {
                inside = name == in_group;
            } else if inside && key(line) == Some(mime.as_bytes()) {
                found.push(at);
            }
        }
        found
    }

    fn list(&self, at: usize) -> Vec<String> {
        let line = &self.lines[at];
        let value = &line[value_start(line)..];
        let ids = value.split(|b| *b == b';').map(<[u8]>::trim_ascii);
        ids.filter(|id| !id.is_empty())
            .map(|id| String::from_utf8_lossy(id).into_owned())
            .collect()
    }

    fn set(&mut self, at: usize, list: &[String]) {
        let line = &self.lines[at];
        let mut new = line[..value_start(line)].to_vec();
        let value = line[value_start(line)..].trim_ascii_end();
        new.extend_from_slice(list.join(";").as_bytes());
        if list.len() > 1 || value.ends_with(b";") {
            new.push(b';');
        }
        new.extend_from_slice(end_of(line));
        self.lines[at] = new;
    }

    fn insert(&mut self, mime: &str, id: &str) {
        let end = self.lines.first().map_or(&b"\n"[..], |line| end_of(line)).to_vec();
        let end = if end.is_empty() { b"\n".to_vec() } else { end };
        if let Some(last) = self.lines.last_mut().filter(|line| !line.ends_with(b"\n")) {
            last.extend_from_slice(&end);
        }
        let head = self.lines.iter().position(|line| group(line) == Some(DEFAULTS));
        let at = match head {
            Some(head) => {
                // Behind the last line of the group that is not blank.
                let rest = &self.lines[head + 1..];
                let length = rest.iter().position(|line| group(line).is_some()).unwrap_or(rest.len());
                let blank = rest[..length]
                    .iter()
                    .rev()
                    .take_while(|line| line.trim_ascii().is_empty())
                    .count();
                head + 1 + length - blank
            }
            None => {
                if self.lines.last().is_some_and(|line| !line.trim_ascii().is_empty()) {
                    self.lines.push(end.clone());
                }
                self.lines.push([b"[", DEFAULTS, b"]", &end[..]].concat());
                self.lines.len()
            }
        };
        self.lines
            .insert(at, [mime.as_bytes(), b"=", id.as_bytes(), &end[..]].concat());
    }
}

fn group(line: &[u8]) -> Option<&[u8]> {
    line.trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")
}

fn key(line: &[u8]) -> Option<&[u8]> {
    let at = line.iter().position(|b| *b == b'=')?;
    Some(line[..at].trim_ascii()).filter(|key| !key.starts_with(b"#"))
}

fn value_start(line: &[u8]) -> usize {
    let at = line.iter().position(|b| *b == b'=').map_or(line.len(), |at| at + 1);
    let blank = line[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    at + blank
}

fn end_of(line: &[u8]) -> &[u8] {
    let length = [&b"\r\n"[..], b"\n"]
        .into_iter()
        .find(|end| line.ends_with(end))
        .map_or(0, <[u8]>::len);
    &line[line.len() - length..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIP: &str = "x-scheme-handler/sip";

    fn edited(text: &str, edit: impl FnOnce(&mut MimeApps)) -> String {
        let mut file = MimeApps::parse(text.as_bytes());
        edit(&mut file);
        String::from_utf8(file.to_bytes()).unwrap()
    }

    fn put(text: &str) -> String {
        edited(text, |file| drop(file.put_first(SIP, "m.desktop")))
    }

    fn removed(text: &str) -> String {
        edited(text, |file| {
            assert_eq!(
                file.remove(SIP, "m.desktop"),
                text.contains("m.desktop") && !text.contains("Other")
            )
        })
    }

    #[test]
    fn the_first_default_is_ours_and_others_move_behind() {
        let d = "[Default Applications]\n";
        for (before, after) in [
            ("", format!("{d}{SIP}=m.desktop\n")),
            (
                "# mine\n[Added Associations]\na/b=c.desktop",
                format!("# mine\n[Added Associations]\na/b=c.desktop\n\n{d}{SIP}=m.desktop\n"),
            ),
            (
                "[Default Applications]\n# keep\ntext/plain=e.desktop;\n\n[Other]\nx=y\n",
                format!("{d}# keep\ntext/plain=e.desktop;\n{SIP}=m.desktop\n\n[Other]\nx=y\n"),
            ),
            (
                "[Default Applications]\r\nx-scheme-handler/sip = linphone.desktop\r\n",
                "[Default Applications]\r\nx-scheme-handler/sip = m.desktop;linphone.desktop;\r\n".to_owned(),
            ),
            (
                "[Default Applications]\nx-scheme-handler/sip=a.desktop;m.desktop;b.desktop\n#x-scheme-handler/sip=z\nx-scheme-handler/sips=q\n",
                format!("{d}{SIP}=m.desktop;a.desktop;b.desktop;\n#x-scheme-handler/sip=z\nx-scheme-handler/sips=q\n"),
            ),
            (
                "[Removed Associations]\nx-scheme-handler/sip=m.desktop;o.desktop;\n[Default Applications]\n",
                format!("[Removed Associations]\n{SIP}=o.desktop;\n{d}{SIP}=m.desktop\n"),
            ),
        ] {
            assert_eq!(put(before), after);
            // Once more changes nothing.
            assert_eq!(put(&after), after);
        }
        let mut file = MimeApps::parse(b"[Default Applications]\nx-scheme-handler/sip=a.desktop;\n");
        assert_eq!(file.put_first(SIP, "m.desktop").as_deref(), Some("a.desktop"));
        assert_eq!(file.put_first(SIP, "m.desktop"), None);
        assert_eq!(file.default_of(SIP).as_deref(), Some("m.desktop"));
    }

    #[test]
    fn what_is_taken_back_leaves_the_rest() {
        for before in [
            "[Default Applications]\nx-scheme-handler/sip=a.desktop;b.desktop;\n",
            "[Default Applications]\r\ntext/plain=e\r\n\r\n# c\r\n[Added Associations]\r\nx-scheme-handler/sip=o.desktop\r\n",
        ] {
            assert_eq!(removed(&put(before)), before);
        }
        assert_eq!(
            removed("[Added Associations]\nx-scheme-handler/sip=m.desktop\n"),
            "[Added Associations]\n"
        );
        assert_eq!(
            removed("[Other]\nx-scheme-handler/sip=m.desktop\n"),
            "[Other]\nx-scheme-handler/sip=m.desktop\n"
        );
        assert!(MimeApps::parse(removed(&put("")).as_bytes()).is_bare());
    }

    proptest! {
        /// Any bytes are kept; all lines that are not ours survive in their order.
        #[test]
        fn nothing_else_is_changed(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "(\\[[A-D a-z]{0,20}\\]|#|=|;|[a-z/.-]{0,8}|\n|\r\n){0,40}") {
            for bytes in [&bytes[..], text.as_bytes()] {
                let mut file = MimeApps::parse(bytes);
                prop_assert_eq!(file.to_bytes(), bytes);
                file.put_first(SIP, "m.desktop");
                prop_assert_eq!(file.default_of(SIP).unwrap(), "m.desktop");
                let kept = file.to_bytes();
                let mut lines = kept.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
                for line in bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii) {
                    prop_assert!(lines.any(|other| other == line));
                }
            }
        }
    }
}
