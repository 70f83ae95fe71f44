//! Which messages wait.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{MessageClass, MessageCounts, MessageSummary};

use crate::base::{Fault, Out, Outcome, bytes, change, clone_settings, free, get, guard, lock, opt_text, put, text};
use crate::handle;
use crate::presence::help::absent_code;
use crate::status::microsip_status_t;

/// A kind of message (RFC 3458 §6, as RFC 3842 §5.2 uses it): one of `enum microsip_message_class_e`.
pub type microsip_message_class_t = i32;

/// The values of `microsip_message_class_t`.
#[repr(i32)]
pub enum microsip_message_class_e {
    /// Voice messages.
    MICROSIP_MESSAGE_CLASS_VOICE = 1,
    /// Video messages.
    MICROSIP_MESSAGE_CLASS_VIDEO = 2,
    /// Faxes.
    MICROSIP_MESSAGE_CLASS_FAX = 3,
    /// Short texts.
    MICROSIP_MESSAGE_CLASS_PAGER = 4,
    /// Multimedia messages.
    MICROSIP_MESSAGE_CLASS_MULTIMEDIA = 5,
    /// Mail and the like.
    MICROSIP_MESSAGE_CLASS_TEXT = 6,
    /// Of no kind that is told.
    MICROSIP_MESSAGE_CLASS_NONE = 7,
    /// Another one, by name.
    MICROSIP_MESSAGE_CLASS_OTHER = 8,
}

static CLASSES: &[(i32, MessageClass)] = &[
    (
        microsip_message_class_e::MICROSIP_MESSAGE_CLASS_VOICE as i32,
        MessageClass::Voice,
    ),
    (
        microsip_message_class_e::MICROSIP_MESSAGE_CLASS_VIDEO as i32,
        MessageClass::Video,
    ),
    (
        microsip_message_class_e::MICROSIP_MESSAGE_CLASS_FAX as i32,
        MessageClass::Fax,
    ),
    (
        microsip_message_class_e::MICROSIP_MESSAGE_CLASS_PAGER as i32,
        MessageClass::Pager,
    ),
    (
        microsip_message_class_e::MICROSIP_MESSAGE_CLASS_MULTIMEDIA as i32,
        MessageClass::Multimedia,
    ),
    (
        microsip_message_class_e::MICROSIP_MESSAGE_CLASS_TEXT as i32,
        MessageClass::Text,
    ),
    (
        microsip_message_class_e::MICROSIP_MESSAGE_CLASS_NONE as i32,
        MessageClass::None,
    ),
];

fn code_of_class(class: &MessageClass) -> i32 {
    CLASSES.iter().find(|(_, known)| known == class).map_or(
        microsip_message_class_e::MICROSIP_MESSAGE_CLASS_OTHER as i32,
        |(code, _)| *code,
    )
}

fn class_of(code: i32, name: Option<&str>) -> Outcome<MessageClass> {
    if code == microsip_message_class_e::MICROSIP_MESSAGE_CLASS_OTHER as i32 {
        let name = name.ok_or_else(|| crate::base::arg::null("name"))?;
        return Ok(MessageClass::Other(name.to_ascii_lowercase()));
    }
    CLASSES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, class)| class.clone())
        .ok_or_else(|| absent_code(code, "message class"))
}

/// Which messages wait (`application/simple-message-summary`, RFC 3842). Those given out by the library are copies:
/// setters change nothing else.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_message_summary_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_message_summary_t,
    133,
    "message summary",
    Mutex<MessageSummary>
);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_clone(
    summary: microsip_message_summary_t,
    clone: *mut microsip_message_summary_t,
) -> microsip_status_t {
    guard("microsip_message_summary_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(summary)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_summary_free(summary: microsip_message_summary_t) -> microsip_status_t {
    guard("microsip_message_summary_free", || free(summary))
}

/// Makes a summary that says whether messages wait and nothing more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_new(
    waiting: bool,
    summary: *mut microsip_message_summary_t,
) -> microsip_status_t {
    guard("microsip_message_summary_new", || {
        let summary = Out::new(summary, "summary")?;
        summary.set(put(Mutex::new(MessageSummary::new(waiting)))?);
        Ok(())
    })
}

