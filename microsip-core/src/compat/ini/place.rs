//! Where the settings file is, and what stands beside it.
//!
//! Pure functions over directories that are given: nothing here looks at the disk by itself.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Whose habits decide about directories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Windows: `%APPDATA%\MicroSIP`.
    Windows,
    /// macOS: `~/Library/Application Support/MicroSIP`.
    MacOs,
    /// Linux and others: `$XDG_CONFIG_HOME/microsip`, else `~/.config/microsip`.
    Unix,
}

impl Platform {
    /// The one this program was made for.
    pub fn here() -> Platform {
        if cfg!(windows) {
            Platform::Windows
        } else if cfg!(target_os = "macos") {
            Platform::MacOs
        } else {
            Platform::Unix
        }
    }
}

/// The directories a settings file can be in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Directories {
    /// Whose habits.
    pub platform: Platform,
    /// The program's file.
    pub executable: PathBuf,
    /// The working directory.
    pub current: PathBuf,
    /// The user's directory for settings of this program; `None` without a home.
    pub config: Option<PathBuf>,
    /// The user's directory for logs of this program; `None` without a home.
    pub logs: Option<PathBuf>,
    /// The user's desktop; `None` without a home.
    pub desktop: Option<PathBuf>,
}

impl Directories {
    /// By a platform's habits: its variables (`APPDATA`, `LOCALAPPDATA`, `XDG_CONFIG_HOME`, `XDG_STATE_HOME`; empty and
    /// relative ones are as good as none), else its usual directories below the user's home.
    pub fn new(
        platform: Platform,
        executable: impl Into<PathBuf>,
        current: impl Into<PathBuf>,
        home: Option<&Path>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Directories {
        let absolute = |name| {
            let path = PathBuf::from(variable(name)?);
            // A Windows path is judged by its look, for this is tested elsewhere too.
            let drive = path
                .to_str()
                .is_some_and(|p| p.get(1..2) == Some(":") || p.starts_with(r"\\"));
            (path.is_absolute() || (platform == Platform::Windows && drive)).then_some(path)
        };
        let below = |dir: &str| home.map(|home| home.join(dir));
        let (config, logs) = match platform {
            Platform::Windows => (
                absolute("APPDATA")
                    .or_else(|| below("AppData/Roaming"))
                    .map(|d| d.join("MicroSIP")),
                absolute("LOCALAPPDATA")
                    .or_else(|| below("AppData/Local"))
                    .map(|d| d.join("MicroSIP")),
            ),
            Platform::MacOs => (
                below("Library/Application Support/MicroSIP"),
                below("Library/Logs/MicroSIP"),
            ),
            Platform::Unix => (
                absolute("XDG_CONFIG_HOME")
                    .or_else(|| below(".config"))
                    .map(|d| d.join("microsip")),
                absolute("XDG_STATE_HOME")
                    .or_else(|| below(".local/state"))
                    .map(|d| d.join("microsip")),
            ),
        };
        Directories {
            platform,
            executable: executable.into(),
            current: current.into(),
            config,
            logs,
            desktop: below("Desktop"),
        }
    }

    /// Those of this process.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the system does not tell the program's file or the working directory.
    pub fn of_process() -> Result<Directories> {
        let failed = |what: &str, e: std::io::Error| {
            crate::FailureCode::IoFailed.error("find settings", format!("the system does not tell the {what}: {e}"))
        };
        let executable = std::env::current_exe().map_err(|e| failed("program's file", e))?;
        let current = std::env::current_dir().map_err(|e| failed("working directory", e))?;
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        Ok(Directories::new(
            Platform::here(),
            executable,
            current,
            home.as_deref(),
            &|name| std::env::var_os(name),
        ))
    }

    /// The program's name without its extension: a renamed copy has its own settings.
    fn base_name(&self) -> OsString {
        self.executable
            .file_stem()
            .map_or_else(|| "microsip".into(), OsString::from)
    }

    fn beside(&self) -> &Path {
        match self.executable.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => &self.current,
        }
    }
}

/// How a [`Place`] was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PlaceKind {
    /// Beside the program.
    Portable,
    /// In the user's directory.
    PerUser,
    /// By `/i:FILE`.
    Given,
}

