//! Answering, rejecting, hanging up.

use crate::call::{CallId, CallState};
use crate::engine::Engine;
use crate::event::Direction;
use crate::media::CodecChoice;
use crate::sip::{Additions, StatusCode};
use crate::{Error, ErrorKind, Result};

impl Engine {
    /// The slot of an incoming call that waits for an answer.
    pub(super) fn unanswered(&self, op: &'static str, id: CallId) -> Result<i32> {
        let table = self.calls.borrow();
        let entry = table.get(op, id)?;
        if entry.info.direction != Direction::Incoming {
            return Err(Error::new(
                ErrorKind::WrongState,
                op,
                format!("call {id} is outgoing; the peer answers it"),
            ));
        }
        if entry.info.state > CallState::Early {
            return Err(Error::new(
                ErrorKind::WrongState,
                op,
                format!("call {id} is {} already", entry.info.state),
            ));
        }
        Ok(entry.slot)
    }

    pub(crate) fn call_answer(
        &self,
        op: &'static str,
        id: CallId,
        code: StatusCode,
        phrase: Option<&str>,
        additions: &Additions,
    ) -> Result<()> {
        self.call_answer_with(op, id, code, phrase, additions, CodecChoice::default())
    }

    /// Likewise, with codecs of its own.
    pub(crate) fn call_answer_with(
        &self,
        op: &'static str,
        id: CallId,
        code: StatusCode,
        phrase: Option<&str>,
        additions: &Additions,
        codecs: CodecChoice,
    ) -> Result<()> {
        let slot = self.unanswered(op, id)?;
        self.choose_codecs(op, id, code, codecs)?;
        let before = {
            let mut table = self.calls.borrow_mut();
            let entry = table.get_mut(op, id)?;
            std::mem::replace(&mut entry.answer_headers, additions.headers.clone())
        };
        self.pj.forget_answer_headers(slot, &before);
        self.story_asked(id, || format!("{op} {code}"));
        self.pj.call_answer(op, slot, code, phrase, additions)?;
        if code.is_success() {
            self.end_replaced(id);
        }
        Ok(())
    }

    pub(crate) fn call_reject(
        &self,
        op: &'static str,
        id: CallId,
        code: StatusCode,
        phrase: Option<&str>,
        additions: &Additions,
    ) -> Result<()> {
        let slot = self.unanswered(op, id)?;
        let before = std::mem::take(&mut self.calls.borrow_mut().get_mut(op, id)?.answer_headers);
        self.pj.forget_answer_headers(slot, &before);
        self.story_asked(id, || format!("{op} {code}"));
        self.pj.call_hang_up(op, slot, Some(code), phrase, additions)
    }

    pub(crate) fn call_hang_up(&self, op: &'static str, id: CallId, additions: &Additions) -> Result<()> {
        let slot = self.calls.borrow().get(op, id)?.slot;
        self.story_asked(id, || op.to_owned());
        self.pj.call_hang_up(op, slot, None, None, additions)
    }

    pub(crate) fn call_hang_up_all(&self) {
        for call in self.call_list() {
            if let Err(e) = self.call_hang_up("hang up all", call.id(), &Additions::default()) {
                tracing::debug!(target: "microsip", "{e}");
            }
        }
    }
}
