//! Questions to a phone that runs.

use std::time::Duration;

use microsip_core::compat::control::{Client, Instance};
use microsip_core::compat::ini::Place;
use microsip_core::compat::phone::Request;

use super::{instance, print};
use crate::exit::Failure;

/// How long a request may take.
pub(super) fn patience(request: &Request) -> Duration {
    match request {
        Request::Call { until: Some(_), .. } => A_CALL,
        _ => A_REQUEST,
    }
}

const A_REQUEST: Duration = Duration::from_secs(65);
const A_CALL: Duration = Duration::from_secs(7 * 86_400);

/// Whether a phone runs for these settings.
pub(super) fn runs(place: &Place) -> Result<bool, Failure> {
    Ok(connect(place)?.is_some())
}

fn connect(place: &Place) -> Result<Option<Client>, Failure> {
    Ok(Instance::find(&instance(place)?)?)
}

/// `microsip events`: one JSON object a line, until the phone ends or nobody reads.
pub(super) fn events(place: &Place, names: &[String]) -> Result<(), Failure> {
    let Some(mut client) = connect(place)? else {
        return Err(Failure::not_running(&place.settings));
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    client.subscribe(&names, A_REQUEST)?;
    loop {
        match client.next_event(A_CALL) {
            Ok(Some(event)) => {
                let last = event["event"] == "closed";
                if !print::try_line(&event.to_string()) || last {
                    return Ok(());
                }
            }
            Ok(None) => {}
            // The phone has ended.
            Err(e) if e.kind() == microsip_core::ErrorKind::NotRunning => return Ok(()),
            Err(e) => return Err(e.into()),
        }
    }
}
