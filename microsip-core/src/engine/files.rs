//! Tones nobody follows, and the threads that read and write files.

use std::sync::{Arc, mpsc};

use super::Engine;
use super::audio::{NewNode, Owner};
use crate::Result;
use crate::call::CallId;
use crate::media::files::reader::Order;
use crate::media::files::{FileReader, FileWriter};
use crate::media::{Once, Tap};
use crate::pj::PortEnd;

impl Engine {
    /// Plays samples into the call, once.
    pub(super) fn tone_add(&self, op: &'static str, call: CallId, rate: u32, samples: Vec<i16>) -> Result<()> {
        let id = self.shared.next_id();
        let source = Box::new(Once::new(Arc::clone(&self.shared), id, samples));
        let node = NewNode {
            id,
            rate: Some(rate),
            end: PortEnd::Source(source),
            owner: Owner::Call(call, Tap::default()),
            on_removed: Box::new(|_, _| {}),
        };
        self.node_add(op, node)
    }

    /// How the thread that reads files is told what to do; it is started when first needed.
    pub(crate) fn file_reader(&self) -> Result<mpsc::Sender<Order>> {
        let mut reader = self.reader.borrow_mut();
        let reader = match &mut *reader {
            Some(reader) => reader,
            empty => empty.insert(FileReader::spawn()?),
        };
        Ok(reader.orders())
    }

    pub(crate) fn with_file_writer(
        &self,
        make: impl FnOnce() -> Result<FileWriter>,
        then: impl FnOnce(&FileWriter),
    ) -> Result<()> {
        let mut writer = self.writer.borrow_mut();
        let writer = match &mut *writer {
            Some(writer) => writer,
            empty => empty.insert(make()?),
        };
        then(writer);
        Ok(())
    }
}
