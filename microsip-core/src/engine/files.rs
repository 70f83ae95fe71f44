//! The thread that writes recordings.

use super::Engine;
use crate::Result;
use crate::media::FileWriter;

impl Engine {
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
