//! Windows: keys below `HKEY_CURRENT_USER`.
//!
//! What is written is decided over a small interface, so that it is tested on every system; [`User`] is the real one.

#![cfg_attr(not(windows), allow(dead_code, reason = "only tested here"))]

use std::path::PathBuf;

use super::{DesktopOptions, DesktopReport, DesktopWarning, SchemeHandler};
use crate::Result;
use crate::compat::links::LinkScheme;

/// The user's part of the registry. The empty name is a key's default value.
pub(super) trait Registry {
    fn get(&self, key: &str, name: &str) -> Result<Option<String>>;
    fn set(&mut self, key: &str, name: &str, value: &str) -> Result<()>;
    fn delete_value(&mut self, key: &str, name: &str) -> Result<()>;
    /// With all below it.
    fn delete_key(&mut self, key: &str) -> Result<()>;
    fn exists(&self, key: &str) -> Result<bool>;
}

const REGISTERED: &str = r"Software\RegisteredApplications";

struct Keys {
    /// The registration's own key.
    own: String,
    /// The commands schemes had before, by scheme; empty where a scheme had a key and no command.
    before: String,
    /// The class of its links.
    class: String,
    class_key: String,
}

impl Keys {
    fn new(options: &DesktopOptions) -> Keys {
        // A program identifier has at most 39 characters, if it is to be seen by old programs; a name has 64 at most.
        let class = format!("MicroSipLink.{}", options.name);
        Keys {
            own: format!(r"Software\MicroSipLinks\{}", options.name),
            before: format!(r"Software\MicroSipLinks\{}\Before", options.name),
            class_key: format!(r"Software\Classes\{class}"),
            class,
        }
    }
}

fn scheme_key(scheme: LinkScheme) -> String {
    format!(r"Software\Classes\{}", scheme.name())
}

fn command_key(key: &str) -> String {
    format!(r"{key}\shell\open\command")
}

/// A path of Windows holds no quote. A link may: then it brings more arguments, and the program refuses them all.
fn command(executable: &str) -> String {
    format!("\"{executable}\" --link \"%1\"")
}

/// Writes a value that differs.
struct Writer<'a, R> {
    registry: &'a mut R,
    report: &'a mut DesktopReport,
}

impl<R: Registry> Writer<'_, R> {
    fn set(&mut self, key: &str, name: &str, value: &str) -> Result<()> {
        if self.registry.get(key, name)?.as_deref() == Some(value) {
            return Ok(());
        }
        self.registry.set(key, name, value)?;
        self.changed(key);
        Ok(())
    }

    /// Takes a scheme away from the registration whose command this is. One that somebody took since is theirs.
    fn release(&mut self, keys: &Keys, scheme: LinkScheme, command: &str) -> Result<()> {
        let key = scheme_key(scheme);
        if self.registry.get(&command_key(&key), "")?.as_deref() == Some(command) {
            match self.registry.get(&keys.before, scheme.name())? {
                None => self.registry.delete_key(&key)?,
                Some(before) if before.is_empty() => self.registry.delete_key(&command_key(&key))?,
                Some(before) => self.registry.set(&command_key(&key), "", &before)?,
            }
            self.changed(&key);
        }
        self.registry.delete_value(&keys.before, scheme.name())
    }

    fn changed(&mut self, key: &str) {
        let path = PathBuf::from(format!(r"HKEY_CURRENT_USER\{key}"));
        if !self.report.changed.contains(&path) {
            self.report.changed.push(path);
        }
    }
}