/// Reads a summary.
///
/// Statuses: `INVALID_ARGUMENT` for what is none, `LIMIT_REACHED` beyond 64 KiB or 2,000 lines, `UNSUPPORTED` when it
/// is not UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_parse(
    body: *const u8,
    body_len: usize,
    summary: *mut microsip_message_summary_t,
) -> microsip_status_t {
    guard("microsip_message_summary_parse", || {
        let summary = Out::new(summary, "summary")?;
        let body = bytes(body, body_len, "body")?;
        summary.set(put(Mutex::new(MessageSummary::parse(body)?))?);
        Ok(())
    })
}

/// Sets whose mailbox it is, as URI.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_set_account(
    summary: microsip_message_summary_t,
    account: *const c_char,
) -> microsip_status_t {
    guard("microsip_message_summary_set_account", || {
        let account = text(account, "account")?;
        change(summary, |s| {
            s.account = Some(account.to_owned());
            Ok(())
        })
    })
}

/// Sets the counts of a class; urgent ones are counted among new and old ones. `name` is that of
/// `MICROSIP_MESSAGE_CLASS_OTHER`, and not looked at otherwise (NULL).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_set_counts(
    summary: microsip_message_summary_t,
    message_class: microsip_message_class_t,
    name: *const c_char,
    new_count: u32,
    old_count: u32,
    new_urgent: u32,
    old_urgent: u32,
) -> microsip_status_t {
    guard("microsip_message_summary_set_counts", || {
        let name = opt_text(name, "name")?;
        let class = class_of(message_class, name)?;
        let counts = MessageCounts::new(new_count, old_count).urgent(new_urgent, old_urgent);
        change(summary, |s| {
            *s = s.clone().with_counts(class, counts);
            Ok(())
        })
    })
}

/// Whether any are waiting: the server's own word, which need not follow from the counts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_waiting(
    summary: microsip_message_summary_t,
    waiting: *mut bool,
) -> microsip_status_t {
    guard("microsip_message_summary_waiting", || {
        let waiting = Out::new(waiting, "waiting")?;
        let object = get(summary)?;
        let inner = lock(&object);
        waiting.set(inner.waiting);
        Ok(())
    })
}

/// Whose mailbox it is, as URI; also the one to call to hear them; `NO_VALUE` if not told. Lent until the handle is
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_account(
    summary: microsip_message_summary_t,
    account: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_message_summary_account", || {
        let account = Out::new(account, "account")?;
        let object = get(summary)?;
        let inner = lock(&object);
        account.set_some(inner.account.as_deref().map(|uri| object.lend(uri)), "account")
    })
}

/// How many classes are told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_class_count(
    summary: microsip_message_summary_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_message_summary_class_count", || {
        let count = Out::new(count, "count")?;
        let object = get(summary)?;
        let inner = lock(&object);
        count.set(inner.counts.len());
        Ok(())
    })
}

/// The class at `index`, from 0, and its name: `"voice"`, `"fax"`, …, or its own; `NO_VALUE` beyond the end. Lent until
/// the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_class_at(
    summary: microsip_message_summary_t,
    index: usize,
    message_class: *mut microsip_message_class_t,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_message_summary_class_at", || {
        let (message_class, name) = (Out::new(message_class, "message_class"), Out::new(name, "name"));
        let (message_class, name) = (message_class?, name?);
        let object = get(summary)?;
        let inner = lock(&object);
        let (class, _) = inner
            .counts
            .get(index)
            .ok_or_else(|| Fault::none("class at this index"))?;
        message_class.set(code_of_class(class));
        name.set(object.lend(class.name()));
        Ok(())
    })
}

