//! The threads that read and write files.

use std::sync::mpsc;

use super::Engine;
use crate::Result;
use crate::media::files::reader::Order;
use crate::media::files::{FileReader, FileWriter};

impl Engine {
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
