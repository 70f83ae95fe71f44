//! Options of `microsip completions` and `microsip man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Options of `microsip completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

pub(super) const COMPLETIONS_HELP: &str = "\
Where shells look for it:
  bash        microsip completions bash > ~/.local/share/bash-completion/completions/microsip
  zsh         microsip completions zsh > DIR/_microsip, with DIR in $fpath
  fish        microsip completions fish > ~/.config/fish/completions/microsip.fish
  powershell  microsip completions powershell >> $PROFILE
  elvish      microsip completions elvish >> ~/.config/elvish/rc.elv";

/// Options of `microsip man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command whose page is printed; default: the program's.
    #[arg(value_name = "COMMAND", conflicts_with = "all")]
    pub command: Option<String>,

    /// Writes all pages into this folder, as microsip.1, microsip-run.1 and so on.
    #[arg(long, value_name = "DIR")]
    pub all: Option<PathBuf>,
}
