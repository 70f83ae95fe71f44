//! Where the settings file is.

use std::ffi::c_char;

use microsip_core::compat::ini::{Directories, Place, PlaceKind};

use crate::base::{Code, Out, free, get, guard, opt_text, put, share};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// How the settings file's place was chosen: one of `enum microsip_place_kind_e`.
pub type microsip_place_kind_t = i32;

/// The values of `microsip_place_kind_t`.
#[repr(i32)]
pub enum microsip_place_kind_e {
    /// Beside the program.
    MICROSIP_PLACE_KIND_PORTABLE = 1,
    /// In the user's directory.
    MICROSIP_PLACE_KIND_PER_USER = 2,
    /// By a name that was given.
    MICROSIP_PLACE_KIND_GIVEN = 3,
}

code!(microsip_place_kind_e, "place kind", PlaceKind {
MICROSIP_PLACE_KIND_PORTABLE = Portable,
MICROSIP_PLACE_KIND_PER_USER = PerUser,
MICROSIP_PLACE_KIND_GIVEN = Given,
});

/// The settings file and what goes with it. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_place_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_place_t, 159, "place", Place);

/// Chooses the settings file as MicroSIP does, by this process' program, working directory and environment.
///
/// `given` (may be NULL) is a file's name: as it is if absolute, else below the working directory or the user's
/// directory, wherever it exists. Without it `kind` says whether the file is beside the program
/// (`MICROSIP_PLACE_KIND_PORTABLE`) or in the user's directory (`MICROSIP_PLACE_KIND_PER_USER`); with 0 one beside the
/// program wins if it exists. The file need not exist.
///
/// Statuses: `INVALID_ARGUMENT` if `given` is empty or a directory's name, `INVALID_ENUM`, `IO` if the system does not
/// tell the directories.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_place_choose(
    given: *const c_char,
    kind: microsip_place_kind_t,
    place: *mut microsip_place_t,
) -> microsip_status_t {
    guard("microsip_place_choose", || {
        let out = Out::new(place, "place")?;
        let given = opt_text(given, "given")?;
        let installed = match kind {
            0 => None,
            kind => Some(PlaceKind::arg(kind)? == PlaceKind::PerUser),
        };
        let place = Place::choose(&Directories::of_process()?, given, installed, &|path| path.exists())?;
        out.set(put(place)?);
        Ok(())
    })
}

/// How it was chosen.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_place_kind(
    place: microsip_place_t,
    kind: *mut microsip_place_kind_t,
) -> microsip_status_t {
    guard("microsip_place_kind", || {
        let out = Out::new(kind, "kind")?;
        let object = get(place)?;
        let p = &**object;
        out.set(p.kind.code());
        Ok(())
    })
}

/// The settings file. Lent until the place is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_place_settings(
    place: microsip_place_t,
    settings: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_place_settings", || {
        let out = Out::new(settings, "settings")?;
        let object = get(place)?;
        let p = &**object;
        out.set(object.lend(&p.settings.display().to_string()));
        Ok(())
    })
}

/// `Contacts.xml`, beside the settings. Lent until the place is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_place_contacts(
    place: microsip_place_t,
    contacts: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_place_contacts", || {
        let out = Out::new(contacts, "contacts")?;
        let object = get(place)?;
        let p = &**object;
        out.set(object.lend(&p.contacts.display().to_string()));
        Ok(())
    })
}

/// The log file. Lent until the place is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_place_log(place: microsip_place_t, log: *mut *const c_char) -> microsip_status_t {
    guard("microsip_place_log", || {
        let out = Out::new(log, "log")?;
        let object = get(place)?;
        let p = &**object;
        out.set(object.lend(&p.log.display().to_string()));
        Ok(())
    })
}

/// The directory of recordings, unless the setting `recordingPath` says otherwise. Lent until the place is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_place_recordings(
    place: microsip_place_t,
    recordings: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_place_recordings", || {
        let out = Out::new(recordings, "recordings")?;
        let object = get(place)?;
        let p = &**object;
        out.set(object.lend(&p.recordings.display().to_string()));
        Ok(())
    })
}

/// Another handle to the same place, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_place_clone(
    place: microsip_place_t,
    clone: *mut microsip_place_t,
) -> microsip_status_t {
    guard("microsip_place_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(place)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_place_free(place: microsip_place_t) -> microsip_status_t {
    guard("microsip_place_free", || free(place))
}
