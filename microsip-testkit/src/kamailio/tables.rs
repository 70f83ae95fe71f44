//! The presence server's tables: text files, made of the empty ones in Kamailio's package.
//!
//! Not SQLite: Kamailio's processes write at the same time, and its SQLite driver waits for no lock but fails, so that now and
//! then a PUBLISH would get 500.

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The folder in the run directory.
pub(super) const FOLDER: &str = "tables";

/// Which version each table has, and those that the presence modules use.
const TABLES: [&str; 5] = ["version", "presentity", "active_watchers", "watchers", "xcap"];

/// Makes the tables anew, empty. `modules` is the modules' directory if it is not the installed one.
pub(super) fn make(dir: &Path, modules: Option<&Path>) -> Result<()> {
    let from = schema(modules)?;
    let folder = dir.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|e| Error::io(format!("make {}", folder.display()), e))?;
    for name in TABLES {
        let (from, to) = (from.join(name), folder.join(name));
        std::fs::copy(&from, &to).map_err(|e| Error::io(format!("copy {} to {}", from.display(), to.display()), e))?;
    }
    Ok(())
}

/// The rows of what is published.
pub(super) fn publications(dir: &Path) -> Result<String> {
    let file = dir.join(FOLDER).join("presentity");
    let text = std::fs::read_to_string(&file).map_err(|e| Error::io(format!("read {}", file.display()), e))?;
    // The first line names the columns.
    Ok(text
        .split_once('\n')
        .map_or_else(String::new, |(_, rows)| rows.to_owned()))
}

/// The folder of the empty tables: that of the installed package, or the one that was unpacked with the modules.
fn schema(modules: Option<&Path>) -> Result<PathBuf> {
    const SHARE: &str = "share/kamailio/dbtext/kamailio";
    let usual = Path::new("/usr/lib");
    // …/usr/lib/TRIPLET/kamailio/modules
    let mut places = modules.unwrap_or(usual).ancestors().map(|dir| dir.join(SHARE));
    places.find(|place| place.is_dir()).ok_or_else(|| Error::Missing {
        program: format!("Kamailio's {SHARE}"),
        package: "kamailio".into(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn tables_come_from_the_package_that_was_unpacked() {
        let dir = crate::dir::TestDir::new("tables").unwrap();
        let modules = dir.join("usr/lib/some-triplet/kamailio/modules");
        let tables = dir.join("usr/share/kamailio/dbtext/kamailio");
        std::fs::create_dir_all(&modules).unwrap();
        std::fs::create_dir_all(&tables).unwrap();
        for name in TABLES {
            std::fs::write(tables.join(name), format!("{name} of this one")).unwrap();
        }
        make(dir.path(), Some(&modules)).unwrap();
        let made = dir.join(FOLDER).join("presentity");
        assert_eq!(std::fs::read_to_string(&made).unwrap(), "presentity of this one");
        std::fs::write(&made, "used").unwrap();
        make(dir.path(), Some(&modules)).unwrap();
        assert_eq!(std::fs::read_to_string(&made).unwrap(), "presentity of this one");
    }
}
