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

/// The last event of a phone.
const LAST: &str = "closed";
const A_REQUEST: Duration = Duration::from_secs(65);
const A_CALL: Duration = Duration::from_secs(7 * 86_400);

/// Whether a phone runs for these settings.
pub(super) fn runs(place: &Place) -> Result<bool, Failure> {
    Ok(connect(place)?.is_some())
}

fn connect(place: &Place) -> Result<Option<Client>, Failure> {
    Ok(Instance::find(&instance(place)?)?)
}

/// Ends the phone, if one runs.
pub(super) fn end(place: &Place) -> Result<(), Failure> {
    let Some(mut client) = connect(place)? else {
        return Ok(());
    };
    match client.request(Request::Exit {}.to_json()?, A_REQUEST) {
        Err(e) if e.kind() != microsip_core::ErrorKind::NotRunning => Err(Failure::of(&e)),
        _ => Ok(()),
    }
}

/// `microsip events`: one JSON object a line, until the phone ends or nobody reads.
pub(super) fn events(place: &Place, names: &[String]) -> Result<(), Failure> {
    let Some(mut client) = connect(place)? else {
        return Err(Failure::not_running(&place.settings));
    };
    let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut subscribed = wanted.clone();
    if !wanted.is_empty() {
        // The end of the phone is heard in any case: without it the connection was lost.
        subscribed.push(LAST);
    }
    client.subscribe(&subscribed, A_REQUEST)?;
    loop {
        let Some(event) = client.next_event(A_CALL)? else {
            continue;
        };
        let name = event["event"].as_str().unwrap_or_default();
        let told = wanted.is_empty() || name == "lagged" || wanted.contains(&name);
        if (told && !print::try_line(&event.to_string())) || name == LAST {
            return Ok(());
        }
    }
}
