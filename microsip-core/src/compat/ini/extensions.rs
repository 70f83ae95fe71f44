//! `[Extensions]`, typed: settings of ours that MicroSIP has no key for.

use std::fmt;

use super::document::IniFile;
use super::key::{Disposition, Key, Section, SectionKind, Value, ValueKind};
use super::table::keys;
use super::warning::{IniWarning, masked};
use crate::Result;

use ValueKind::{Flag, Int, NotZero, Quoted, Text};

#[rustfmt::skip]
keys! {
    /// The section `[Extensions]`.
    Extensions in Extensions, EXTENSION_KEYS;

    /// Local IP address of all sockets; empty: every IPv4 address.
    bind_address: String = "bindAddress" "" Text, Honoured;
    /// Check the certificates of TLS servers. MicroSIP does not.
    tls_verify: bool = "tlsVerify" "1" NotZero, Honoured;
    /// Certificate authorities that are trusted, PEM; empty: the system's. Also for directories and provisioning.
    tls_ca_file: String = "tlsCaFile" "" Text, Honoured;
    /// Use microphone and loudspeaker while there are calls; without devices the phone works all the same.
    audio_devices: bool = "audioDevices" "1" NotZero, Honoured;
    /// Keep calls and messages in a database as well.
    database: bool = "database" "1" NotZero, Honoured;
    /// The database; empty: `microsip.db` beside the settings.
    database_file: String = "databaseFile" "" Text, Honoured;
    /// Seconds after which a hook's process is ended.
    hook_timeout: u32 = "hookTimeout" "10" Int { min: 1, max: 600 }, Honoured;
    /// Ask before a link from a browser calls: a program whose exit status 0 means yes; it gets the link as last argument.
    cmd_confirm_link: String = "cmdConfirmLink" "" Quoted, Honoured;
    /// Ask on the terminal before a link calls; without a terminal and without `cmdConfirmLink` the link is refused.
    confirm_links: bool = "confirmLinks" "0" Flag, Honoured;
    /// Address of a provisioning document; https, or a host of this machine.
    provisioning_url: String = "provisioningUrl" "" Text, Honoured;
    /// Let a provisioning document set hooks, which run programs.
    provisioning_hooks: bool = "provisioningHooks" "0" Flag, Honoured;
    /// Write passwords hidden, as MicroSIP does; they can be read back all the same.
    hide_passwords: bool = "hidePasswords" "0" Flag, Honoured;
    /// The key passwords are hidden with; empty: that of the published sources.
    password_key: String = "passwordKey" "" Text, Honoured;
}

const SECTION: &str = "Extensions";

impl Extensions {
    /// Reads `[Extensions]`. A missing section gives the defaults; wrong values are told and the defaults used.
    pub fn read(ini: &IniFile) -> (Extensions, Vec<IniWarning>) {
        let mut warnings = Vec::new();
        let extensions = Extensions::read_section(&Section::of(ini, SECTION), &mut warnings);
        (extensions, warnings)
    }

    /// Writes to the document what it does not say already; the number of lines that changed.
    ///
    /// # Errors
    /// As [`Settings::write`](super::Settings::write).
    pub fn write(&self, ini: &mut IniFile) -> Result<usize> {
        let old = Extensions::read(ini).0;
        self.write_section(&old, ini, SECTION)
    }
}
