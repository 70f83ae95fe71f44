//! What calls a line has: `application/dialog-info+xml` (RFC 4235 §4).

use std::time::Duration;

use super::xml::{self, Element, Out};
use crate::sip::Replaces;
use crate::{Error, ErrorKind, Result};

const NS: &str = "urn:ietf:params:xml:ns:dialog-info";
const OP: &str = "read dialog-info";

/// Where a dialog stands (RFC 4235 §3.7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DialogState {
    /// The INVITE was sent or received; nothing came back yet.
    Trying,
    /// A provisional answer without tag came back.
    Proceeding,
    /// A provisional answer with a tag came back: it rings.
    Early,
    /// It was answered.
    Confirmed,
    /// It is over.
    Terminated,
}

impl DialogState {
    const ALL: [DialogState; 5] = [
        DialogState::Trying,
        DialogState::Proceeding,
        DialogState::Early,
        DialogState::Confirmed,
        DialogState::Terminated,
    ];

    /// Stable lower-case name, as it appears in JSON and in the document: `"early"`, …
    pub fn name(self) -> &'static str {
        match self {
            DialogState::Trying => "trying",
            DialogState::Proceeding => "proceeding",
            DialogState::Early => "early",
            DialogState::Confirmed => "confirmed",
            DialogState::Terminated => "terminated",
        }
    }
}

/// What led to the state of a dialog, mostly to its end (RFC 4235 §4.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DialogEvent {
    /// The caller gave up.
    Cancelled,
    /// The callee, or something on the way, said no.
    Rejected,
    /// Another call took its place.
    Replaced,
    /// The watched line hung up.
    LocalBye,
    /// The other party hung up.
    RemoteBye,
    /// It broke down.
    Error,
    /// Nobody answered, or a session was not refreshed.
    Timeout,
}

impl DialogEvent {
    const ALL: [DialogEvent; 7] = [
        DialogEvent::Cancelled,
        DialogEvent::Rejected,
        DialogEvent::Replaced,
        DialogEvent::LocalBye,
        DialogEvent::RemoteBye,
        DialogEvent::Error,
        DialogEvent::Timeout,
    ];

    /// Stable lower-case name, as it appears in JSON: `"cancelled"`, `"local_bye"`, …
    pub fn name(self) -> &'static str {
        match self {
            DialogEvent::Cancelled => "cancelled",
            DialogEvent::Rejected => "rejected",
            DialogEvent::Replaced => "replaced",
            DialogEvent::LocalBye => "local_bye",
            DialogEvent::RemoteBye => "remote_bye",
            DialogEvent::Error => "error",
            DialogEvent::Timeout => "timeout",
        }
    }

    fn word(self) -> &'static str {
        match self {
            DialogEvent::LocalBye => "local-bye",
            DialogEvent::RemoteBye => "remote-bye",
            other => other.name(),
        }
    }
}

/// Who began a dialog, seen from the watched line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DialogDirection {
    /// The watched line called.
    Initiator,
    /// The watched line was called.
    Recipient,
}

impl DialogDirection {
    /// Stable lower-case name, as it appears in JSON and in the document: `"initiator"`, `"recipient"`.
    pub fn name(self) -> &'static str {
        match self {
            DialogDirection::Initiator => "initiator",
            DialogDirection::Recipient => "recipient",
        }
    }
}

/// One side of a dialog (RFC 4235 §4.1.6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DialogParty {
    /// Who it is: the URI of From or To.
    pub identity: Option<String>,
    /// Their name.
    pub display: Option<String>,
    /// Where requests go: the URI of Contact.
    pub target: Option<String>,
    /// Parameters of that Contact, such as `+sip.rendering`.
    pub parameters: Vec<(String, String)>,
}

impl DialogParty {
    /// A party with this URI.
    pub fn new(identity: impl Into<String>) -> DialogParty {
        DialogParty {
            identity: Some(identity.into()),
            ..DialogParty::default()
        }
    }

    /// Sets the name.
    pub fn display(mut self, name: impl Into<String>) -> DialogParty {
        self.display = Some(name.into());
        self
    }

    /// Sets where requests go.
    pub fn target(mut self, uri: impl Into<String>) -> DialogParty {
        self.target = Some(uri.into());
        self
    }

    /// Adds a parameter of the Contact.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> DialogParty {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        *self == DialogParty::default()
    }
}

/// Another dialog that this one took the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DialogIds {
    /// Its `Call-ID`.
    pub call_id: String,
    /// Its tag of the watched line.
    pub local_tag: String,
    /// Its tag of the other party.
    pub remote_tag: String,
}

