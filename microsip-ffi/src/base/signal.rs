//! What event loops wait for: readable, or set, while there may be something to take.

#[cfg(unix)]
pub(crate) use unix::Signal;
#[cfg(windows)]
pub(crate) use windows::Signal;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::fd::{AsRawFd, OwnedFd};

    /// A pipe with a byte in it, or an eventfd above zero.
    pub(crate) struct Signal {
        read: OwnedFd,
        #[cfg(not(target_os = "linux"))]
        write: OwnedFd,
    }

    impl Signal {
        #[cfg(target_os = "linux")]
        pub(crate) fn new() -> io::Result<Signal> {
            use rustix::event::{EventfdFlags, eventfd};
            Ok(Signal {
                read: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            })
        }

        #[cfg(not(target_os = "linux"))]
        pub(crate) fn new() -> io::Result<Signal> {
            use rustix::io::{FdFlags, fcntl_setfd, ioctl_fionbio};
            let (read, write) = rustix::pipe::pipe()?;
            for end in [&read, &write] {
                fcntl_setfd(end, FdFlags::CLOEXEC)?;
                ioctl_fionbio(end, true)?;
            }
            Ok(Signal { read, write })
        }

        pub(crate) fn descriptor(&self) -> i32 {
            self.read.as_raw_fd()
        }

        pub(crate) fn set(&self) {
            // Full is set.
            #[cfg(target_os = "linux")]
            let _ = rustix::io::write(&self.read, &1_u64.to_ne_bytes());
            #[cfg(not(target_os = "linux"))]
            let _ = rustix::io::write(&self.write, &[1]);
        }

        pub(crate) fn clear(&self) {
            let mut drained = [0; 64];
            // An eventfd gives all at once; a pipe what is in it.
            while rustix::io::read(&self.read, &mut drained).is_ok_and(|n| n == drained.len()) {}
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::ffi::c_void;
    use std::io;

    use windows_sys::Win32::Foundation::{CloseHandle, HANDLE};
    use windows_sys::Win32::System::Threading::{CreateEventW, ResetEvent, SetEvent};

    /// An event object that is reset by hand.
    pub(crate) struct Signal(HANDLE);

    // SAFETY: event objects may be used from any thread.
    unsafe impl Send for Signal {}
    // SAFETY: as above.
    unsafe impl Sync for Signal {}

    impl Signal {
        pub(crate) fn new() -> io::Result<Signal> {
            // SAFETY: no attributes and no name are fine.
            let handle = unsafe { CreateEventW(std::ptr::null(), 1, 0, std::ptr::null()) };
            if handle.is_null() {
                return Err(io::Error::last_os_error());
            }
            Ok(Signal(handle))
        }

        pub(crate) fn handle(&self) -> *mut c_void {
            self.0
        }

        pub(crate) fn set(&self) {
            // SAFETY: the handle is ours and open.
            unsafe { SetEvent(self.0) };
        }

        pub(crate) fn clear(&self) {
            // SAFETY: as above.
            unsafe { ResetEvent(self.0) };
        }
    }

    impl Drop for Signal {
        fn drop(&mut self) {
            // SAFETY: as above, and nobody uses it any more.
            unsafe { CloseHandle(self.0) };
        }
    }
}
