//! Who is calling, beyond From: asserted identities, diversions, privacy.

use super::Headers;
use super::headers::split_outside;
use super::message::parameter;
use super::uri;

/// What a message says about identities. Nothing of it is proven: it is worth as much as the network it came through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Identity {
    /// `P-Asserted-Identity` (RFC 3325), in order, as name-addr or URI.
    pub asserted: Vec<String>,
    /// `Remote-Party-ID` (draft-ietf-sip-privacy), in order, without parameters.
    pub remote_party: Vec<String>,
    /// Who the call was diverted from, the latest diversion first (`Diversion`, RFC 5806).
    pub diversions: Vec<Diversion>,
    /// `History-Info` (RFC 7044) in the order of the header: every target the request had.
    pub history: Vec<HistoryEntry>,
    /// The values of `Privacy` (RFC 3323, RFC 3325): `id`, `header`, `session`, `user`, `none`, `critical`.
    pub privacy: Vec<String>,
    /// Whether the caller hides who they are: `Privacy: id` or `user`, or a From of `anonymous.invalid`.
    pub anonymous: bool,
}

/// One diversion of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diversion {
    /// Who it was diverted from, as name-addr or URI.
    pub from: String,
    /// Why: `user-busy`, `no-answer`, `unconditional`, `deflection`, …; empty when not told.
    pub reason: String,
    /// How many diversions this entry stands for; 1 when not told.
    pub count: u32,
}

/// One target of a request's history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The target, as name-addr or URI.
    pub uri: String,
    /// Its place in the tree of targets, such as `1.2`; empty when not told.
    pub index: String,
}

impl Identity {
    pub(crate) fn read(headers: &Headers) -> Identity {
        let address = |value: &str| split_outside(value, b';').next().unwrap_or_default().to_owned();
        let privacy: Vec<String> = headers
            .all("Privacy")
            .flat_map(|value| value.split([';', ',']))
            .map(|word| word.trim().to_ascii_lowercase())
            .filter(|word| !word.is_empty())
            .collect();
        let from = headers.get("From").unwrap_or_default();
        let hidden = uri::host_port(&address(from)) == "anonymous.invalid";
        Identity {
            asserted: headers.members("P-Asserted-Identity").map(str::to_owned).collect(),
            remote_party: headers.members("Remote-Party-ID").map(address).collect(),
            diversions: headers
                .members("Diversion")
                .map(|value| Diversion {
                    from: address(value),
                    reason: parameter(value, "reason").unwrap_or_default().to_owned(),
                    count: parameter(value, "counter").and_then(|n| n.parse().ok()).unwrap_or(1),
                })
                .collect(),
            history: headers
                .members("History-Info")
                .map(|value| HistoryEntry {
                    uri: address(value),
                    index: parameter(value, "index").unwrap_or_default().to_owned(),
                })
                .collect(),
            anonymous: hidden || privacy.iter().any(|word| word == "id" || word == "user"),
            privacy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_is_read() {
        let headers = Headers::parse(
            "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1\n\
             P-Asserted-Identity: \"A, B\" <sip:+4930@pbx>, <tel:+4930>\n\
             Remote-Party-ID: \"A\" <sip:a@h>;party=calling;privacy=off\n\
             Diversion: <sip:c@h>;reason=user-busy;counter=2,<sip:d@h>;reason=\"no-answer\"\n\
             History-Info: <sip:x@h?Reason=SIP%3Bcause%3D302>;index=1, <sip:y@h>;index=1.1\n\
             Privacy: id;critical",
        );
        let id = Identity::read(&headers);
        assert_eq!(id.asserted, ["\"A, B\" <sip:+4930@pbx>", "<tel:+4930>"]);
        assert_eq!(id.remote_party, ["\"A\" <sip:a@h>"]);
        assert_eq!(
            (id.diversions[0].reason.as_str(), id.diversions[0].count),
            ("user-busy", 2)
        );
        assert_eq!(
            (id.diversions[1].from.as_str(), id.diversions[1].count),
            ("<sip:d@h>", 1)
        );
        assert_eq!(id.diversions[1].reason, "no-answer");
        assert_eq!((id.history.len(), id.history[1].index.as_str()), (2, "1.1"));
        assert_eq!(id.privacy, ["id", "critical"]);
        assert!(id.anonymous);
    }

    #[test]
    fn a_plain_call_hides_nothing() {
        let id = Identity::read(&Headers::parse("From: <sip:a@b>\nPrivacy: none"));
        assert!(!id.anonymous);
        assert!(id.asserted.is_empty() && id.diversions.is_empty());
    }
}
