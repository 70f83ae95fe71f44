//! The engine that a settings file describes, for programs that bring their own rules.

use super::{Loaded, setup};
use crate::compat::ini::Place;
use crate::{Endpoint, EndpointConfig, Error, ErrorKind, LogLevel, Result, Transport};

/// Starts the endpoint that a settings file describes: its sockets, codecs, NAT, TLS and name servers; and adds its accounts, the
/// local one if there is one, and the active one, which begins to register.
///
/// MicroSIP's behaviour is not in it: no rules for incoming calls, hooks, history, numbers, contacts or devices. [`Phone`](super::Phone)
/// has them. The settings are read once; what is wrong in them is in the list, and the defaults are used.
///
/// # Errors
/// As [`Endpoint::start`] and [`Endpoint::add_account`], and [`Io`](ErrorKind::Io) if the file is there and cannot be read.
pub fn endpoint(place: &Place, log: LogLevel) -> Result<(Endpoint, Vec<Error>)> {
    let (loaded, warnings) = Loaded::read(place)?;
    let mut problems: Vec<Error> = warnings
        .iter()
        .map(|warning| Error::new(ErrorKind::Config, "settings", warning.to_string()))
        .collect();
    // A port that is taken gives way to any.
    let started = match Endpoint::start(config(&loaded, log, false, &mut problems)) {
        Err(e) if e.kind() == ErrorKind::Transport => Endpoint::start(config(&loaded, log, true, &mut Vec::new())),
        started => started,
    };
    let endpoint = started?;
    if loaded.has_local_account() {
        let bound = endpoint.local_address(Transport::Udp)?;
        endpoint.add_account(setup::local_account(&loaded, bound, &mut |e| problems.push(e)))?;
    }
    if let Some((_, account)) = loaded.active() {
        endpoint.add_account(setup::account(&loaded, account, &mut |e| problems.push(e)))?;
    }
    Ok((endpoint, problems))
}

/// What of the settings is about the engine; what decides about calls is as usual.
fn config(loaded: &Loaded, log: LogLevel, free: bool, problems: &mut Vec<Error>) -> EndpointConfig {
    let usual = EndpointConfig::default();
    let config = setup::endpoint(loaded, log, free, &mut |e| problems.push(e));
    config.incoming(usual.incoming).transfers(usual.transfers).trace(false)
}
