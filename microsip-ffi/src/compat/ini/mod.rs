//! MicroSIP's settings file.

mod counts;
mod edit;
mod lists;
mod password;
mod place;
mod report;
mod setting;
mod warning;
mod watch;

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::ini::{IniEncoding, IniFile, ReadOptions};

use crate::base::{
    Code, OptOut, Out, Outcome, clone_settings, free, get, guard, lock, opt_text, put, settings_of, text,
};
use crate::compat::bytes::microsip_bytes_t;
use crate::list::microsip_text_list_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

pub use counts::*;
pub use edit::*;
pub use lists::*;
pub use password::*;
pub use place::*;
pub use report::*;
pub use setting::*;
pub use warning::*;
pub use watch::*;

/// A settings file as MicroSIP has it (`microsip.ini`), read as Windows' profile functions read it: names are compared
/// without regard to case, the first of two equal ones counts, white space and one pair of quotes around a value are
/// taken off. What is not edited is written as it was read, byte by byte: encoding, line ends, order, comments, what is
/// broken.
///
/// It is a document in memory; functions that read or write the disk say so.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_ini_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_ini_t, 151, "ini", Mutex<IniFile>);

/// How the characters of a settings file are stored: one of `enum microsip_ini_encoding_e`.
pub type microsip_ini_encoding_t = i32;

/// The values of `microsip_ini_encoding_t`.
#[repr(i32)]
pub enum microsip_ini_encoding_e {
    /// UTF-16, low byte first; what MicroSIP writes.
    MICROSIP_INI_ENCODING_UTF16LE = 1,
    /// UTF-16, high byte first.
    MICROSIP_INI_ENCODING_UTF16BE = 2,
    /// UTF-8.
    MICROSIP_INI_ENCODING_UTF8 = 3,
    /// One of Windows' code pages.
    MICROSIP_INI_ENCODING_ANSI = 4,
}

code!(microsip_ini_encoding_e, "ini encoding", Encoding {
MICROSIP_INI_ENCODING_UTF16LE = Utf16Le,
MICROSIP_INI_ENCODING_UTF16BE = Utf16Be,
MICROSIP_INI_ENCODING_UTF8 = Utf8,
MICROSIP_INI_ENCODING_ANSI = Ansi,
});

/// How a file without a byte-order mark is read: 0 is windows-1252.
fn read_options(code_page: u16, guess_utf8: bool) -> Outcome<ReadOptions> {
    let options = ReadOptions::default().guess_utf8(guess_utf8);
    Ok(match code_page {
        0 => options,
        number => options.ansi(IniEncoding::of_code_page(number)?),
    })
}

/// A copy of the document; the zero handle stands for an empty one.
pub(crate) fn ini_or_empty(ini: microsip_ini_t) -> Outcome<IniFile> {
    crate::base::settings_or(ini, || IniFile::new(""))
}

/// Makes a document with a lone `[Settings]`, in UTF-16 with a byte-order mark, as MicroSIP makes it. Nothing is
/// written yet; `path` is where `microsip_ini_save` will write it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_new(path: *const c_char, ini: *mut microsip_ini_t) -> microsip_status_t {
    guard("microsip_ini_new", || {
        let out = Out::new(ini, "ini")?;
        out.set(put(Mutex::new(IniFile::new(text(path, "path")?)))?);
        Ok(())
    })
}

/// Reads a document from its bytes. `path` (may be NULL) is for warnings and for saving. `code_page` is Windows' number
/// of the encoding of a file that has no byte-order mark, 0 for 1252 (Western European); `guess_utf8` takes such a file
/// as UTF-8 if it is valid, which MicroSIP does not.
///
/// What is malformed is kept and told by `microsip_ini_problems`. Statuses: `LIMIT_REACHED` beyond 4 MiB or 200,000
/// lines, `INVALID_ARGUMENT` for a code page that is not known: 874, 932, 936, 949, 950, 1250 to 1258, 65001.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_parse(
    data: *const u8,
    size: usize,
    path: *const c_char,
    code_page: u16,
    guess_utf8: bool,
    ini: *mut microsip_ini_t,
) -> microsip_status_t {
    guard("microsip_ini_parse", || {
        let out = Out::new(ini, "ini")?;
        let data = crate::base::bytes(data, size, "data")?;
        let path = opt_text(path, "path")?.unwrap_or_default();
        let options = read_options(code_page, guess_utf8)?;
        out.set(put(Mutex::new(IniFile::parse_with(data, path, &options)?))?);
        Ok(())
    })
}

/// Reads the file at `path` from the disk; the other parameters are those of `microsip_ini_parse`.
///
/// Statuses: `IO` if it cannot be read; those of `microsip_ini_parse`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_load(
    path: *const c_char,
    code_page: u16,
    guess_utf8: bool,
    ini: *mut microsip_ini_t,
) -> microsip_status_t {
    guard("microsip_ini_load", || {
        let out = Out::new(ini, "ini")?;
        let options = read_options(code_page, guess_utf8)?;
        out.set(put(Mutex::new(IniFile::load(text(path, "path")?, &options)?))?);
        Ok(())
    })
}

/// As `microsip_ini_load`; a file that is absent or empty gives a new document, and `first_run` (may be NULL) is true.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_load_or_new(
    path: *const c_char,
    code_page: u16,
    guess_utf8: bool,
    ini: *mut microsip_ini_t,
    first_run: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_load_or_new", || {
        let first_run = OptOut::new(first_run);
        let out = Out::new(ini, "ini")?;
        let options = read_options(code_page, guess_utf8)?;
        let (file, first) = IniFile::load_or_new(text(path, "path")?, &options)?;
        out.set(put(Mutex::new(file))?);
        first_run.set(first);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_clone(ini: microsip_ini_t, clone: *mut microsip_ini_t) -> microsip_status_t {
    guard("microsip_ini_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(ini)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Nothing is saved.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_free(ini: microsip_ini_t) -> microsip_status_t {
    guard("microsip_ini_free", || free(ini))
}

/// Where it was read from, and is saved to. Lent until the document is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_path(ini: microsip_ini_t, path: *mut *const c_char) -> microsip_status_t {
    guard("microsip_ini_path", || {
        let out = Out::new(path, "path")?;
        let object = get(ini)?;
        let f = lock(&object);
        out.set(object.lend(&f.path().display().to_string()));
        Ok(())
    })
}

