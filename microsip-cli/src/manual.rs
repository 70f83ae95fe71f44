//! `microsip completions` and `microsip man`: both are made from the command line's own definition, so they are never out of date.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::exit::Failure;

/// The program's name, in pages and for shells.
const NAME: &str = "microsip";

/// Prints the script for a shell.
///
/// # Errors
/// When standard output cannot be written. A reader that goes away is none.
pub fn completions(args: CompletionsArgs) -> Result<(), Failure> {
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut script);
    print(&script)
}

/// Prints a manual page, or writes all of them.
///
/// # Errors
/// For a command that there is not, and when nothing can be written.
pub fn man(args: ManArgs) -> Result<(), Failure> {
    if let Some(folder) = &args.all {
        return write_all(folder);
    }
    let mut cli = built();
    let command = match &args.command {
        None => cli,
        Some(name) => match cli.find_subcommand_mut(name) {
            Some(command) => command.clone(),
            None => return Err(unknown(name)),
        },
    };
    print(&page(command)?)
}

fn unknown(name: &str) -> Failure {
    let names: Vec<String> = commands().map(|command| command.get_name().to_owned()).collect();
    let near = names
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)))
        .filter(|best| strsim::jaro_winkler(best, name) > 0.7);
    let hint = near.map(|best| format!("; did you mean {best}?")).unwrap_or_default();
    let names = names.join(", ");
    Failure::usage(format!("there is no command {name:?} among {names}{hint}"))
}

/// Those that have a page.
fn commands() -> impl Iterator<Item = Command> {
    let commands: Vec<Command> = built().get_subcommands().cloned().collect();
    commands.into_iter().filter(|command| !command.is_hide_set())
}

/// The definition with everything worked out: names of commands with the program's before them, and no command `help`, which has no
/// page of its own.
fn built() -> Command {
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    cli
}

fn page(command: Command) -> Result<Vec<u8>, Failure> {
    // Pages are named microsip-dial, commands are called microsip dial.
    let name = command.get_bin_name().unwrap_or(NAME).replace(' ', "-");
    let mut text = Vec::new();
    Man::new(command.display_name(name.clone()))
        .title(name)
        .source(format!("microsip {}", env!("CARGO_PKG_VERSION")))
        .manual("microsip")
        .render(&mut text)
        .map_err(|e| Failure::failed(format!("cannot make the page: {e}")))?;
    Ok(polished(&String::from_utf8_lossy(&text)).into_bytes())
}

/// Keeps the lines of tables apart, and writes what is not ASCII so that every formatter reads it.
fn polished(page: &str) -> String {
    let mut out = String::with_capacity(page.len() + 256);
    let mut table = false;
    for line in page.lines() {
        if line.starts_with(".SH ") && std::mem::take(&mut table) {
            out.push_str(".fi\n");
        }
        for c in line.chars() {
            match c {
                c if c.is_ascii() => out.push(c),
                c => out.push_str(&format!("\\[u{:04X}]", u32::from(c))),
            }
        }
        out.push('\n');
        if line == ".SH EXTRA" {
            table = true;
            out.push_str(".nf\n");
        }
    }
    if table {
        out.push_str(".fi\n");
    }
    out.replace(".SH EXTRA\n", ".SH NOTES\n")
}

fn write_all(folder: &Path) -> Result<(), Failure> {
    let failed = |path: &Path, e: io::Error| Failure::failed(format!("cannot write {}: {e}", path.display()));
    fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
    for command in std::iter::once(built()).chain(commands()) {
        let name = command.get_bin_name().unwrap_or(NAME).replace(' ', "-");
        let path = folder.join(format!("{name}.1"));
        fs::write(&path, page(command)?).map_err(|e| failed(&path, e))?;
    }
    Ok(())
}

fn print(text: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("cannot write to standard output: {e}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_command_gets_a_suggestion() {
        let failure = unknown("dail");
        assert!(failure.to_string().contains("did you mean dial?"), "{failure}");
        assert_eq!(failure.code(), crate::exit::USAGE);
        assert!(!unknown("xyzzy").to_string().contains("did you mean"));
    }

    #[test]
    fn tables_stay_tables_and_pages_are_ascii() {
        let page = ".SH OPTIONS\na … b\n.SH EXTRA\n  0  x\n.SH VERSION\nv\n";
        let polished = polished(page);
        let wanted = ".SH OPTIONS\na \\[u2026] b\n.SH NOTES\n.nf\n  0  x\n.fi\n.SH VERSION\nv\n";
        assert_eq!(polished, wanted);
    }

    #[test]
    fn every_command_has_a_page_under_its_name() {
        for command in commands() {
            let name = command.get_name().to_owned();
            let text = String::from_utf8(page(command).unwrap()).unwrap();
            assert!(text.contains(&format!(".TH microsip-{name} 1")), "{text}");
        }
    }
}
