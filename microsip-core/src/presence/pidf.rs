//! Presence as XML: `application/pidf+xml` (RFC 3863) with persons and devices (RFC 4479) and activities (RFC 4480), and the
//! older `application/xpidf+xml`.

use super::date;
use super::status::{
    Activity, BasicStatus, PresenceDevice, PresenceNote, PresencePerson, PresenceStatus, PresenceTuple,
};
use super::xml::{self, Element, Out};
use crate::{Error, ErrorKind, Result};

const PIDF: &str = "urn:ietf:params:xml:ns:pidf";
const MODEL: &str = "urn:ietf:params:xml:ns:pidf:data-model";
const RPID: &str = "urn:ietf:params:xml:ns:pidf:rpid";
const OP: &str = "read presence";

/// Namespaces that carry activities: that of RFC 4480 and those of its drafts, which Asterisk's older driver writes.
fn is_rpid(namespace: &str) -> bool {
    namespace.starts_with(RPID) || namespace.starts_with("urn:ietf:params:xml:ns:pidf:status:rpid")
}

/// Namespaces that carry persons and devices.
fn is_model(namespace: &str) -> bool {
    namespace == MODEL || namespace == "urn:ietf:params:xml:ns:pidf:person"
}

impl PresenceStatus {
    /// The type of the document that [`to_pidf`](PresenceStatus::to_pidf) writes.
    pub const CONTENT_TYPE: &'static str = "application/pidf+xml";

    /// Reads a document of presence of a type that servers send: `application/pidf+xml`, and `application/xpidf+xml`, which
    /// some send as `application/cpim-pidf+xml`. Parameters of the type are passed over.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) for another type; else as [`parse_pidf`](PresenceStatus::parse_pidf).
    pub fn parse(content_type: &str, body: &[u8]) -> Result<PresenceStatus> {
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        match kind.to_ascii_lowercase().as_str() {
            "application/pidf+xml" => PresenceStatus::parse_pidf(body),
            "application/xpidf+xml" | "application/cpim-pidf+xml" => PresenceStatus::parse_xpidf(body),
            _ => Err(Error::new(
                ErrorKind::Unsupported,
                OP,
                format!(
                    "a body of {} is no document of presence that is read here",
                    xml::quote(kind)
                ),
            )),
        }
    }

    /// Reads a document of type `application/pidf+xml`. Elements and namespaces nobody knows are passed over; a tuple
    /// without a status, or with one of another word, is [`BasicStatus::Unknown`].
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for what is not XML or not such a document, with the line;
    /// [`LimitReached`](ErrorKind::LimitReached) beyond 64 KiB, 32 levels, 4,000 elements or 64 attributes of one;
    /// [`Unsupported`](ErrorKind::Unsupported) for an encoding that is not read, or is not the declared one.
    pub fn parse_pidf(body: &[u8]) -> Result<PresenceStatus> {
        let root = xml::parse(OP, body, PIDF, "presence")?;
        let mut status = PresenceStatus {
            entity: root.attribute("entity").unwrap_or_default().to_owned(),
            ..PresenceStatus::default()
        };
        for element in root.children() {
            match (element.namespace(), element.name()) {
                (PIDF, "tuple") => status.tuples.push(tuple(element)),
                (PIDF, "note") => status.notes.extend(note(element)),
                (ns, "person") if is_model(ns) => status.persons.push(person(element)),
                (ns, "device") if is_model(ns) => status.devices.push(device(element)),
                _ => {}
            }
        }
        Ok(status)
    }

