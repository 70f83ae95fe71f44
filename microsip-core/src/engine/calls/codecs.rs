//! Which codecs a call uses: what it was told, else its account, else the endpoint.

use crate::call::CallId;
use crate::engine::Engine;
use crate::media::{CodecChoice, CodecInfo, OpusOptions};
use crate::pj::AudioFormat;
use crate::sip::StatusCode;
use crate::{ErrorKind, Result};

impl Engine {
    pub(crate) fn codec_list(&self) -> Vec<CodecInfo> {
        self.pj.codecs(&self.config.codecs, &self.config.opus)
    }

    /// What the call in this slot was told, and what its account says; the endpoint's own settings are PJSIP's defaults.
    fn choice(&self, slot: i32, account: Option<i32>) -> CodecChoice {
        // Binds a call that is being made: PJSUA asks before it has told its slot.
        let call = self.calls.borrow_mut().at_slot(slot).map(|e| e.codecs.clone());
        let call = call.unwrap_or_default();
        match account.and_then(|account| self.account_choice(account)) {
            Some(account) => call.or(&account),
            None => call,
        }
    }

    /// What descriptions of this call are to say that PJSIP does not say by itself.
    pub(crate) fn call_format(&self, slot: i32, account: Option<i32>) -> AudioFormat {
        let choice = self.choice(slot, account);
        AudioFormat {
            codecs: choice.codecs,
            opus: choice.opus.map(|opus| opus.fmtp(self.shared.clock_rate())),
            ptime: choice.ptime.or(self.config.ptime),
        }
    }

    /// How Opus is used in this call.
    pub(crate) fn call_opus(&self, slot: i32, account: Option<i32>) -> OpusOptions {
        self.choice(slot, account).opus.unwrap_or(self.config.opus)
    }

    /// An answer chooses codecs. The description in it was made when the offer came, before anybody was asked.
    pub(super) fn choose_codecs(
        &self,
        op: &'static str,
        id: CallId,
        code: StatusCode,
        choice: CodecChoice,
    ) -> Result<()> {
        let given = !choice.is_empty();
        let own_order = choice.own_order.unwrap_or(self.config.prefer_own_codecs);
        if !given && !own_order {
            return Ok(());
        }
        choice.check(op, &self.config.codecs)?;
        let slot = {
            let mut table = self.calls.borrow_mut();
            let entry = table.get_mut(op, id)?;
            entry.codecs = choice.or(&entry.codecs);
            entry.codecs.own_order = Some(own_order);
            entry.slot
        };
        let (format, choice) = (
            self.call_format(slot, self.pj.account_of(slot)),
            self.choice(slot, None),
        );
        match self.pj.choose_for_answer(op, slot, &choice, &format) {
            // An order of the endpoint's came too late with the answer that goes on.
            Err(e) if !given && e.kind() == ErrorKind::WrongState => {
                tracing::debug!(target: "microsip", "{e} (answering {code})");
                Ok(())
            }
            done => done,
        }
    }
}
