//! macOS: an application that receives the Apple event of a link and starts `microsip --link LINK`.
//!
//! It is an AppleScript made by `osacompile`, with the schemes put into its `Info.plist` by `plutil`, signed for this machine
//! by `codesign` and told to Launch Services by `lsregister`: all of them parts of the system.

#![cfg_attr(not(target_os = "macos"), allow(dead_code, reason = "only tested here"))]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::tool::{self, Failed};
use super::{DesktopOptions, DesktopReport, DesktopWarning, OP, SchemeHandler, failed, file};
use crate::compat::links::LinkScheme;
use crate::{Error, ErrorKind, FailureCode, Result};

/// The system's tools.
pub(super) struct Tools {
    osacompile: PathBuf,
    plutil: PathBuf,
    codesign: PathBuf,
    lsregister: PathBuf,
}

impl Tools {
    fn of_system() -> Tools {
        let services = "/System/Library/Frameworks/CoreServices.framework/Frameworks/LaunchServices.framework";
        Tools {
            osacompile: "/usr/bin/osacompile".into(),
            plutil: "/usr/bin/plutil".into(),
            codesign: "/usr/bin/codesign".into(),
            lsregister: format!("{services}/Support/lsregister").into(),
        }
    }
}

/// The script. `NSTask` starts the program with an argument vector; no shell sees the link.
pub(super) fn script(executable: &str) -> String {
    format!(
        "use framework \"Foundation\"\nuse scripting additions\n\non open location theLink\n\
         \tset theTask to current application's NSTask's alloc()'s init()\n\
         \ttheTask's setLaunchPath:{}\n\
         \ttheTask's setArguments:{{\"--link\", theLink as text}}\n\
         \ttheTask's |launch|()\n\
         end open location\n",
        text(executable)
    )
}

/// A text of AppleScript.
fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `CFBundleURLTypes` as JSON, for `plutil`. Only what was checked goes in: scheme names are ours, the title is escaped.
pub(super) fn url_types(title: &str, schemes: &[LinkScheme]) -> String {
    let names: Vec<_> = schemes.iter().map(|scheme| format!("\"{}\"", scheme.name())).collect();
    let title = title.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "[{{\"CFBundleURLName\":\"{title}\",\"CFBundleTypeRole\":\"Viewer\",\"CFBundleURLSchemes\":[{}]}}]",
        names.join(",")
    )
}

/// What tells our bundles from others, and whether one is as it would be made now.
fn mark(options: &DesktopOptions, executable: &str) -> String {
    let schemes: Vec<_> = options.schemes.iter().map(|scheme| scheme.name()).collect();
    format!(
        "{}\n{executable}\n{}\n{}\n",
        options.name,
        options.title,
        schemes.join(" ")
    )
}

struct Bundle {
    directory: PathBuf,
    path: PathBuf,
}

/// The mark's place in the bundle.
const MARK: &str = "Contents/Resources/microsip-links.txt";

impl Bundle {
    fn new(options: &DesktopOptions) -> Result<Bundle> {
        let directory = options
            .data_home
            .clone()
            .or_else(|| {
                std::env::home_dir()
                    .filter(|home| home.is_absolute())
                    .map(|home| home.join("Applications"))
            })
            .ok_or_else(|| FailureCode::IoFailed.error(OP, "there is no home directory; set HOME"))?;
        Ok(Bundle {
            path: directory.join(format!("{} links.app", options.name)),
            directory,
        })
    }

    /// The mark of a bundle that is there; `None` in `Some` if it is not ours.
    fn found(&self) -> Result<Option<Option<String>>> {
        if fs::symlink_metadata(&self.path).is_err() {
            return Ok(None);
        }
        let mark = file::read(&self.path.join(MARK))?;
        Ok(Some(mark.map(|mark| String::from_utf8_lossy(&mark).into_owned())))
    }
}

pub(super) fn register(options: &DesktopOptions, executable: &str) -> Result<DesktopReport> {
    register_with(&Tools::of_system(), options, executable)
}

pub(super) fn unregister(options: &DesktopOptions) -> Result<DesktopReport> {
    unregister_with(&Tools::of_system(), options)
}

pub(super) fn status(options: &DesktopOptions, executable: &str) -> Result<DesktopReport> {
    let mut report = DesktopReport::default();
    look(options, executable, &Bundle::new(options)?, &mut report)?;
    Ok(report)
}

