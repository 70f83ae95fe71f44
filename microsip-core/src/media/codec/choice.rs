//! Which codecs a call uses and how: what the call says, else its account, else the endpoint.

use std::rc::Rc;
use std::time::Duration;

use super::{Codec, OpusOptions};
use crate::{Error, Result};

/// How long a packet of ours may be.
const PTIMES: std::ops::RangeInclusive<u128> = 10..=120;

/// What one of them says; nothing where it leaves the matter to the next.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct CodecChoice {
    pub(crate) codecs: Option<Rc<[Codec]>>,
    pub(crate) opus: Option<OpusOptions>,
    pub(crate) ptime: Option<Duration>,
    /// Whether an answer follows our order rather than the offer's.
    pub(crate) own_order: Option<bool>,
}

impl CodecChoice {
    pub(crate) fn new(codecs: Option<&[Codec]>, opus: Option<OpusOptions>, ptime: Option<Duration>) -> CodecChoice {
        CodecChoice {
            codecs: codecs.map(Rc::from),
            opus,
            ptime,
            own_order: None,
        }
    }

    /// What this one says, and the other where it says nothing.
    pub(crate) fn or(self, other: &CodecChoice) -> CodecChoice {
        CodecChoice {
            codecs: self.codecs.or_else(|| other.codecs.clone()),
            opus: self.opus.or(other.opus),
            ptime: self.ptime.or(other.ptime),
            own_order: self.own_order.or(other.own_order),
        }
    }

    /// Whether it says nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        *self == CodecChoice::default()
    }

    /// `has`: what the endpoint has enabled, since PJSIP knows one list for all calls.
    pub(crate) fn check(&self, op: &'static str, has: &[Codec]) -> Result<()> {
        check_parts(op, self.codecs.as_deref(), self.opus.as_ref(), self.ptime)?;
        let mut wanted = self.codecs.iter().flat_map(|list| list.iter());
        match wanted.find(|wanted| !has.iter().any(|codec| codec.is(wanted))) {
            None => Ok(()),
            Some(codec) => Err(Error::invalid(
                op,
                format!("the codec {codec} is not among the endpoint's; add it to EndpointConfig.codecs"),
            )),
        }
    }
}

/// What is wrong whatever the endpoint has.
pub(crate) fn check_parts(
    op: &'static str,
    codecs: Option<&[Codec]>,
    opus: Option<&OpusOptions>,
    ptime: Option<Duration>,
) -> Result<()> {
    if codecs.is_some_and(<[Codec]>::is_empty) {
        return Err(Error::invalid(
            op,
            "the codec list is empty; leave it out for the default",
        ));
    }
    if let Some(time) = ptime.filter(|t| !PTIMES.contains(&t.as_millis()) || !t.subsec_micros().is_multiple_of(1000)) {
        return Err(Error::invalid(
            op,
            format!("a ptime of {time:?} is not between 10 and 120 ms"),
        ));
    }
    opus.map_or(Ok(()), |opus| opus.check(op))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::parse_list;

    #[test]
    fn the_nearest_word_counts() {
        let list = parse_list("PCMA").unwrap();
        let call = CodecChoice::new(Some(&list), None, None);
        let account = CodecChoice::new(Some(&parse_list("GSM").unwrap()), None, Some(Duration::from_millis(30)));
        let both = call.or(&account);
        assert_eq!(both.codecs.unwrap()[0].name, "PCMA");
        assert_eq!(both.ptime, Some(Duration::from_millis(30)));
        assert!(CodecChoice::default().or(&CodecChoice::default()).is_empty());
    }

    #[test]
    fn what_the_endpoint_lacks_and_what_is_out_of_range_is_refused() {
        let has = parse_list("PCMU PCMA").unwrap();
        let gsm = parse_list("pcma GSM").unwrap();
        let error = CodecChoice::new(Some(&gsm), None, None).check("t", &has).unwrap_err();
        assert!(error.to_string().contains("GSM/8000/1"), "{error}");
        assert!(CodecChoice::new(Some(&[]), None, None).check("t", &has).is_err());
        for ms in [0, 5, 121, 5000] {
            let choice = CodecChoice::new(None, None, Some(Duration::from_millis(ms)));
            assert!(choice.check("t", &has).is_err(), "{ms}");
        }
        CodecChoice::new(Some(&gsm[..1]), None, Some(Duration::from_millis(60)))
            .check("t", &has)
            .unwrap();
    }
}
