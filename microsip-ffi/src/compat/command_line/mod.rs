//! MicroSIP's command line.

mod command;

use std::ffi::c_char;

use microsip_core::compat::cmdline::{CommandLine, WindowStart, split_windows};

use crate::base::{Code, Fault, Out, free, get, guard, put, share, text, texts};
use crate::list::microsip_text_list_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

pub use command::*;

/// How the window starts when no copy runs: one of `enum microsip_window_start_e`.
pub type microsip_window_start_t = i32;

/// The values of `microsip_window_start_t`.
#[repr(i32)]
pub enum microsip_window_start_e {
    /// Shown.
    MICROSIP_WINDOW_START_NORMAL = 1,
    /// `/minimized`: not shown, but on the very first run.
    MICROSIP_WINDOW_START_MINIMIZED = 2,
    /// `/hidden`: none at all in this run.
    MICROSIP_WINDOW_START_HIDDEN = 3,
}

code!(microsip_window_start_e, "window start", WindowStart {
MICROSIP_WINDOW_START_NORMAL = Normal,
MICROSIP_WINDOW_START_MINIMIZED = Minimized,
MICROSIP_WINDOW_START_HIDDEN = Hidden,
});

/// A command line that was read. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_command_line_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_command_line_t, 183, "command line", CommandLine);

/// Reads `count` arguments, those behind the program's name: switches written `/x`, `-x` or `--x` in any case, numbers,
/// links. One argument is one thing; `--` ends the switches; behind a number further words are a message to it. A new
/// object to be freed.
///
/// Statuses: `INVALID_ARGUMENT` for an unknown switch, a misspelt command (with a suggestion), a missing or wrong
/// value, contradicting words, control characters, and more than 64 KiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_line_parse(
    arguments: *const *const c_char,
    count: usize,
    line: *mut microsip_command_line_t,
) -> microsip_status_t {
    guard("microsip_command_line_parse", || {
        let out = Out::new(line, "line")?;
        let arguments = texts(arguments, count, "arguments")?;
        out.set(put(CommandLine::parse(arguments)?)?);
        Ok(())
    })
}

/// Reads one line of text, as other programs hand it to a running copy, split as Windows does it. A new object to be
/// freed. Statuses: those of `microsip_command_line_parse`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_line_parse_text(
    source: *const c_char,
    line: *mut microsip_command_line_t,
) -> microsip_status_t {
    guard("microsip_command_line_parse_text", || {
        let out = Out::new(line, "line")?;
        out.set(put(CommandLine::parse_text(text(source, "source")?)?)?);
        Ok(())
    })
}

/// Splits a command line as Windows programs expect it, as a new list to be freed: blanks separate, double quotes keep
/// together, `""` inside quotes is a quote, and backslashes count only before a quote.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_line_split(
    source: *const c_char,
    arguments: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_command_line_split", || {
        let out = Out::new(arguments, "arguments")?;
        out.set(put(split_windows(text(source, "source")?))?);
        Ok(())
    })
}

/// How many commands there are; none when only options for the start were given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_line_command_count(
    line: microsip_command_line_t,
    command_count: *mut usize,
) -> microsip_status_t {
    guard("microsip_command_line_command_count", || {
        let out = Out::new(command_count, "command_count")?;
        let object = get(line)?;
        let l = &**object;
        out.set(l.commands.len());
        Ok(())
    })
}

/// The command at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end. Passwords and accounts come
/// first, the end last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_line_command_at(
    line: microsip_command_line_t,
    index: usize,
    command: *mut microsip_command_t,
) -> microsip_status_t {
    guard("microsip_command_line_command_at", || {
        let out = Out::new(command, "command")?;
        let line = get(line)?;
        let one = line
            .commands
            .get(index)
            .ok_or_else(|| Fault::none("command at this index"))?;
        out.set(put(one.clone())?);
        Ok(())
    })
}

/// How the window starts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_line_window(
    line: microsip_command_line_t,
    window: *mut microsip_window_start_t,
) -> microsip_status_t {
    guard("microsip_command_line_window", || {
        let out = Out::new(window, "window")?;
        let object = get(line)?;
        let l = &**object;
        out.set(l.window.code());
        Ok(())
    })
}

/// The settings file of `/i:FILE`, as written; `NO_VALUE` if none was given. Lent until the line is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_line_settings(
    line: microsip_command_line_t,
    settings: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_command_line_settings", || {
        let out = Out::new(settings, "settings")?;
        let object = get(line)?;
        let l = &**object;
        let text = l.settings.as_deref();
        let text = text.ok_or_else(|| Fault::none("settings"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// Another handle to the same line, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_command_line_clone(
    line: microsip_command_line_t,
    clone: *mut microsip_command_line_t,
) -> microsip_status_t {
    guard("microsip_command_line_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(line)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_command_line_free(line: microsip_command_line_t) -> microsip_status_t {
    guard("microsip_command_line_free", || free(line))
}
