//! What is linked and told to dependants?

use std::env;

use crate::Result;
use crate::config::Flags;
use crate::target::{Os, Target};
use crate::vendor::Tree;

pub fn export(target: &Target, tree: &Tree, flags: &Flags) -> Result<()> {
    let libraries: &[&str] = match target.os {
        Os::Linux => &["m", "pthread"],
        Os::Darwin => &["m"],
        Os::Windows => &[
            "ws2_32", "mswsock", "iphlpapi", "ole32", "winmm", "netapi32", "user32", "advapi32", "crypt32",
        ],
    };
    for name in libraries {
        println!("cargo:rustc-link-lib={name}");
    }

    println!("cargo:rustc-env=PJSIP_SYS_VERSION={}", tree.version);
    // Where the tests find upstream's Makefiles; an absolute path, hence not for the library.
    println!("cargo:rustc-env=PJSIP_SYS_TREE={}", tree.root.display());

    // DEP_PJSIP_*: for build scripts of crates that compile C against these headers.
    println!("cargo:version={}", tree.version);
    let include = env::join_paths(&flags.includes).map_err(|e| e.to_string())?;
    println!("cargo:include={}", include.to_string_lossy());
    let defines: Vec<String> = flags
        .defines
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    println!("cargo:defines={}", defines.join(";"));
    for (name, value) in &flags.capacities {
        println!("cargo:{}={value}", name.to_lowercase());
    }
    Ok(())
}
