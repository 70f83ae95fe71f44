//! Making this program the one that opens links: `sip:`, `tel:` and the others of [`LinkScheme`].
//!
//! [`register`], [`unregister`] and [`status`] act for the user alone, never for the whole machine, and need no rights.
//! Links arrive as `microsip --link LINK`: one argument, which [`CommandLine`](crate::compat::cmdline) takes for a link and
//! nothing else.
//!
//! * **Linux and others**: a desktop entry in `$XDG_DATA_HOME/applications`, and the defaults in
//!   `$XDG_CONFIG_HOME/mimeapps.list` (Desktop Entry Specification 1.5, MIME Applications 1.0.1). The latter is edited here
//!   and not by `xdg-mime default`, which rewrites the file in place, takes one application for the whole list, cannot
//!   take anything back, and is not always there.
//! * **Windows**: `HKEY_CURRENT_USER\Software\Classes` and `RegisteredApplications`. Since Windows 8 only the user can change
//!   a scheme's program that was chosen before, in the system's settings; [`DesktopWarning::ChooseInSettings`] says so.
//! * **macOS**: links come as Apple events, which a command-line program does not receive. A small application is made by the
//!   system's own `osacompile` in `~/Applications`; it starts `microsip --link LINK` without a shell.
//!
//! ```no_run
//! use microsip_core::compat::desktop::{DesktopOptions, register};
//!
//! let report = register(&DesktopOptions::of_process()?)?;
//! for warning in &report.warnings {
//!     eprintln!("{warning}");
//! }
//! # Ok::<(), microsip_core::Error>(())
//! ```

// What only decides and makes texts is compiled for tests everywhere.
#[cfg(any(target_os = "macos", all(test, unix)))]
mod bundle;
#[cfg(any(all(unix, not(target_os = "macos")), test))]
mod entry;
#[cfg(unix)]
mod file;
#[cfg(any(all(unix, not(target_os = "macos")), test))]
mod mimeapps;
#[cfg(any(windows, test))]
mod registry;
#[cfg(unix)]
mod tool;
#[cfg(all(unix, not(target_os = "macos")))]
mod xdg;

#[cfg(target_os = "macos")]
use bundle as here;
#[cfg(windows)]
use registry as here;
#[cfg(all(unix, not(target_os = "macos")))]
use xdg as here;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::compat::links::LinkScheme;
use crate::{Error, FailureCode, Result};

const OP: &str = "links of the desktop";

/// What is registered, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DesktopOptions {
    /// The program's file: absolute, in Unicode.
    pub executable: PathBuf,
    /// The registration's name, `microsip` by default, of letters, digits, `-`, `_` and `.`, at most 64. Copies with different
    /// names stand beside each other; one of them is the default.
    pub name: String,
    /// What people read, `MicroSIP` by default; 1 to 100 characters.
    pub title: String,
    /// The schemes, all of [`LinkScheme::ALL`] by default.
    pub schemes: Vec<LinkScheme>,
    /// Whether it becomes the default (the default); else it is one among those that can be chosen, and what is the default
    /// stays so.
    pub make_default: bool,
    /// In place of `$XDG_DATA_HOME`; on macOS in place of `~/Applications`.
    pub data_home: Option<PathBuf>,
    /// In place of `$XDG_CONFIG_HOME`.
    pub config_home: Option<PathBuf>,
}

impl DesktopOptions {
    /// For a program.
    pub fn new(executable: impl Into<PathBuf>) -> Self {
        DesktopOptions {
            executable: executable.into(),
            name: "microsip".to_owned(),
            title: "MicroSIP".to_owned(),
            schemes: LinkScheme::ALL.to_vec(),
            make_default: true,
            data_home: None,
            config_home: None,
        }
    }

    /// For this program.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the system does not tell where it is.
    pub fn of_process() -> Result<Self> {
        let file = std::env::current_exe().map_err(|e| {
            FailureCode::IoFailed.error(OP, format!("the system does not tell the program's file: {e}"))
        })?;
        Ok(DesktopOptions::new(file))
    }

    /// Sets the registration's name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets what people read.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets the schemes.
    #[must_use]
    pub fn schemes(mut self, schemes: impl Into<Vec<LinkScheme>>) -> Self {
        self.schemes = schemes.into();
        self
    }

    /// Sets whether it becomes the default.
    #[must_use]
    pub fn make_default(mut self, make_default: bool) -> Self {
        self.make_default = make_default;
        self
    }

    /// Sets the directory in place of `$XDG_DATA_HOME`, on macOS of `~/Applications`.
    #[must_use]
    pub fn data_home(mut self, dir: impl Into<PathBuf>) -> Self {
        self.data_home = Some(dir.into());
        self
    }

    /// Sets the directory in place of `$XDG_CONFIG_HOME`.
    #[must_use]
    pub fn config_home(mut self, dir: impl Into<PathBuf>) -> Self {
        self.config_home = Some(dir.into());
        self
    }

