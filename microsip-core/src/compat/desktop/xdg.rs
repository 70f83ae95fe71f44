//! Linux and others with the desktop standards of freedesktop.org.

use std::path::PathBuf;

use super::mimeapps::MimeApps;
use super::tool::{self, Failed};
use super::{DesktopOptions, DesktopReport, DesktopWarning, OP, SchemeHandler, entry, file};
use crate::compat::links::LinkScheme;
use crate::{Error, FailureCode, Result};

/// Where things are for one registration.
struct Places {
    /// `NAME.desktop`.
    id: String,
    applications: PathBuf,
    entry: PathBuf,
    config: PathBuf,
    mimeapps: PathBuf,
    /// `XDG_CURRENT_DESKTOP`.
    desktops: String,
}

impl Places {
    fn new(options: &DesktopOptions) -> Result<Places> {
        let dir = |given: &Option<PathBuf>, variable: &str, below: &str| {
            let absolute = |dir: &PathBuf| dir.is_absolute();
            given
                .clone()
                .or_else(|| std::env::var_os(variable).map(PathBuf::from).filter(absolute))
                .or_else(|| std::env::home_dir().filter(absolute).map(|home| home.join(below)))
                .ok_or_else(|| {
                    FailureCode::IoFailed.error(OP, format!("there is no home directory; set HOME or {variable}"))
                })
        };
        let applications = dir(&options.data_home, "XDG_DATA_HOME", ".local/share")?.join("applications");
        let config = dir(&options.config_home, "XDG_CONFIG_HOME", ".config")?;
        let id = format!("{}.desktop", options.name);
        Ok(Places {
            entry: applications.join(&id),
            applications,
            mimeapps: config.join("mimeapps.list"),
            config,
            id,
            desktops: std::env::var_os("XDG_CURRENT_DESKTOP")
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        })
    }

    fn read_mimeapps(&self) -> Result<MimeApps> {
        Ok(MimeApps::parse(&file::read(&self.mimeapps)?.unwrap_or_default()))
    }

    /// Renews `mimeinfo.cache`, which lists who can open what, if the tool for it is installed.
    fn index(&self, report: &mut DesktopReport) {
        if let Err(Failed::Said(why)) = tool::run("update-desktop-database", &[self.applications.as_os_str()]) {
            report.warnings.push(DesktopWarning::NotIndexed(why));
        }
    }

    /// Files of one desktop come before `mimeapps.list`.
    fn with_more_weight(&self) -> Result<Vec<(PathBuf, MimeApps)>> {
        let mut found = Vec::new();
        for desktop in self.desktops.to_ascii_lowercase().split(':') {
            if desktop.is_empty() || desktop.contains('/') {
                continue;
            }
            let path = self.config.join(format!("{desktop}-mimeapps.list"));
            if let Some(bytes) = file::read(&path)? {
                found.push((path, MimeApps::parse(&bytes)));
            }
        }
        Ok(found)
    }
}

pub(super) fn register(options: &DesktopOptions, executable: &str) -> Result<DesktopReport> {
    // The first is forbidden by the specification; the second it has written as %%, which not every desktop reads.
    if let Some(c) = executable.chars().find(|c| "=%".contains(*c)) {
        let why = format!("{executable}: desktop entries cannot name a program with {c} in its path; move the program");
        return Err(Error::invalid(OP, why));
    }
    let places = Places::new(options)?;
    let mut report = DesktopReport::default();
    let text = entry::text(executable, &options.title, &options.schemes);
    let old = file::read(&places.entry)?;
    if old.as_ref().is_some_and(|old| !entry::is_ours(old)) {
        let why = format!(
            "{} is there and was not made by this program; choose another name, or remove it",
            places.entry.display()
        );
        return Err(FailureCode::ConfigConflict.error(OP, why));
    }
    if old.as_deref() != Some(text.as_bytes()) {
        file::write(&places.entry, text.as_bytes())?;
        report.changed.push(places.entry.clone());
        places.index(&mut report);
    }
    let mut replaced = Vec::new();
    let mut apps = places.read_mimeapps()?;
    let before = apps.to_bytes();
    for scheme in LinkScheme::ALL {
        let mime = entry::mime(scheme);
        if !options.schemes.contains(&scheme) {
            // From an earlier registration for more.
            apps.remove(&mime, &places.id);
        } else if options.make_default {
            replaced.push((scheme, apps.put_first(&mime, &places.id)));
        }
    }
    let after = apps.to_bytes();
    if after != before {
        file::write(&places.mimeapps, &after)?;
        report.changed.push(places.mimeapps.clone());
    }
    look(options, executable, &places, &mut report)?;
    for handler in &mut report.schemes {
        let before = replaced.iter().find(|(scheme, _)| *scheme == handler.scheme);
        handler.replaced = before.and_then(|(_, before)| before.clone());
    }
    Ok(report)
}

