//! Presence, lines, waiting messages: documents of them, and who or what is watched.

mod dialog;
mod line_table;
mod observed;
mod options;
mod status;
mod summary;

pub use dialog::{
    dialog_info_parse, dialog_info_to_xml, dialog_is_on_hold, dialog_is_ringing, dialog_replaces, line_info_ringing,
};
pub use line_table::LineTable;
pub use observed::{Buddy, Mailbox, Seen, WatchedLine};
pub use options::{watch, watch_line, watch_mailbox};
pub use status::{
    presence_activities, presence_basic, presence_note, presence_of, presence_parse, presence_state, presence_to_pidf,
    presence_with_note,
};
pub use summary::{message_summary_parse, message_summary_to_text};