    /// Reads a document of type `application/xpidf+xml`: addresses become tuples, MSN's substatus an activity. The document
    /// type such documents begin with is passed over.
    ///
    /// # Errors
    /// As [`parse_pidf`](PresenceStatus::parse_pidf).
    pub fn parse_xpidf(body: &[u8]) -> Result<PresenceStatus> {
        let root = xml::parse_typed(OP, body, "", "presence")?;
        let entity = root.child("", "presentity").and_then(|e| e.attribute("uri"));
        let mut status = PresenceStatus {
            entity: entity.map(without_method).unwrap_or_default().to_owned(),
            ..PresenceStatus::default()
        };
        for atom in root.all("", "atom") {
            for address in atom.all("", "address") {
                let said = address.child("", "status").and_then(|e| e.attribute("status"));
                let more = address.child("", "msnsubstatus").and_then(|e| e.attribute("substatus"));
                let id = atom.attribute("id").or(atom.attribute("atomid"));
                status.tuples.push(PresenceTuple {
                    id: id.unwrap_or_default().to_owned(),
                    basic: match said {
                        Some("open" | "inuse") => BasicStatus::Open,
                        Some("closed" | "inactive") => BasicStatus::Closed,
                        _ => BasicStatus::Unknown,
                    },
                    contact: address.attribute("uri").map(str::to_owned),
                    priority: address.attribute("priority").and_then(thousandths),
                    activities: match (said, more) {
                        (_, Some("onthephone")) => vec![Activity::OnThePhone],
                        (_, Some("busy")) | (Some("inuse"), _) => vec![Activity::Busy],
                        (_, Some("away" | "berightback" | "idle")) => vec![Activity::Away],
                        (_, Some("outtolunch")) => vec![Activity::Lunch],
                        _ => Vec::new(),
                    },
                    ..PresenceTuple::default()
                });
            }
        }
        Ok(status)
    }

    /// The document as `application/pidf+xml`, about this URI. Ids that XML does not allow as such are mended.
    pub fn to_pidf(&self, entity: &str) -> String {
        let mut out = Out::new();
        let model = !self.persons.is_empty() || !self.devices.is_empty();
        let rpid = self.activities().next().is_some();
        let mut names = vec![("xmlns", PIDF)];
        if model {
            names.push(("xmlns:dm", MODEL));
        }
        if rpid {
            names.push(("xmlns:rpid", RPID));
        }
        names.push(("entity", entity));
        out.open("presence", &names);
        for tuple in &self.tuples {
            out.open("tuple", &[("id", &id(&tuple.id, "t"))]).open("status", &[]);
            if tuple.basic != BasicStatus::Unknown {
                out.leaf("basic", &[], tuple.basic.name());
            }
            activities(&mut out, &tuple.activities);
            out.close();
            if let Some(contact) = &tuple.contact {
                let priority = tuple.priority.map(decimal);
                let priority: Vec<(&str, &str)> = priority.iter().map(|p| ("priority", p.as_str())).collect();
                out.leaf("contact", &priority, contact);
            }
            notes(&mut out, "note", &tuple.notes);
            if let Some(at) = tuple.timestamp {
                out.leaf("timestamp", &[], &date::write(at));
            }
            out.close();
        }
        notes(&mut out, "note", &self.notes);
        for person in &self.persons {
            out.open("dm:person", &[("id", &id(&person.id, "p"))]);
            activities(&mut out, &person.activities);
            notes(&mut out, "dm:note", &person.notes);
            if let Some(at) = person.timestamp {
                out.leaf("dm:timestamp", &[], &date::write(at));
            }
            out.close();
        }
        for device in &self.devices {
            out.open("dm:device", &[("id", &id(&device.id, "d"))]);
            out.leaf("dm:deviceID", &[], &device.device_id);
            notes(&mut out, "dm:note", &device.notes);
            if let Some(at) = device.timestamp {
                out.leaf("dm:timestamp", &[], &date::write(at));
            }
            out.close();
        }
        out.finish()
    }
}

/// `sip:a@h;method=SUBSCRIBE`, as xpidf names the presentity, without its end.
fn without_method(uri: &str) -> &str {
    uri.split(";method=").next().unwrap_or_default()
}

fn note(element: &Element) -> Option<PresenceNote> {
    let text = element.text();
    (!text.is_empty()).then(|| PresenceNote {
        text: text.to_owned(),
        language: element.language().map(str::to_owned),
    })
}

/// Notes directly in an element, of whatever namespace: the same word is in three of them.
fn notes_in(element: &Element) -> impl Iterator<Item = PresenceNote> {
    element
        .children()
        .filter(|e| e.name() == "note" && known(e))
        .filter_map(note)
}

fn known(element: &Element) -> bool {
    let ns = element.namespace();
    ns == PIDF || is_model(ns) || is_rpid(ns)
}