pub(super) fn register_in(
    registry: &mut impl Registry,
    options: &DesktopOptions,
    executable: &str,
) -> Result<DesktopReport> {
    let mut report = DesktopReport::default();
    let keys = Keys::new(options);
    let command = command(executable);
    // Another one if the program was moved since.
    let earlier = registry.get(&command_key(&keys.class_key), "")?;
    let mut replaced = Vec::new();
    let mut to = Writer {
        registry,
        report: &mut report,
    };
    let dropped = |scheme: &LinkScheme| !options.schemes.contains(scheme);
    for scheme in LinkScheme::ALL.into_iter().filter(dropped) {
        if let Some(earlier) = &earlier {
            to.release(&keys, scheme, earlier)?;
        }
        let associations = format!(r"{}\Capabilities\URLAssociations", keys.own);
        to.registry.delete_value(&associations, scheme.name())?;
    }
    to.set(&keys.class_key, "", &format!("URL:{} link", options.title))?;
    to.set(&keys.class_key, "URL Protocol", "")?;
    to.set(
        &format!(r"{}\DefaultIcon", keys.class_key),
        "",
        &format!("\"{executable}\",0"),
    )?;
    to.set(&command_key(&keys.class_key), "", &command)?;
    let capabilities = format!(r"{}\Capabilities", keys.own);
    to.set(&capabilities, "ApplicationName", &options.title)?;
    to.set(
        &capabilities,
        "ApplicationDescription",
        &format!("{}: calls by links", options.title),
    )?;
    for scheme in &options.schemes {
        to.set(&format!(r"{capabilities}\URLAssociations"), scheme.name(), &keys.class)?;
    }
    to.set(REGISTERED, &options.name, &capabilities)?;
    for scheme in options.schemes.iter().filter(|_| options.make_default) {
        let key = scheme_key(*scheme);
        let now = to.registry.get(&command_key(&key), "")?;
        let ours = now.as_ref() == Some(&command) || (now.is_some() && now == earlier);
        match now {
            // It is put back when ours is taken away.
            Some(now) if !ours => {
                to.set(&keys.before, scheme.name(), &now)?;
                replaced.push((*scheme, now));
            }
            None if to.registry.exists(&key)? => to.set(&keys.before, scheme.name(), "")?,
            _ => {}
        }
        if to.registry.get(&key, "")?.is_none() {
            to.set(&key, "", &format!("URL:{}", scheme.name()))?;
        }
        to.set(&key, "URL Protocol", "")?;
        to.set(&command_key(&key), "", &command)?;
    }
    look(registry, options, executable, &mut report)?;
    for (scheme, before) in replaced {
        if let Some(handler) = report.schemes.iter_mut().find(|handler| handler.scheme == scheme) {
            handler.replaced = Some(before);
        }
    }
    if options.make_default {
        report.warnings.push(DesktopWarning::ChooseInSettings(format!(
            "if another program was ever chosen for these links, choose {} in Settings, Apps, Default apps: Windows lets no \
             program do that",
            options.title
        )));
    }
    Ok(report)
}

pub(super) fn unregister_in(registry: &mut impl Registry, options: &DesktopOptions) -> Result<DesktopReport> {
    let mut report = DesktopReport::default();
    let keys = Keys::new(options);
    let own_command = registry.get(&command_key(&keys.class_key), "")?;
    let mut to = Writer {
        registry,
        report: &mut report,
    };
    for scheme in LinkScheme::ALL {
        if let Some(command) = &own_command {
            to.release(&keys, scheme, command)?;
        }
    }
    if to.registry.get(REGISTERED, &options.name)? == Some(format!(r"{}\Capabilities", keys.own)) {
        to.registry.delete_value(REGISTERED, &options.name)?;
        to.changed(REGISTERED);
    }
    for key in [&keys.own, &keys.class_key] {
        if to.registry.exists(key)? {
            to.registry.delete_key(key)?;
            to.changed(key);
        }
    }
    look(registry, options, "", &mut report)?;
    Ok(report)
}