impl DialogIds {
    /// The dialog with these ids.
    pub fn new(call_id: impl Into<String>, local_tag: impl Into<String>, remote_tag: impl Into<String>) -> DialogIds {
        DialogIds {
            call_id: call_id.into(),
            local_tag: local_tag.into(),
            remote_tag: remote_tag.into(),
        }
    }
}

/// A dialog of the watched line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DialogEntry {
    /// Its id in the documents of one subscription. It says nothing else.
    pub id: String,
    /// Its `Call-ID`, if the server tells it.
    pub call_id: Option<String>,
    /// Its tag of the watched line.
    pub local_tag: Option<String>,
    /// Its tag of the other party.
    pub remote_tag: Option<String>,
    /// Who began it.
    pub direction: Option<DialogDirection>,
    /// Where it stands.
    pub state: DialogState,
    /// What led to that.
    pub event: Option<DialogEvent>,
    /// The SIP status that led to that, 100 to 699.
    pub code: Option<u16>,
    /// How long it has been there.
    pub duration: Option<Duration>,
    /// The dialog it took the place of.
    pub replaces: Option<DialogIds>,
    /// Who transferred it here, as URI.
    pub referred_by: Option<String>,
    /// The watched line's side.
    pub local: DialogParty,
    /// The other side.
    pub remote: DialogParty,
}

impl DialogEntry {
    /// A dialog of which nothing but id and state is known.
    pub fn new(id: impl Into<String>, state: DialogState) -> DialogEntry {
        DialogEntry {
            id: id.into(),
            call_id: None,
            local_tag: None,
            remote_tag: None,
            direction: None,
            state,
            event: None,
            code: None,
            duration: None,
            replaces: None,
            referred_by: None,
            local: DialogParty::default(),
            remote: DialogParty::default(),
        }
    }

    /// Sets `Call-ID` and tags.
    pub fn ids(
        mut self,
        call_id: impl Into<String>,
        local_tag: impl Into<String>,
        remote_tag: impl Into<String>,
    ) -> DialogEntry {
        self.call_id = Some(call_id.into());
        self.local_tag = Some(local_tag.into());
        self.remote_tag = Some(remote_tag.into());
        self
    }

    /// Sets who began it.
    pub fn direction(mut self, direction: DialogDirection) -> DialogEntry {
        self.direction = Some(direction);
        self
    }

    /// Sets what led to its state, with the SIP status that did.
    pub fn event(mut self, event: DialogEvent, code: Option<u16>) -> DialogEntry {
        self.event = Some(event);
        self.code = code;
        self
    }

    /// Sets how long it has been there; written in whole seconds.
    pub fn duration(mut self, time: Duration) -> DialogEntry {
        self.duration = Some(time);
        self
    }

    /// Sets the watched line's side.
    pub fn local(mut self, party: DialogParty) -> DialogEntry {
        self.local = party;
        self
    }

    /// Sets the other side.
    pub fn remote(mut self, party: DialogParty) -> DialogEntry {
        self.remote = party;
        self
    }

    /// Whether it is not over.
    pub fn is_live(&self) -> bool {
        self.state != DialogState::Terminated
    }

    /// Whether the watched line rings with it.
    pub fn is_ringing(&self) -> bool {
        let called = self.direction != Some(DialogDirection::Initiator);
        called
            && matches!(
                self.state,
                DialogState::Early | DialogState::Proceeding | DialogState::Trying
            )
    }

    /// Whether the watched line holds it: its Contact has `sip.rendering` of `no` (RFC 4235 §5.2).
    pub fn is_on_hold(&self) -> bool {
        let name = |name: &str| name.trim_start_matches('+').eq_ignore_ascii_case("sip.rendering");
        let mut parameters = self.local.parameters.iter();
        parameters.any(|(key, value)| name(key) && value.eq_ignore_ascii_case("no"))
    }