pub(super) fn unregister(options: &DesktopOptions) -> Result<DesktopReport> {
    let places = Places::new(options)?;
    let mut report = DesktopReport::default();
    let old = file::read(&places.entry)?;
    if old.as_ref().is_some_and(|old| !entry::is_ours(old)) {
        // Defaults with that name are the other's too.
        look(options, "", &places, &mut report)?;
        return Ok(report);
    }
    let mut apps = places.read_mimeapps()?;
    let mut touched = false;
    // All schemes: it may have been registered for others than those given now.
    for scheme in LinkScheme::ALL {
        touched |= apps.remove(&entry::mime(scheme), &places.id);
    }
    if touched {
        if apps.is_bare() {
            file::remove(&places.mimeapps)?;
        } else {
            file::write(&places.mimeapps, &apps.to_bytes())?;
        }
        report.changed.push(places.mimeapps.clone());
    }
    if old.is_some() && file::remove(&places.entry)? {
        report.changed.push(places.entry.clone());
        places.index(&mut report);
    }
    look(options, "", &places, &mut report)?;
    Ok(report)
}

pub(super) fn status(options: &DesktopOptions, executable: &str) -> Result<DesktopReport> {
    status_at(options, executable, &Places::new(options)?)
}

fn status_at(options: &DesktopOptions, executable: &str, places: &Places) -> Result<DesktopReport> {
    let mut report = DesktopReport::default();
    look(options, executable, places, &mut report)?;
    Ok(report)
}

/// How things are.
fn look(options: &DesktopOptions, executable: &str, places: &Places, report: &mut DesktopReport) -> Result<()> {
    let warnings = &mut report.warnings;
    match file::read(&places.entry)? {
        None => {}
        Some(text) if !entry::is_ours(&text) => warnings.push(DesktopWarning::NotOurs(places.entry.clone())),
        Some(text) => {
            let found = entry::exec_of(&text).unwrap_or_default();
            if found == entry::exec(executable) {
                report.registered = true;
                if entry::needs_quotes(executable) {
                    warnings.push(DesktopWarning::PathNeedsQuotes(options.executable.clone()));
                }
            } else {
                warnings.push(DesktopWarning::OtherProgram(found));
            }
        }
    }
    let apps = places.read_mimeapps()?;
    let heavier = places.with_more_weight()?;
    for scheme in &options.schemes {
        let mime = entry::mime(*scheme);
        let over = heavier
            .iter()
            .find_map(|(path, apps)| Some((path, apps.default_of(&mime)?)));
        let handler = match over {
            Some((path, id)) => {
                if report.registered && options.make_default && id != places.id {
                    warnings.push(DesktopWarning::Overridden(*scheme, path.clone()));
                }
                Some(id)
            }
            None => apps.default_of(&mime),
        };
        report.schemes.push(SchemeHandler {
            scheme: *scheme,
            ours: report.registered && handler.as_ref() == Some(&places.id),
            handler,
            replaced: None,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_one_desktop_has_more_weight() {
        let dir = tempfile::tempdir().unwrap();
        let program = std::env::current_exe().unwrap();
        let options = DesktopOptions::new(&program)
            .data_home(dir.path().join("data"))
            .config_home(dir.path().join("config"));
        let executable = program.to_str().unwrap();
        let mut places = Places::new(&options).unwrap();
        assert!(register(&options, executable).unwrap().schemes[0].ours);
        let heavier = places.config.join("gnome-mimeapps.list");
        std::fs::write(&heavier, "[Default Applications]\nx-scheme-handler/sip=o.desktop;\n").unwrap();
        places.desktops = "KDE".to_owned();
        assert!(status_at(&options, executable, &places).unwrap().warnings.is_empty());
        places.desktops = "ubuntu:../x:GNOME".to_owned();
        let report = status_at(&options, executable, &places).unwrap();
        assert_eq!(
            report.warnings,
            [DesktopWarning::Overridden(options.schemes[0], heavier)]
        );
        assert_eq!(
            (report.schemes[0].handler.as_deref(), report.schemes[0].ours),
            (Some("o.desktop"), false)
        );
        assert!(report.schemes[1].ours);
    }
}
