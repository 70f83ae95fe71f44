//! The hosts file.

use std::fs::File;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::SystemTime;

use hickory_resolver::Hosts;
use hickory_resolver::proto::op::Query;
use hickory_resolver::proto::rr::{Name, RecordType};

use super::question::Families;

/// A larger one is not read: the engine does it, and it is a file of a few lines.
const LARGEST: u64 = 1 << 20;

/// Where the system keeps it.
pub(super) fn system_file() -> Option<PathBuf> {
    #[cfg(unix)]
    return Some("/etc/hosts".into());
    #[cfg(not(unix))]
    return std::env::var_os("SystemRoot").map(|root| PathBuf::from(root).join(r"System32\drivers\etc\hosts"));
}

/// Names in the hosts file, read again when the file changes.
pub(crate) struct HostsFile {
    path: Option<PathBuf>,
    read: Option<(SystemTime, u64)>,
    hosts: Hosts,
}

impl HostsFile {
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        HostsFile {
            path,
            read: None,
            hosts: Hosts::default(),
        }
    }

    /// The addresses of `host`, IPv4 first; empty if it is not in the file. `localhost` is always known (RFC 6761 §6.3).
    pub(crate) fn lookup(&mut self, host: &str, families: Families) -> Vec<IpAddr> {
        self.refresh();
        let mut found = Vec::new();
        if let Ok(name) = Name::from_ascii(host) {
            for (kind, wanted) in [(RecordType::A, families.v4()), (RecordType::AAAA, families.v6())] {
                let query = Query::query(name.clone(), kind);
                if let (true, Some(lookup)) = (wanted, self.hosts.lookup_static_host(&query)) {
                    found.extend(lookup.answers().iter().filter_map(|r| r.data.ip_addr()));
                }
            }
        }
        if found.is_empty() && (host == "localhost" || host.ends_with(".localhost")) {
            let both = [
                IpAddr::from([127, 0, 0, 1]),
                IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
            ];
            found.extend(both.into_iter().filter(|ip| families.has(*ip)));
        }
        found
    }

    fn refresh(&mut self) {
        let Some(path) = &self.path else { return };
        let state = std::fs::metadata(path)
            .ok()
            .filter(|m| m.is_file() && m.len() <= LARGEST)
            .and_then(|m| Some((m.modified().ok()?, m.len())));
        if state == self.read {
            return;
        }
        self.read = state;
        self.hosts = Hosts::default();
        if state.is_some()
            && let Err(e) = File::open(path).and_then(|file| self.hosts.read_hosts_conf(file))
        {
            tracing::warn!(target: "microsip", "cannot read {}: {e}", path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_changes_noticed() {
        let path = std::env::temp_dir().join(format!("microsip-hosts-{}", std::process::id()));
        std::fs::write(&path, "192.0.2.1 pbx PBX.example # the old one\n2001:db8::1 pbx\n").unwrap();
        let mut hosts = HostsFile::new(Some(path.clone()));
        let v4: IpAddr = "192.0.2.1".parse().unwrap();
        let v6: IpAddr = "2001:db8::1".parse().unwrap();
        assert_eq!(hosts.lookup("pbx", Families::Both), [v4, v6]);
        assert_eq!(hosts.lookup("pbx", Families::V6), [v6]);
        assert_eq!(hosts.lookup("pbx.example", Families::Both), [v4]);
        assert!(hosts.lookup("other", Families::Both).is_empty());
        std::fs::write(&path, "192.0.2.22 other\n").unwrap();
        assert_eq!(hosts.lookup("other", Families::V4).len(), 1);
        assert!(hosts.lookup("pbx", Families::Both).is_empty());
        std::fs::remove_file(&path).unwrap();
        assert!(hosts.lookup("other", Families::V4).is_empty());
        assert_eq!(hosts.lookup("localhost", Families::V4), [IpAddr::from([127, 0, 0, 1])]);
    }
}
