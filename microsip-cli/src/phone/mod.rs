//! The phone that `microsip.ini` describes: one process owns it, others hand their commands over.

mod background;
mod client;
mod events;
mod files;
mod launch;
mod links;
mod print;
mod serve;

use microsip_core::compat::control::InstanceName;
use microsip_core::compat::ini::{Directories, Place};
use microsip_core::compat::phone::Request;

use crate::args::{PhoneArgs, PhoneCommand, PhoneCommandArgs, WhichArgs};
use crate::exit::Failure;
use crate::logging::LogArg;
pub use launch::microsip_line;
pub(crate) use print::answer_text;

/// What a process has to do: commands for a phone, by whoever owns it.
#[derive(Debug, Default)]
pub(crate) struct Launch {
    which: WhichArgs,
    log: Option<LogArg>,
    requests: Vec<Request>,
    /// Whether the phone is started if none runs.
    starts: bool,
    /// It is no failure if none runs (`/exit`).
    may_be_none: bool,
}

/// `microsip phone`.
///
/// # Errors
/// When it cannot start.
pub fn phone(args: PhoneArgs) -> Result<(), Failure> {
    if args.background {
        return background::start(&args);
    }
    launch::launch(Launch {
        which: args.which,
        log: args.log,
        starts: true,
        ..Launch::default()
    })
}

/// A command for a running phone, or on its files.
///
/// # Errors
/// What goes wrong with it.
pub fn command(args: PhoneCommandArgs) -> Result<(), Failure> {
    let PhoneCommandArgs { which, command } = args;
    let place = place(which.settings.as_deref())?;
    match &command {
        PhoneCommand::RegisterLinks { keep_default } => return links::register(!keep_default, which.json),
        PhoneCommand::UnregisterLinks => return links::unregister(which.json),
        PhoneCommand::Events { names } => return client::events(&place, names),
        PhoneCommand::Contacts { import: Some(file), .. } => return files::import_contacts(&place, file, which.json),
        PhoneCommand::Contacts { export: Some(file), .. } => return files::export_contacts(&place, file),
        PhoneCommand::History {
            export: Some(format), ..
        } => return files::export_history(&place, *format),
        _ => {}
    }
    let Some(request) = command.request().map_err(Failure::usage)? else {
        return Ok(());
    };
    if files::answers(&request) && !client::runs(&place)? {
        return files::answer(&place, &request, which.json);
    }
    launch::launch(Launch {
        starts: command.starts_phone(),
        may_be_none: matches!(request, Request::Exit {}),
        which,
        log: None,
        requests: vec![request],
    })
}

/// The settings file and what lies beside it.
fn place(given: Option<&str>) -> Result<Place, Failure> {
    let directories = Directories::of_process()?;
    Place::choose(&directories, given, None, &|path| path.exists()).map_err(|e| Failure::usage(e.to_string()))
}

fn instance(place: &Place) -> Result<InstanceName, Failure> {
    InstanceName::for_settings(&place.settings).map_err(Failure::from)
}