impl PlaceKind {
    /// Stable lower-case name: `"portable"`, `"per_user"`, `"given"`.
    pub fn name(self) -> &'static str {
        match self {
            PlaceKind::Portable => "portable",
            PlaceKind::PerUser => "per_user",
            PlaceKind::Given => "given",
        }
    }
}

/// The settings file and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// How it was chosen.
    pub kind: PlaceKind,
    /// The settings file; it need not exist.
    pub settings: PathBuf,
    /// `Contacts.xml`, beside the settings.
    pub contacts: PathBuf,
    /// The log file, `…_log.txt`.
    pub log: PathBuf,
    /// Where recordings go unless `recordingPath` says otherwise.
    pub recordings: PathBuf,
}

impl Place {
    /// Chooses the settings file.
    ///
    /// * `given` (`/i:FILE`, quotes around it are taken off): as it is if absolute. Else below the working directory, then
    ///   below the user's directory, wherever it exists. If nowhere: a bare name is made in the user's directory, one with a
    ///   directory below the working directory. `\` is `/` where it has to be.
    /// * `installed`: true takes the user's directory, false the program's, as MicroSIP does. `None`, not known: a file
    ///   beside the program wins if it exists, else the user's directory.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `given` is empty or a directory's name.
    pub fn choose(
        dirs: &Directories,
        given: Option<&str>,
        installed: Option<bool>,
        exists: &dyn Fn(&Path) -> bool,
    ) -> Result<Place> {
        if let Some(given) = given {
            return Ok(Place::at(dirs, PlaceKind::Given, given_file(dirs, given, exists)?));
        }
        let mut name = dirs.base_name();
        name.push(".ini");
        let portable = dirs.beside().join(&name);
        let user = dirs.config.as_ref().map(|config| config.join(&name));
        let take_user = match installed {
            Some(installed) => installed,
            None => !exists(&portable),
        };
        Ok(match user {
            Some(user) if take_user => Place::at(dirs, PlaceKind::PerUser, user),
            _ => Place::at(dirs, PlaceKind::Portable, portable),
        })
    }

    fn at(dirs: &Directories, kind: PlaceKind, settings: PathBuf) -> Place {
        let dir = settings.parent().unwrap_or(Path::new("")).to_owned();
        // A file of its own has a log of its own.
        let mut log = match kind {
            PlaceKind::Given => settings.file_stem().map(OsString::from).unwrap_or_default(),
            _ => dirs.base_name(),
        };
        log.push("_log.txt");
        let logs = dirs.logs.as_ref().filter(|_| kind == PlaceKind::PerUser);
        let desktop = dirs.desktop.as_ref().filter(|_| kind == PlaceKind::PerUser);
        Place {
            kind,
            contacts: dir.join("Contacts.xml"),
            log: logs.unwrap_or(&dir).join(log),
            recordings: desktop.unwrap_or(&dir).join("Recordings"),
            settings,
        }
    }
}

