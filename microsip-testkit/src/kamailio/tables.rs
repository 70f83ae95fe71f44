//! The presence server's tables, made of the package's own schema.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Error, Result};

/// The SQLite file in the run directory.
pub(super) const FILE: &str = "presence.sqlite";

/// The schema's files: which version of a table is which, and the tables.
const SCHEMA: [&str; 2] = ["standard-create.sql", "presence-create.sql"];

/// Makes the file anew, with empty tables. `modules` is the modules' directory if it is not the installed one.
pub(super) fn make(dir: &Path, modules: Option<&Path>) -> Result<()> {
    let folder = schema(modules)?;
    // Kamailio's processes write at the same time, which SQLite's other journals refuse; the file keeps this one.
    let mut sql = String::from("PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL;\nBEGIN;\n");
    for name in SCHEMA {
        let path = folder.join(name);
        let text =
            std::fs::read_to_string(&path).map_err(|e| Error::io(format!("read Kamailio's {}", path.display()), e))?;
        sql.push_str(&text);
        sql.push('\n');
    }
    sql.push_str("COMMIT;\n");
    let file = dir.join(FILE);
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let old = dir.join(format!("{FILE}{suffix}"));
        match std::fs::remove_file(&old) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io(format!("remove {}", old.display()), e));
            }
            _ => {}
        }
    }
    let output = Command::new("sqlite3")
        .arg("-bail")
        .arg(&file)
        .arg(&sql)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Error::Missing {
                program: "sqlite3".into(),
                package: "sqlite3".into(),
            },
            _ => Error::io("run sqlite3", e),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::Format(format!("sqlite3 cannot make Kamailio's tables: {said}")))
}

/// The folder of the schema: that of the installed package, or the one that was unpacked with the modules.
fn schema(modules: Option<&Path>) -> Result<PathBuf> {
    const SHARE: &str = "share/kamailio/db_sqlite";
    let found = match modules {
        // …/usr/lib/TRIPLET/kamailio/modules
        Some(modules) => modules.ancestors().map(|dir| dir.join(SHARE)).find(|p| p.is_dir()),
        None => ["/usr", "/usr/local"]
            .iter()
            .map(|dir| Path::new(dir).join(SHARE))
            .find(|p| p.is_dir()),
    };
    found.ok_or_else(|| Error::Missing {
        program: format!("Kamailio's {SHARE}"),
        package: "kamailio-sqlite-modules".into(),
    })
}