pub(super) fn look(
    registry: &impl Registry,
    options: &DesktopOptions,
    executable: &str,
    report: &mut DesktopReport,
) -> Result<()> {
    let keys = Keys::new(options);
    let command = command(executable);
    match registry.get(&command_key(&keys.class_key), "")? {
        Some(found) if found == command => report.registered = true,
        Some(found) => report.warnings.push(DesktopWarning::OtherProgram(found)),
        None => {}
    }
    for scheme in &options.schemes {
        // What the user chose has more weight than the class, and is a class itself.
        let chosen = format!(
            r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations\{}\UserChoice",
            scheme.name()
        );
        let class = registry.get(&chosen, "ProgId")?;
        let (handler, ours) = match class {
            Some(class) => {
                let ours = report.registered && class == keys.class;
                if report.registered && options.make_default && !ours {
                    let settings = PathBuf::from(format!(r"HKEY_CURRENT_USER\{chosen}"));
                    report.warnings.push(DesktopWarning::Overridden(*scheme, settings));
                }
                (Some(class), ours)
            }
            None => {
                let found = registry.get(&command_key(&scheme_key(*scheme)), "")?;
                let ours = report.registered && found.as_deref() == Some(command.as_str());
                (found, ours)
            }
        };
        report.schemes.push(SchemeHandler {
            scheme: *scheme,
            handler,
            ours,
            replaced: None,
        });
    }
    Ok(())
}

#[cfg(windows)]
pub(super) use user::{register, status, unregister};

#[cfg(windows)]
mod user {
    use std::io::ErrorKind;
    use std::path::Path;

    use winreg::RegKey;
    use winreg::enums::{HKEY_CURRENT_USER, KEY_READ, KEY_SET_VALUE};

    use super::super::failed;
    use super::{DesktopOptions, DesktopReport, Registry, look, register_in, unregister_in};
    use crate::Result;

    /// The real registry.
    struct User(RegKey);

    impl User {
        fn new() -> User {
            User(RegKey::predef(HKEY_CURRENT_USER))
        }
    }

    fn told<T>(key: &str, result: std::io::Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(failed(Path::new(&format!(r"HKEY_CURRENT_USER\{key}")), &e)),
        }
    }

    impl Registry for User {
        fn get(&self, key: &str, name: &str) -> Result<Option<String>> {
            let Some(opened) = told(key, self.0.open_subkey_with_flags(key, KEY_READ))? else {
                return Ok(None);
            };
            // A value of another type is none of ours, and no command.
            Ok(opened.get_value(name).ok())
        }

        fn set(&mut self, key: &str, name: &str, value: &str) -> Result<()> {
            let done = self
                .0
                .create_subkey(key)
                .and_then(|(opened, _)| opened.set_value(name, &value));
            told(key, done).map(drop)
        }

        fn delete_value(&mut self, key: &str, name: &str) -> Result<()> {
            let done = self
                .0
                .open_subkey_with_flags(key, KEY_SET_VALUE)
                .and_then(|opened| opened.delete_value(name));
            told(key, done).map(drop)
        }

        fn delete_key(&mut self, key: &str) -> Result<()> {
            told(key, self.0.delete_subkey_all(key)).map(drop)
        }

        fn exists(&self, key: &str) -> Result<bool> {
            Ok(told(key, self.0.open_subkey_with_flags(key, KEY_READ))?.is_some())
        }
    }

    pub(in super::super) fn register(options: &DesktopOptions, executable: &str) -> Result<DesktopReport> {
        // Long paths come as \\?\C:\…, which not everything that starts programs understands.
        register_in(&mut User::new(), options, plain(executable))
    }

    pub(in super::super) fn unregister(options: &DesktopOptions) -> Result<DesktopReport> {
        unregister_in(&mut User::new(), options)
    }

    pub(in super::super) fn status(options: &DesktopOptions, executable: &str) -> Result<DesktopReport> {
        let mut report = DesktopReport::default();
        look(&User::new(), options, plain(executable), &mut report)?;
        Ok(report)
    }

    fn plain(executable: &str) -> &str {
        match executable.strip_prefix(r"\\?\") {
            Some(rest) if rest.as_bytes().get(1) == Some(&b':') => rest,
            _ => executable,
        }
    }
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
