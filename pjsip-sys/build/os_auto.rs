//! What does the platform offer? The answers that autoconf would find by trying.

use std::fmt::Write as _;

use crate::target::{Os, Target};

#[rustfmt::skip]
const HEADERS_UNIX: &[&str] = &[
    "ARPA_INET", "ASSERT", "CTYPE", "ERRNO", "FCNTL", "IFADDRS", "INTTYPES", "LIMITS", "NETDB", "NETINET_IN",
    "NETINET_IN_SYSTM", "NETINET_IP", "NETINET_TCP", "NET_IF", "SEMAPHORE", "SETJMP", "STDARG", "STDDEF", "STDINT",
    "STDIO", "STDLIB", "STRING", "SYS_IOCTL", "SYS_SELECT", "SYS_SOCKET", "SYS_TIME", "SYS_TYPES", "SYS_UTSNAME",
    "TIME", "UNISTD",
];
#[rustfmt::skip]
const HEADERS_LINUX: &[&str] = &["LINUX_SOCKET", "MALLOC", "SYS_TIMEB"];
#[rustfmt::skip]
const HEADERS_MACOS: &[&str] = &["EXECINFO", "SYS_FILIO", "SYS_SOCKIO"];

#[rustfmt::skip]
const ON_UNIX: &[&str] = &[
    "PJ_HAS_ERRNO_VAR",
    "PJ_HAS_HIGH_RES_TIMER",
    "PJ_HAS_LOCALTIME_R",
    "PJ_HAS_MALLOC",
    "PJ_HAS_PTHREAD_MUTEXATTR_SETTYPE",
    "PJ_HAS_PTHREAD_SETNAME_NP",
    "PJ_HAS_SEMAPHORE",
    "PJ_HAS_SOCKLEN_T",
    "PJ_HAS_SO_ERROR",
    "PJ_HAS_THREADS",
    "PJ_SOCK_HAS_GETADDRINFO",
    "PJ_SOCK_HAS_INET_ATON",
    "PJ_SOCK_HAS_INET_NTOP",
    "PJ_SOCK_HAS_INET_PTON",
    "PJ_SOCK_HAS_IPV6_V6ONLY",
    "PJ_SOCK_HAS_SOCKETPAIR",
];
#[rustfmt::skip]
const OFF_UNIX: &[&str] = &[
    "PJ_EMULATE_RWMUTEX",
    "PJ_NATIVE_STRING_IS_UNICODE",
    "PJ_OS_HAS_CHECK_STACK",
    "PJ_SELECT_NEEDS_NFDS",
    "PJ_THREAD_ALLOCATE_STACK",
    "PJ_THREAD_SET_STACK_SIZE",
];

/// `pj/compat/os_auto.h`. Only read with `PJ_AUTOCONF`, hence not on Windows, whose hand-written header is current.
pub fn os_auto_h(target: &Target) -> String {
    let (name, mut headers) = match target.os {
        Os::Darwin => ("apple-darwin", HEADERS_MACOS.to_vec()),
        _ => ("unknown-linux", HEADERS_LINUX.to_vec()),
    };
    headers.extend(HEADERS_UNIX);
    if target.os == Os::Linux && target.env == "gnu" {
        headers.push("EXECINFO");
    }

    let mut text = header("__PJ_COMPAT_OS_AUTO_H__");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "#define PJ_OS_NAME \"{}-{name}\"", target.arch);
    for header in headers {
        let _ = writeln!(text, "#define PJ_HAS_{header}_H 1");
    }
    for name in ON_UNIX {
        let _ = writeln!(text, "#define {name} 1");
    }
    for name in OFF_UNIX {
        let _ = writeln!(text, "#define {name} 0");
    }
    text.push_str(match target.os {
        // getaddrinfo quirks: see upstream's os_auto.h.in.
        Os::Darwin => {
            "#define PJ_DARWINOS 1\n\
             #define PJ_SOCKADDR_HAS_LEN 1\n\
             #define PJ_IOQUEUE_IMP PJ_IOQUEUE_IMP_SELECT\n\
             #define PJ_GETHOSTIP_DISABLE_LOCAL_RESOLUTION 1\n\
             #define PJ_SOCKADDR_USE_GETADDRINFO 1\n\
             #include \"TargetConditionals.h\"\n"
        }
        _ => {
            "#define PJ_LINUX 1\n\
             #define PJ_IOQUEUE_IMP PJ_IOQUEUE_IMP_EPOLL\n"
        }
    });
    text.push_str(
        "#define PJ_BLOCKING_ERROR_VAL EAGAIN\n\
         #define PJ_BLOCKING_CONNECT_ERROR_VAL EINPROGRESS\n\
         #define PJ_POOL_ALIGNMENT 8\n\
         #define PJ_ATOMIC_VALUE_TYPE long\n\
         #endif\n",
    );
    text
}

/// `pj/compat/m_auto.h`: the processor.
pub fn m_auto_h(target: &Target) -> String {
    let little = u8::from(target.little_endian);
    let mut text = header("__PJ_COMPAT_M_AUTO_H__");
    let _ = write!(
        text,
        "#define PJ_M_NAME \"{}\"\n\
         #define PJ_HAS_PENTIUM 0\n\
         #define PJ_HAS_FLOATING_POINT 1\n\
         #ifndef PJ_IS_LITTLE_ENDIAN\n\
         #define PJ_IS_LITTLE_ENDIAN {little}\n\
         #define PJ_IS_BIG_ENDIAN {}\n\
         #endif\n\
         #endif\n",
        target.arch,
        1 - little,
    );
    text
}

fn header(guard: &str) -> String {
    format!("/* Written by pjsip-sys/build/os_auto.rs. */\n#ifndef {guard}\n#define {guard}\n")
}
