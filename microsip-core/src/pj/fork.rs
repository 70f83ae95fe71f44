//! Being told of forks.

/// Calls `told` in every child that this process forks from now on. It must do nothing but what a signal handler may.
pub(crate) fn in_forked_children(told: extern "C" fn()) {
    #[cfg(unix)]
    {
        // SAFETY: the function is of the type asked for, lives as long as the program, and takes no lock.
        let status = unsafe { libc::pthread_atfork(None, None, Some(told)) };
        if status != 0 {
            tracing::warn!(target: "microsip", "forks will not be noticed (error {status})");
        }
    }
    #[cfg(not(unix))]
    let _ = told;
}