    /// `Replaces` for a call **to the other party** of this dialog, the one the watched line talks to or is called by:
    /// its `to-tag` is the document's `remote-tag`, as the one who receives the header compares it with its own tag
    /// (RFC 3891 §3).
    ///
    /// This picks up a line that rings: an early dialog may be replaced only at the party that began it, any other must
    /// answer 481 (RFC 3891 §3). Call [`remote`](DialogEntry#structfield.remote)'s `target`, or its `identity`.
    ///
    /// `early-only` is not set. With it a call that the line answered a moment ago would be refused with 486 in place of
    /// being taken over, and PBXs that do not know it refuse or ignore it. Who wants to take nothing but a call that still
    /// rings adds [`early_only(true)`](Replaces::early_only).
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) when the dialog is over, or the document does not tell its ids: servers have
    /// settings for that (`include_tags` of Kamailio's `pua_dialoginfo`); else as [`Replaces::new`].
    pub fn replaces_at_remote(&self) -> Result<Replaces> {
        let (call_id, local, remote) = self.known_ids()?;
        Replaces::new(call_id, remote, local)
    }

    /// `Replaces` for a call **to the watched line** itself, or to a PBX that stands in for both: its `to-tag` is the
    /// document's `local-tag`. It takes over a call that is up; for one that rings see
    /// [`replaces_at_remote`](DialogEntry::replaces_at_remote), unless the PBX wants it so.
    ///
    /// # Errors
    /// As there.
    pub fn replaces_at_local(&self) -> Result<Replaces> {
        let (call_id, local, remote) = self.known_ids()?;
        Replaces::new(call_id, local, remote)
    }

    fn known_ids(&self) -> Result<(&str, &str, &str)> {
        const OP: &str = "pick up";
        if !self.is_live() {
            return Err(Error::new(ErrorKind::WrongState, OP, "the call is over"));
        }
        match (&self.call_id, &self.local_tag, &self.remote_tag) {
            (Some(call_id), Some(local), Some(remote)) => Ok((call_id, local, remote)),
            _ => Err(Error::new(
                ErrorKind::WrongState,
                OP,
                "the server does not tell Call-ID and both tags of the call; it has to be set up to",
            )),
        }
    }
}

/// A document that tells the dialogs of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DialogInfo {
    /// Counts the documents of one subscription.
    pub version: u32,
    /// Whether it tells all dialogs; else those that changed.
    pub full: bool,
    /// The watched line, as URI; empty when not told.
    pub entity: String,
    /// The dialogs, in order.
    pub dialogs: Vec<DialogEntry>,
}

impl DialogInfo {
    /// The type of such a body.
    pub const CONTENT_TYPE: &'static str = "application/dialog-info+xml";

    /// A full document without dialogs: the line is idle.
    pub fn new(entity: impl Into<String>, version: u32) -> DialogInfo {
        DialogInfo {
            version,
            full: true,
            entity: entity.into(),
            dialogs: Vec::new(),
        }
    }

    /// Makes it one that tells changes alone.
    pub fn partial(mut self) -> DialogInfo {
        self.full = false;
        self
    }

    /// Adds a dialog.
    pub fn dialog(mut self, entry: DialogEntry) -> DialogInfo {
        self.dialogs.push(entry);
        self
    }

    /// Reads a document. Elements nobody knows are passed over, as are directions, events and codes of other words.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for what is not XML or not such a document, a version that is no
    /// number, dialogs without id or with an unknown state, with the line; [`LimitReached`](ErrorKind::LimitReached) and
    /// [`Unsupported`](ErrorKind::Unsupported) for size and encoding.
    pub fn parse(body: &[u8]) -> Result<DialogInfo> {
        let root = xml::parse(OP, body, NS, "dialog-info")?;
        let version = root.attribute("version").unwrap_or_default();
        let version = version.parse().map_err(|_| {
            xml::bad(
                OP,
                root.line(),
                format!("the version is {}; expected a number of 32 bits", xml::quote(version)),
            )
        })?;
        let full = match root.attribute("state") {
            Some("full") => true,
            Some("partial") => false,
            other => {
                return Err(xml::bad(
                    OP,
                    root.line(),
                    format!(
                        "the state is {}; expected full or partial",
                        xml::quote(other.unwrap_or_default())
                    ),
                ));
            }
        };
        let dialogs: Result<Vec<DialogEntry>> = root.all(NS, "dialog").map(dialog).collect();
        Ok(DialogInfo {
            version,
            full,
            entity: root.attribute("entity").unwrap_or_default().to_owned(),
            dialogs: dialogs?,
        })
    }

    /// The document as XML.
    pub fn to_xml(&self) -> String {
        let mut out = Out::new();
        let state = if self.full { "full" } else { "partial" };
        out.open(
            "dialog-info",
            &[
                ("xmlns", NS),
                ("version", &self.version.to_string()),
                ("state", state),
                ("entity", &self.entity),
            ],
        );
        for dialog in &self.dialogs {
            write_dialog(&mut out, dialog);
        }
        out.finish()
    }
}