/// The encoding it is in: `"utf-16le"`, `"utf-8"`, `"windows-1252"`, … Lent until the document is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_encoding(ini: microsip_ini_t, encoding: *mut *const c_char) -> microsip_status_t {
    guard("microsip_ini_encoding", || {
        let out = Out::new(encoding, "encoding")?;
        let object = get(ini)?;
        let f = lock(&object);
        out.set(object.lend(&f.encoding().name()));
        Ok(())
    })
}

/// Whether it begins with a byte-order mark.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_has_mark(ini: microsip_ini_t, has_mark: *mut bool) -> microsip_status_t {
    guard("microsip_ini_has_mark", || {
        let out = Out::new(has_mark, "has_mark")?;
        let object = get(ini)?;
        let f = lock(&object);
        out.set(f.has_mark());
        Ok(())
    })
}

/// Whether nothing is in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_is_empty(ini: microsip_ini_t, is_empty: *mut bool) -> microsip_status_t {
    guard("microsip_ini_is_empty", || {
        let out = Out::new(is_empty, "is_empty")?;
        let object = get(ini)?;
        let f = lock(&object);
        out.set(f.is_empty());
        Ok(())
    })
}

/// Rewrites the document in another encoding, with a byte-order mark except for code pages. `code_page` counts for
/// `MICROSIP_INI_ENCODING_ANSI` only. Broken characters become U+FFFD.
///
/// Statuses: `INVALID_ARGUMENT` if a character is not in the code page, or the code page is not known; nothing is
/// changed then.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_convert(
    ini: microsip_ini_t,
    encoding: microsip_ini_encoding_t,
    code_page: u16,
) -> microsip_status_t {
    guard("microsip_ini_convert", || {
        let encoding = match Encoding::arg(encoding)? {
            Encoding::Utf16Le => IniEncoding::Utf16Le,
            Encoding::Utf16Be => IniEncoding::Utf16Be,
            Encoding::Utf8 => IniEncoding::Utf8,
            Encoding::Ansi => IniEncoding::of_code_page(code_page)?,
        };
        lock(&*get(ini)?).convert(encoding)?;
        Ok(())
    })
}

/// `IniEncoding` without the code page.
#[derive(Clone, Copy)]
enum Encoding {
    Utf16Le,
    Utf16Be,
    Utf8,
    Ansi,
}

/// The document's bytes, as a new handle to be freed. Passwords are in there as they stand in the file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_to_bytes(ini: microsip_ini_t, bytes: *mut microsip_bytes_t) -> microsip_status_t {
    guard("microsip_ini_to_bytes", || {
        let out = Out::new(bytes, "bytes")?;
        out.set(put(lock(&*get(ini)?).to_bytes())?);
        Ok(())
    })
}

/// Saves the document where it was read from, at once: a reader sees the old file or the new one, never half of it. A
/// new file is for its owner only, as passwords are in it; an existing one keeps its mode, a link stays a link, missing
/// directories are made.
///
/// Statuses: `IO`; the old file is unharmed then.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_save(ini: microsip_ini_t) -> microsip_status_t {
    guard("microsip_ini_save", || Ok(settings_of(ini)?.save()?))
}

/// As `microsip_ini_save`, to another file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_save_as(ini: microsip_ini_t, path: *const c_char) -> microsip_status_t {
    guard("microsip_ini_save_as", || {
        let path = text(path, "path")?;
        Ok(settings_of(ini)?.save_as(path.as_ref())?)
    })
}

/// As `microsip_ini_save`, if the file still has this content (`seen` NULL: if there is no file), so that what somebody
/// else wrote meanwhile is not lost. `saved` is false, and nothing is changed, if it has another one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_save_over(
    ini: microsip_ini_t,
    seen: *const u8,
    size: usize,
    saved: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_save_over", || {
        let out = Out::new(saved, "saved")?;
        let seen = match seen.is_null() {
            true => None,
            false => Some(crate::base::bytes(seen, size, "seen")?),
        };
        out.set(settings_of(ini)?.save_over(seen)?);
        Ok(())
    })
}

/// Whether the file on disk differs from this document: somebody edited it, or it was never saved. Statuses: `IO`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_differs_on_disk(ini: microsip_ini_t, differs: *mut bool) -> microsip_status_t {
    guard("microsip_ini_differs_on_disk", || {
        let out = Out::new(differs, "differs")?;
        out.set(settings_of(ini)?.differs_on_disk()?);
        Ok(())
    })
}

/// The names of the sections as written, each once, in the order of the file, as a new list to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_sections(
    ini: microsip_ini_t,
    sections: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_ini_sections", || {
        let out = Out::new(sections, "sections")?;
        let names: Vec<String> = settings_of(ini)?.sections().into_iter().map(str::to_owned).collect();
        out.set(put(names)?);
        Ok(())
    })
}

/// Whether there is such a section.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_has_section(
    ini: microsip_ini_t,
    section: *const c_char,
    has: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_has_section", || {
        let out = Out::new(has, "has")?;
        let section = text(section, "section")?;
        out.set(lock(&*get(ini)?).has_section(section));
        Ok(())
    })
}