fn given_file(dirs: &Directories, given: &str, exists: &dyn Fn(&Path) -> bool) -> Result<PathBuf> {
    let text = given.trim();
    let text = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    let windows = dirs.platform == Platform::Windows;
    let text = if windows || text.contains('/') {
        text.to_owned()
    } else {
        text.replace('\\', "/")
    };
    let path = Path::new(&text);
    if text.ends_with(['/', '\\']) || text.contains('\0') || path.file_name().is_none() {
        return Err(Error::invalid(
            "find settings",
            format!("{given:?} is no file name; write /i:FILE, such as /i:office.ini"),
        ));
    }
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    let here = dirs.current.join(path);
    let Some(user) = dirs.config.as_ref().map(|config| config.join(path)) else {
        return Ok(here);
    };
    if exists(&here) {
        return Ok(here);
    }
    let bare = !text.contains(['/', '\\']);
    Ok(if exists(&user) || bare { user } else { here })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirs(platform: Platform, variables: &[(&str, &str)]) -> Directories {
        Directories::new(
            platform,
            "/opt/phone/microsip.exe",
            "/here",
            Some(Path::new("/home/u")),
            &|name| {
                variables
                    .iter()
                    .find(|(n, _)| *n == name)
                    .map(|(_, value)| value.into())
            },
        )
    }

    fn never(_: &Path) -> bool {
        false
    }

    #[test]
    fn each_platform_has_its_directories() {
        let config = |platform, variables: &[(&str, &str)]| {
            Place::choose(&dirs(platform, variables), None, None, &never)
                .unwrap()
                .settings
        };
        assert_eq!(
            config(Platform::Unix, &[]),
            Path::new("/home/u/.config/microsip/microsip.ini")
        );
        assert_eq!(
            config(Platform::Unix, &[("XDG_CONFIG_HOME", "/x")]),
            Path::new("/x/microsip/microsip.ini")
        );
        // Relative ones are to be ignored, says their specification.
        assert_eq!(
            config(Platform::Unix, &[("XDG_CONFIG_HOME", "x")]),
            Path::new("/home/u/.config/microsip/microsip.ini")
        );
        assert_eq!(
            config(Platform::MacOs, &[]),
            Path::new("/home/u/Library/Application Support/MicroSIP/microsip.ini")
        );
        let windows = config(Platform::Windows, &[("APPDATA", r"C:\Users\u\AppData\Roaming")]);
        assert!(windows.starts_with(r"C:\Users\u\AppData\Roaming") && windows.ends_with("MicroSIP/microsip.ini"));
        assert_eq!(
            config(Platform::Windows, &[]),
            Path::new("/home/u/AppData/Roaming/MicroSIP/microsip.ini")
        );
    }

    #[test]
    fn portable_or_per_user() {
        let dirs = dirs(Platform::Unix, &[]);
        let beside = Path::new("/opt/phone/microsip.ini");
        let choose = |installed, exists: &dyn Fn(&Path) -> bool| Place::choose(&dirs, None, installed, exists).unwrap();
        let portable = choose(None, &|path| path == beside);
        assert_eq!(
            (portable.kind, portable.settings.as_path()),
            (PlaceKind::Portable, beside)
        );
        assert_eq!(portable.contacts, Path::new("/opt/phone/Contacts.xml"));
        assert_eq!(portable.log, Path::new("/opt/phone/microsip_log.txt"));
        assert_eq!(portable.recordings, Path::new("/opt/phone/Recordings"));
        let user = choose(Some(true), &|_| true);
        assert_eq!(user.kind, PlaceKind::PerUser);
        assert_eq!(user.log, Path::new("/home/u/.local/state/microsip/microsip_log.txt"));
        assert_eq!(user.recordings, Path::new("/home/u/Desktop/Recordings"));
        assert_eq!(choose(Some(false), &never).settings, beside);
        let homeless = Directories::new(Platform::Unix, "/opt/phone/microsip", "/", None, &|_| None);
        assert_eq!(Place::choose(&homeless, None, None, &never).unwrap().settings, beside);
    }

    #[test]
    fn a_renamed_program_has_its_own_file() {
        let mut dirs = dirs(Platform::Unix, &[]);
        dirs.executable = "/opt/phone/office.exe".into();
        let place = Place::choose(&dirs, None, Some(false), &never).unwrap();
        assert_eq!(place.settings, Path::new("/opt/phone/office.ini"));
    }

    #[test]
    fn a_given_file_is_looked_for_here_and_then_at_the_users() {
        let dirs = dirs(Platform::Unix, &[]);
        let file = |given, there: &str| {
            let place = Place::choose(&dirs, Some(given), None, &|path| path == Path::new(there)).unwrap();
            assert_eq!(place.kind, PlaceKind::Given);
            place.settings.display().to_string()
        };
        let user = "/home/u/.config/microsip";
        assert_eq!(file("/etc/p.ini", ""), "/etc/p.ini");
        assert_eq!(file("p.ini", "/here/p.ini"), "/here/p.ini");
        assert_eq!(file("p.ini", &format!("{user}/p.ini")), format!("{user}/p.ini"));
        assert_eq!(file("p.ini", ""), format!("{user}/p.ini"));
        assert_eq!(file(r"dir\p.ini", ""), "/here/dir/p.ini");
        assert_eq!(file("\"my file.ini\"", "/here/my file.ini"), "/here/my file.ini");
        for bad in ["", "\"\"", "dir/", "..", "/", "a\0b"] {
            assert!(Place::choose(&dirs, Some(bad), None, &never).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn this_process_has_a_place() {
        let place = Place::choose(&Directories::of_process().unwrap(), None, None, &never).unwrap();
        assert_eq!(place.settings.extension().unwrap(), "ini");
    }
}
