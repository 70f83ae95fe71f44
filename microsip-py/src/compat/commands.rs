//! MicroSIP's command line, and links of browsers.

use microsip_core::Secret;
use microsip_core::compat::cmdline::{self, Command, CommandLine, Switch, WindowStart};
use microsip_core::compat::links::{CallTarget, Link, LinkAction, LinkScheme, TelParameters};
use pyo3::prelude::*;

use crate::base::{Outcome, ToPy};
use crate::{event, names, snapshot};

names!(Switch as "compat.Switch" [On, Off, Toggle]);
names!(WindowStart as "compat.WindowStart" [Normal, Minimized, Hidden]);
names!(LinkScheme as "compat.LinkScheme" [Sip, Sips, Tel, Callto, Dial, Dialpad, Msip]);
snapshot!(TelParameters as "compat.TelParameters" { extension, isub, context, other });
snapshot!(CommandLine as "compat.CommandLine" { commands, window, settings });
snapshot!(Link as "compat.Link" { scheme, command = |it| Action(&it.action), tel, left_out });

/// What a command is about, whichever it is.
#[derive(Default)]
struct Parts<'a> {
    target: Option<&'a CallTarget>,
    text: Option<&'a str>,
    switch: Option<Switch>,
    digits: Option<&'a str>,
    ask: bool,
    by: Option<i8>,
    account: Option<u32>,
    password: Option<&'a Secret>,
}

fn command<'py>(py: Python<'py>, name: &str, starts: bool, parts: &Parts<'_>) -> PyResult<Bound<'py, PyAny>> {
    event!(py, "compat.Command" {
        name: name, target: parts.target.map(CallTarget::text),
        is_secure: parts.target.is_some_and(CallTarget::is_secure), text: parts.text, switch: parts.switch, by: parts.by,
        account: parts.account, digits: parts.digits, ask: parts.ask, password: parts.password.map(Secret::reveal),
        starts_phone: starts,
    })
}

impl ToPy for Command {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut parts = Parts::default();
        match self {
            Command::Call(target) | Command::Transfer(target) => parts.target = Some(target),
            Command::Message { to, text } => (parts.target, parts.text) = (Some(to), Some(text.as_str())),
            Command::Hold(switch) | Command::MicrophoneMute(switch) | Command::SpeakerMute(switch) => {
                parts.switch = Some(*switch);
            }
            Command::Dtmf(digits) => (parts.digits, parts.ask) = (Some(digits.digits.as_str()), digits.ask),
            Command::MicrophoneVolume(by) | Command::SpeakerVolume(by) => parts.by = Some(*by),
            Command::UseAccount(number) => parts.account = Some(*number),
            Command::StorePassword { account, password } => {
                (parts.account, parts.password) = (Some(*account), Some(password));
            }
            Command::Password(password) => parts.password = Some(password),
            Command::Reset { ask } => parts.ask = *ask,
            _ => {}
        }
        command(py, self.name(), self.starts_phone(), &parts)
    }
}

struct Action<'a>(&'a LinkAction);

impl ToPy for Action<'_> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let parts = match self.0 {
            LinkAction::Command(it) => return it.to_py(py),
            LinkAction::Call(target) => Parts {
                target: Some(target),
                ..Parts::default()
            },
            LinkAction::Message { to, text } => Parts {
                target: Some(to),
                text: Some(text),
                ..Parts::default()
            },
            _ => Parts::default(),
        };
        let name = if parts.text.is_some() { "message" } else { "call" };
        command(py, name, true, &parts)
    }
}

#[pyfunction]
pub fn parse_arguments(py: Python<'_>, arguments: Vec<String>) -> Outcome<Bound<'_, PyAny>> {
    Ok(CommandLine::parse(arguments)?.to_py(py)?)
}

#[pyfunction]
pub fn parse_line<'py>(py: Python<'py>, line: &str) -> Outcome<Bound<'py, PyAny>> {
    Ok(CommandLine::parse_text(line)?.to_py(py)?)
}

/// The link, and the request that a phone would be asked.
#[pyfunction]
pub fn parse_link<'py>(py: Python<'py>, text: &str) -> Outcome<Bound<'py, PyAny>> {
    Ok(Link::parse(text)?.to_py(py)?)
}

#[pyfunction]
pub fn split_windows(line: &str) -> Vec<String> {
    cmdline::split_windows(line)
}