fn register_with(tools: &Tools, options: &DesktopOptions, executable: &str) -> Result<DesktopReport> {
    let bundle = Bundle::new(options)?;
    let mut report = DesktopReport::default();
    let mark = mark(options, executable);
    let found = bundle.found()?;
    if found == Some(None) {
        let why = format!(
            "{} is there and was not made by this program; choose another name, or remove it",
            bundle.path.display()
        );
        return Err(FailureCode::ConfigConflict.error(OP, why));
    }
    if found != Some(Some(mark.clone())) {
        fs::create_dir_all(&bundle.directory).map_err(|e| failed(&bundle.directory, &e))?;
        // Made beside its place and moved there, so that nobody sees half of it.
        let work = tempfile::Builder::new()
            .prefix(".microsip-")
            .tempdir_in(&bundle.directory)
            .map_err(|e| failed(&bundle.directory, &e))?;
        let made = work.path().join("links.app");
        make(tools, options, executable, work.path(), &made, &mark)?;
        if found.is_some() {
            fs::rename(&bundle.path, work.path().join("old.app")).map_err(|e| failed(&bundle.path, &e))?;
        }
        fs::rename(&made, &bundle.path).map_err(|e| failed(&bundle.path, &e))?;
        report.changed.push(bundle.path.clone());
    }
    if let Err(error) = run(&tools.lsregister, &[OsStr::new("-f"), bundle.path.as_os_str()]) {
        report
            .warnings
            .push(DesktopWarning::NotIndexed(error.message().to_owned()));
    }
    look(options, executable, &bundle, &mut report)?;
    if options.make_default {
        report.warnings.push(DesktopWarning::ChooseInSettings(format!(
            "macOS opens links with {} where no other program wants them; for tel: choose it in the settings of FaceTime or \
             Phone, Default for calls",
            options.title
        )));
    }
    Ok(report)
}

fn make(tools: &Tools, options: &DesktopOptions, executable: &str, work: &Path, made: &Path, mark: &str) -> Result<()> {
    let source = work.join("links.applescript");
    file::write(&source, script(executable).as_bytes())?;
    run(
        &tools.osacompile,
        &[OsStr::new("-o"), made.as_os_str(), source.as_os_str()],
    )?;
    let plist = made.join("Contents/Info.plist");
    let types = url_types(&options.title, &options.schemes);
    let identifier = format!("microsip.links.{}", options.name.replace('_', "-"));
    for (key, kind, value) in [
        ("CFBundleIdentifier", "-string", identifier.as_str()),
        ("CFBundleName", "-string", options.title.as_str()),
        ("CFBundleURLTypes", "-json", types.as_str()),
        // No icon in the Dock while a link is passed on.
        ("LSUIElement", "-bool", "true"),
    ] {
        let arguments = ["-replace", key, kind, value].map(OsStr::new);
        run(&tools.plutil, &[&arguments[..], &[plist.as_os_str()]].concat())?;
    }
    file::write(&made.join(MARK), mark.as_bytes())?;
    // The bundle was changed since it was made, and what is signed wrongly is not started.
    run(
        &tools.codesign,
        &["--force", "--sign", "-"]
            .map(OsStr::new)
            .into_iter()
            .chain([made.as_os_str()])
            .collect::<Vec<_>>(),
    )
}

fn unregister_with(tools: &Tools, options: &DesktopOptions) -> Result<DesktopReport> {
    let bundle = Bundle::new(options)?;
    let mut report = DesktopReport::default();
    if let Some(Some(_)) = bundle.found()? {
        if let Err(error) = run(&tools.lsregister, &[OsStr::new("-u"), bundle.path.as_os_str()]) {
            report
                .warnings
                .push(DesktopWarning::NotIndexed(error.message().to_owned()));
        }
        fs::remove_dir_all(&bundle.path).map_err(|e| failed(&bundle.path, &e))?;
        report.changed.push(bundle.path.clone());
    }
    look(options, "", &bundle, &mut report)?;
    Ok(report)
}

fn look(options: &DesktopOptions, executable: &str, bundle: &Bundle, report: &mut DesktopReport) -> Result<()> {
    match bundle.found()? {
        None => {}
        Some(None) => report.warnings.push(DesktopWarning::NotOurs(bundle.path.clone())),
        Some(Some(found)) if found == mark(options, executable) => report.registered = true,
        Some(Some(found)) => {
            let program = found.lines().nth(1).unwrap_or_default().to_owned();
            report.warnings.push(DesktopWarning::OtherProgram(program));
        }
    }
    // Which program opens a scheme only Launch Services' interface tells, not a tool of the system.
    report.schemes = options
        .schemes
        .iter()
        .map(|scheme| SchemeHandler {
            scheme: *scheme,
            handler: None,
            ours: false,
            replaced: None,
        })
        .collect();
    Ok(())
}

fn run(tool: &Path, arguments: &[&OsStr]) -> Result<()> {
    tool::run(tool, arguments).map_err(|failed| match failed {
        Failed::Missing => Error::new(
            ErrorKind::Unsupported,
            OP,
            format!("{} is missing; it is a part of the system", tool.display()),
        ),
        Failed::Said(why) => FailureCode::IoFailed.error(OP, why),
    })
}

#[cfg(test)]
#[path = "bundle_tests.rs"]
mod tests;
