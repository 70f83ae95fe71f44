//! `register-links`, `unregister-links`.

use std::io::Write as _;

use microsip_core::compat::desktop::{self, DesktopOptions, DesktopReport};
use serde_json::json;

use super::print;
use crate::exit::Failure;
use crate::style::clean;

pub(super) fn register(make_default: bool, json: bool) -> Result<(), Failure> {
    let options = DesktopOptions::of_process()?.make_default(make_default);
    tell(&desktop::register(&options).map_err(|e| Failure::of(&e))?, json);
    Ok(())
}

pub(super) fn unregister(json: bool) -> Result<(), Failure> {
    let options = DesktopOptions::of_process()?;
    tell(&desktop::unregister(&options).map_err(|e| Failure::of(&e))?, json);
    Ok(())
}

fn tell(report: &DesktopReport, json: bool) {
    for warning in &report.warnings {
        drop(writeln!(
            anstream::stderr(),
            "microsip: {}",
            clean(&warning.to_string())
        ));
    }
    if json {
        let schemes: Vec<_> = report
            .schemes
            .iter()
            .map(|s| json!({ "scheme": s.scheme.name(), "handler": s.handler, "ours": s.ours, "replaced": s.replaced }))
            .collect();
        let changed: Vec<_> = report.changed.iter().map(|path| path.display().to_string()).collect();
        return print::line(
            &json!({ "registered": report.registered, "changed": changed, "schemes": schemes }).to_string(),
        );
    }
    match report.registered {
        true => {
            let ours: Vec<_> = report
                .schemes
                .iter()
                .filter(|s| s.ours)
                .map(|s| format!("{}:", s.scheme.name()))
                .collect();
            print::line(&format!("links open with this program: {}", ours.join(" ")));
        }
        false => print::line("links are not opened with this program"),
    }
}
