//! Options of `microsip demo`.

use std::path::PathBuf;

use clap::Args;
use microsip_core::Secret;

use super::hidden::{self, Hidden};
use super::{Common, uri, values};

/// Options of `microsip demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// WAV file to play; default: a sentence that ships with the program.
    #[arg(long, value_name = "FILE")]
    pub play: Option<PathBuf>,

    /// Folder for the recordings; default: a new one for temporary files. They stay there.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,

    /// Keys that 1001 presses.
    #[arg(long, value_name = "DIGITS", default_value = "1234#", value_parser = values::digits)]
    pub digits: String,

    /// Lets both accounts register here and calls through it; it must know two accounts: --user and --user2 are needed.
    /// Default: they call each other directly.
    #[arg(long, value_name = "sip:HOST[:PORT]", value_parser = hidden::read(uri::server))]
    pub registrar: Option<Hidden<String>>,

    /// The calling account's user name.
    #[arg(long, requires = "registrar")]
    pub user: Option<String>,

    /// Its password. Others on this machine can see it in the process list: prefer the variable MICROSIP_PASSWORD.
    #[arg(long, requires = "registrar", value_parser = hidden::secret)]
    pub password: Option<Secret>,

    /// The called account's user name.
    #[arg(long, requires = "registrar")]
    pub user2: Option<String>,

    /// Its password; default: the variable MICROSIP_PASSWORD2, else the other one's.
    #[arg(long, requires = "registrar", value_parser = hidden::secret)]
    pub password2: Option<Secret>,

    /// What commands that call take.
    #[command(flatten)]
    pub common: Common,
}