    /// The program's file as text. All of the options were checked then.
    fn check(&self) -> Result<&str> {
        let fail = |what: String| Err(Error::invalid(OP, what));
        let known = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        if !(1..=64).contains(&self.name.len()) || !self.name.bytes().all(known) || self.name.starts_with(['-', '.']) {
            return fail(format!(
                "{:?} is no name; expected 1 to 64 letters, digits, - _ and ., the first one a letter or digit",
                self.name
            ));
        }
        let length = self.title.chars().count();
        if !(1..=100).contains(&length) || self.title.trim().is_empty() || self.title.contains(char::is_control) {
            return fail(format!(
                "{:?} is no title; expected 1 to 100 visible characters",
                self.title
            ));
        }
        if self.schemes.is_empty() {
            return fail("no scheme is given; name at least one".to_owned());
        }
        let shown = self.executable.display();
        let Some(text) = self.executable.to_str() else {
            return fail(format!(
                "{shown} is not Unicode; desktops take only such paths: move the program"
            ));
        };
        if !self.executable.is_absolute() {
            return fail(format!("{shown} is relative; give the whole path of the program"));
        }
        if text.contains(char::is_control) {
            return fail(format!("{text:?} has a control character in it; move the program"));
        }
        Ok(text)
    }

    fn check_executable(&self) -> Result<()> {
        match std::fs::metadata(&self.executable) {
            Ok(kind) if kind.is_file() => Ok(()),
            Ok(_) => Err(Error::invalid(OP, format!("{} is no file", self.executable.display()))),
            Err(e) => Err(failed(&self.executable, &e)),
        }
    }
}

/// What a scheme's links open.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemeHandler {
    /// The scheme.
    pub scheme: LinkScheme,
    /// The user's default, in the platform's words: a desktop file, a command line, an application. `None` if the user has
    /// none, or the platform does not tell.
    pub handler: Option<String>,
    /// Whether that is this registration.
    pub ours: bool,
    /// What was the default before [`register`]; it is the default again after [`unregister`].
    pub replaced: Option<String>,
}

/// What was done, or how things are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DesktopReport {
    /// Whether this program is registered under this name.
    pub registered: bool,
    /// What was written or removed: files, on Windows keys of the registry.
    pub changed: Vec<PathBuf>,
    /// The schemes asked for.
    pub schemes: Vec<SchemeHandler>,
    /// What is to be known.
    pub warnings: Vec<DesktopWarning>,
}

/// What is not as it should be, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DesktopWarning {
    /// The program's path needs quotes, which the `xdg-open` of systems without a large desktop does not read.
    PathNeedsQuotes(PathBuf),
    /// A file with more weight gives a scheme to another program.
    Overridden(LinkScheme, PathBuf),
    /// An index of the desktop was not renewed; it has the tool's words.
    NotIndexed(String),
    /// Only the user can make it the default.
    ChooseInSettings(String),
    /// Something has the name and is not of this program's making; it was left alone.
    NotOurs(PathBuf),
    /// The name is registered for another program, or in another way than it would be now.
    OtherProgram(String),
}

impl DesktopWarning {
    /// Stable lower-case name, as it appears in JSON: `"path_needs_quotes"`, …
    pub fn name(&self) -> &'static str {
        match self {
            DesktopWarning::PathNeedsQuotes(_) => "path_needs_quotes",
            DesktopWarning::Overridden(..) => "overridden",
            DesktopWarning::NotIndexed(_) => "not_indexed",
            DesktopWarning::ChooseInSettings(_) => "choose_in_settings",
            DesktopWarning::NotOurs(_) => "not_ours",
            DesktopWarning::OtherProgram(_) => "other_program",
        }
    }
}

impl fmt::Display for DesktopWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DesktopWarning::PathNeedsQuotes(path) => write!(
                f,
                "{}: xdg-open of small desktops cannot start a path with blanks or special characters; move the program, or \
                 register a link to it with a plain path",
                path.display()
            ),
            DesktopWarning::Overridden(scheme, file) => write!(
                f,
                "{} gives {}: to another program; choose in the desktop's settings, or edit that file",
                file.display(),
                scheme.name()
            ),
            DesktopWarning::NotIndexed(why) => write!(f, "the desktop's index was not renewed: {why}; log in again"),
            DesktopWarning::ChooseInSettings(how) => f.write_str(how),
            DesktopWarning::NotOurs(path) => {
                write!(f, "{} was not made by this program and is left alone", path.display())
            }
            DesktopWarning::OtherProgram(what) => write!(f, "registered otherwise: {what}; register again"),
        }
    }
}

/// Registers the program for its schemes. Once more changes nothing.
///
/// Files are replaced at once: a reader sees the old or the new one. May wait some seconds for tools of the desktop, each
/// for at most 10 s.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for options that are wrong,
/// [`ErrorKind::Config`](crate::ErrorKind::Config) if something of that name is there which this program did not make,
/// [`ErrorKind::Io`](crate::ErrorKind::Io) if the system refuses, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported)
/// if a tool of macOS is missing.
pub fn register(options: &DesktopOptions) -> Result<DesktopReport> {
    let executable = options.check()?;
    options.check_executable()?;
    here::register(options, executable)
}

/// Takes back what [`register`] did under this name. What was the default before is so again; nothing else is touched.
/// It is no error if there is nothing.
///
/// # Errors
/// As [`register`], but the program may be gone, and what is not ours is left alone with a warning.
pub fn unregister(options: &DesktopOptions) -> Result<DesktopReport> {
    options.check()?;
    here::unregister(options)
}

/// How things are; changes nothing.
///
/// # Errors
/// As [`unregister`].
pub fn status(options: &DesktopOptions) -> Result<DesktopReport> {
    let executable = options.check()?;
    here::status(options, executable)
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    FailureCode::IoFailed.error(OP, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
#[cfg(all(unix, not(target_os = "macos")))]
mod xdg_tests;