/// How many messages of a class wait: new and old ones, urgent ones included, and the urgent ones of each; zeros when
/// it is not told. `name` is that of `MICROSIP_MESSAGE_CLASS_OTHER`, and not looked at otherwise (NULL).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_counts(
    summary: microsip_message_summary_t,
    message_class: microsip_message_class_t,
    name: *const c_char,
    new_count: *mut u32,
    old_count: *mut u32,
    new_urgent: *mut u32,
    old_urgent: *mut u32,
) -> microsip_status_t {
    guard("microsip_message_summary_counts", || {
        let (new_count, old_count, new_urgent, old_urgent) = (
            Out::new(new_count, "new_count"),
            Out::new(old_count, "old_count"),
            Out::new(new_urgent, "new_urgent"),
            Out::new(old_urgent, "old_urgent"),
        );
        let (new_count, old_count, new_urgent, old_urgent) = (new_count?, old_count?, new_urgent?, old_urgent?);
        let object = get(summary)?;
        let name = opt_text(name, "name")?;
        let inner = lock(&object);
        let counts = inner.counts(&class_of(message_class, name)?);
        new_count.set(counts.new);
        old_count.set(counts.old);
        new_urgent.set(counts.new_urgent);
        old_urgent.set(counts.old_urgent);
        Ok(())
    })
}

/// How many single messages are told, 100 at most.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_message_count(
    summary: microsip_message_summary_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_message_summary_message_count", || {
        let count = Out::new(count, "count")?;
        let object = get(summary)?;
        let inner = lock(&object);
        count.set(inner.messages.len());
        Ok(())
    })
}

/// A header of the single message at `index`, from 0: `"From"`, `"Subject"`, `"Date"`, …; `NO_VALUE` beyond the end, or
/// if it has none of this name. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_message_header(
    summary: microsip_message_summary_t,
    index: usize,
    name: *const c_char,
    header_text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_message_summary_message_header", || {
        let header_text = Out::new(header_text, "header_text")?;
        let object = get(summary)?;
        let name = text(name, "name")?;
        let inner = lock(&object);
        let headers = inner
            .messages
            .get(index)
            .ok_or_else(|| Fault::none("message at this index"))?;
        header_text.set_some(headers.get(name).map(|found| object.lend(found)), "header of this name")
    })
}

/// How many headers the single message at `index` has; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_message_header_count(
    summary: microsip_message_summary_t,
    index: usize,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_message_summary_message_header_count", || {
        let count = Out::new(count, "count")?;
        let object = get(summary)?;
        let inner = lock(&object);
        let headers = inner
            .messages
            .get(index)
            .ok_or_else(|| Fault::none("message at this index"))?;
        count.set(headers.len());
        Ok(())
    })
}

/// The header at `header_index`, from 0, of the single message at `index`; `NO_VALUE` beyond the end. Lent until the
/// handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_message_header_at(
    summary: microsip_message_summary_t,
    index: usize,
    header_index: usize,
    name: *mut *const c_char,
    header_text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_message_summary_message_header_at", || {
        let (name, header_text) = (Out::new(name, "name"), Out::new(header_text, "header_text"));
        let (name, header_text) = (name?, header_text?);
        let object = get(summary)?;
        let inner = lock(&object);
        let headers = inner
            .messages
            .get(index)
            .ok_or_else(|| Fault::none("message at this index"))?;
        let (found, text) = headers
            .iter()
            .nth(header_index)
            .ok_or_else(|| Fault::none("header at this index"))?;
        name.set(object.lend(found));
        header_text.set(object.lend(text));
        Ok(())
    })
}

/// The summary as text, for the body of a NOTIFY. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_summary_to_text(
    summary: microsip_message_summary_t,
    written: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_message_summary_to_text", || {
        let written = Out::new(written, "written")?;
        let object = get(summary)?;
        let inner = lock(&object);
        written.set(object.lend(&inner.to_text()));
        Ok(())
    })
}
