//! PJSIP modules of ours: memory, name, priority.

use std::ffi::c_int;

use pjsip_sys as sys;

use super::status::check;
use crate::Result;

/// A registered module; PJSIP keeps a pointer to it until its endpoint is destroyed.
pub(super) struct Module(*mut sys::pjsip_module);

impl Module {
    /// Registers a module under a name of its own. Modules with a lower priority see what is received earlier.
    pub(super) fn register(
        name: &'static str,
        priority: c_int,
        fill: impl FnOnce(&mut sys::pjsip_module),
    ) -> Result<Module> {
        // SAFETY: engine thread. All-zero is PJSIP's own way to say "no function"; the memory stays in place until `drop`,
        // which runs after PJSUA is destroyed. The name is static, and its length goes with it.
        unsafe {
            let module = Box::into_raw(Box::new(std::mem::zeroed::<sys::pjsip_module>()));
            let owner = Module(module);
            let m = &mut *module;
            m.name = sys::pj_str_t {
                ptr: name.as_ptr().cast_mut().cast(),
                slen: name.len() as _,
            };
            m.id = -1;
            m.priority = priority;
            fill(m);
            let status = sys::pjsip_endpt_register_module(sys::pjsua_get_pjsip_endpt(), module);
            check("start endpoint", &format!("cannot register {name}"), status)?;
            Ok(owner)
        }
    }
}

impl Module {
    /// Its number: its place in `mod_data`.
    pub(super) fn id(&self) -> c_int {
        // SAFETY: ours until `drop`; PJSIP wrote the number when it was registered.
        unsafe { (*self.0).id }
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        // SAFETY: made by Box in `register`; PJSIP has let go of it, or never took it.
        drop(unsafe { Box::from_raw(self.0) });
    }
}