fn dialog(element: &Element) -> Result<DialogEntry> {
    let text = |name: &str| element.attribute(name).filter(|v| !v.is_empty()).map(str::to_owned);
    let Some(id) = text("id") else {
        return Err(xml::bad(OP, element.line(), "a dialog has no id"));
    };
    let Some(state) = element.child(NS, "state") else {
        return Err(xml::bad(OP, element.line(), "a dialog has no <state>"));
    };
    let word = state.text();
    let Some(known) = DialogState::ALL.into_iter().find(|s| s.name() == word) else {
        return Err(xml::bad(
            OP,
            state.line(),
            format!(
                "the state of a dialog is {}; expected trying, proceeding, early, confirmed or terminated",
                xml::quote(word)
            ),
        ));
    };
    let mut entry = DialogEntry::new(id, known);
    entry.call_id = text("call-id");
    entry.local_tag = text("local-tag");
    entry.remote_tag = text("remote-tag");
    entry.direction = match element.attribute("direction") {
        Some("initiator") => Some(DialogDirection::Initiator),
        Some("recipient") => Some(DialogDirection::Recipient),
        _ => None,
    };
    let event = state.attribute("event");
    entry.event = DialogEvent::ALL.into_iter().find(|e| Some(e.word()) == event);
    let code = state.attribute("code").and_then(|c| c.parse().ok());
    entry.code = code.filter(|c| (100..700).contains(c));
    let seconds = element.child_text(NS, "duration").and_then(|s| s.parse::<u32>().ok());
    entry.duration = seconds.map(|s| Duration::from_secs(s.into()));
    entry.replaces = element.child(NS, "replaces").and_then(|r| {
        let part = |name: &str| r.attribute(name).map(str::to_owned);
        Some(DialogIds {
            call_id: part("call-id")?,
            local_tag: part("local-tag")?,
            remote_tag: part("remote-tag")?,
        })
    });
    entry.referred_by = element.child_text(NS, "referred-by").map(str::to_owned);
    entry.local = element.child(NS, "local").map(party).unwrap_or_default();
    entry.remote = element.child(NS, "remote").map(party).unwrap_or_default();
    Ok(entry)
}

fn party(element: &Element) -> DialogParty {
    let identity = element.child(NS, "identity");
    let target = element.child(NS, "target");
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let parameters = target.into_iter().flat_map(|t| t.all(NS, "param"));
    DialogParty {
        identity: identity.and_then(|i| some(i.text())),
        // Kamailio has the name at the target.
        display: identity
            .and_then(|i| some(i.attribute("display")?))
            .or_else(|| some(target?.attribute("display")?)),
        target: target.and_then(|t| some(t.attribute("uri")?)),
        parameters: parameters
            .filter_map(|p| {
                // Asterisk writes `pvalue`.
                let value = p.attribute("pval").or(p.attribute("pvalue")).unwrap_or_default();
                Some((p.attribute("pname")?.to_owned(), value.to_owned()))
            })
            .collect(),
    }
}

fn write_dialog(out: &mut Out, dialog: &DialogEntry) {
    let mut attributes = vec![("id", dialog.id.as_str())];
    let optional = [
        ("call-id", &dialog.call_id),
        ("local-tag", &dialog.local_tag),
        ("remote-tag", &dialog.remote_tag),
    ];
    attributes.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?))),
    );
    attributes.extend(dialog.direction.map(|d| ("direction", d.name())));
    out.open("dialog", &attributes);
    let code = dialog.code.map(|c| c.to_string());
    let mut attributes: Vec<(&str, &str)> = dialog.event.iter().map(|e| ("event", e.word())).collect();
    attributes.extend(code.iter().map(|c| ("code", c.as_str())));
    out.leaf("state", &attributes, dialog.state.name());
    if let Some(time) = dialog.duration {
        out.leaf("duration", &[], &time.as_secs().to_string());
    }
    if let Some(other) = &dialog.replaces {
        out.empty(
            "replaces",
            &[
                ("call-id", &other.call_id),
                ("local-tag", &other.local_tag),
                ("remote-tag", &other.remote_tag),
            ],
        );
    }
    if let Some(uri) = &dialog.referred_by {
        out.leaf("referred-by", &[], uri);
    }
    write_party(out, "local", &dialog.local);
    write_party(out, "remote", &dialog.remote);
    out.close();
}

fn write_party(out: &mut Out, name: &'static str, party: &DialogParty) {
    if party.is_empty() {
        return;
    }
    out.open(name, &[]);
    let display: Vec<(&str, &str)> = party.display.iter().map(|d| ("display", d.as_str())).collect();
    if party.identity.is_some() || party.display.is_some() {
        out.leaf("identity", &display, party.identity.as_deref().unwrap_or_default());
    }
    if party.target.is_some() || !party.parameters.is_empty() {
        let uri = party.target.as_deref().unwrap_or_default();
        out.open("target", &[("uri", uri)]);
        for (name, value) in &party.parameters {
            out.empty("param", &[("pname", name), ("pval", value)]);
        }
        out.close();
    }
    out.close();
}