fn timestamp_in(element: &Element) -> Option<std::time::SystemTime> {
    let found = element.children().find(|e| e.name() == "timestamp" && known(e))?;
    date::read(found.text())
}

fn tuple(element: &Element) -> PresenceTuple {
    let status = element.child(PIDF, "status");
    let basic = status.and_then(|s| s.child_text(PIDF, "basic")).unwrap_or_default();
    let contact = element.child(PIDF, "contact");
    PresenceTuple {
        id: element.attribute("id").unwrap_or_default().to_owned(),
        basic: if basic.eq_ignore_ascii_case("open") {
            BasicStatus::Open
        } else if basic.eq_ignore_ascii_case("closed") {
            BasicStatus::Closed
        } else {
            BasicStatus::Unknown
        },
        contact: contact
            .map(Element::text)
            .filter(|uri| !uri.is_empty())
            .map(str::to_owned),
        priority: contact.and_then(|c| c.attribute("priority")).and_then(thousandths),
        activities: activities_in(element),
        notes: notes_in(element).collect(),
        timestamp: timestamp_in(element),
    }
}

fn person(element: &Element) -> PresencePerson {
    let about_activities = lists_in(element).into_iter().flat_map(notes_in);
    PresencePerson {
        id: element.attribute("id").unwrap_or_default().to_owned(),
        activities: activities_in(element),
        notes: about_activities.chain(notes_in(element)).collect(),
        timestamp: timestamp_in(element),
    }
}

fn device(element: &Element) -> PresenceDevice {
    let id = element.children().find(|e| e.name() == "deviceID" && known(e));
    PresenceDevice {
        id: element.attribute("id").unwrap_or_default().to_owned(),
        device_id: id.map(Element::text).unwrap_or_default().to_owned(),
        notes: notes_in(element).collect(),
        timestamp: timestamp_in(element),
    }
}

/// `<activities>` in an element or in its `<status>`, where drafts of RFC 4480 had it.
fn lists_in(element: &Element) -> Vec<&Element> {
    let inner = element.children().filter(|e| e.name() == "status" && known(e));
    std::iter::once(element)
        .chain(inner)
        .flat_map(|e| {
            e.children()
                .filter(|l| l.name() == "activities" && is_rpid(l.namespace()))
        })
        .collect()
}

fn activities_in(element: &Element) -> Vec<Activity> {
    let listed = lists_in(element).into_iter().flat_map(Element::children);
    listed
        .filter(|e| e.name() != "note")
        .map(|e| match e.name() {
            // `<activity>busy</activity>` is a draft's.
            "other" | "activity" => Activity::of_element(e.text()).unwrap_or_else(|| Activity::of_words(e.text())),
            name => Activity::of_element(name).unwrap_or_else(|| Activity::of_words(name)),
        })
        .collect()
}

fn activities(out: &mut Out, list: &[Activity]) {
    if list.is_empty() {
        return;
    }
    out.open("rpid:activities", &[]);
    for activity in list {
        match activity {
            Activity::Other(words) => out.leaf("rpid:other", &[], words),
            Activity::DoNotDisturb => out.leaf("rpid:other", &[], "do-not-disturb"),
            known => out.empty(known.prefixed(), &[]),
        };
    }
    out.close();
}

fn notes(out: &mut Out, name: &'static str, list: &[PresenceNote]) {
    for note in list {
        match &note.language {
            Some(language) => out.leaf(name, &[("xml:lang", language)], &note.text),
            None => out.leaf(name, &[], &note.text),
        };
    }
}

/// An id as XML wants it (`xs:ID`): a letter first, nothing but letters, digits, `-`, `_` and `.` after it.
fn id(text: &str, letter: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let rest: String = text.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        rest
    } else {
        format!("{letter}{rest}")
    }
}

/// `0.8` as 800; what is more than 1 as 1000.
fn thousandths(text: &str) -> Option<u16> {
    let value: f64 = text.parse().ok().filter(|v: &f64| v.is_finite() && *v >= 0.0)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 1000"
    )]
    let rounded = (value.min(1.0) * 1000.0).round() as u16;
    Some(rounded)
}

fn decimal(thousandths: u16) -> String {
    let n = thousandths.min(1000);
    format!("{}.{:03}", n / 1000, n % 1000)
}
