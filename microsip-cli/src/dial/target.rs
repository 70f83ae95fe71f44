//! Whom to call, from what was typed.

use microsip_core::compat::links::{Link, LinkAction, LinkScheme};
use microsip_core::compat::number::{Dialled, NumberRules, PostDial};

use crate::args::{DialArgs, domain_of, has_password};
use crate::exit::Failure;

/// Whom to call, and what to send after the answer.
pub(super) struct Target {
    /// Without brackets.
    pub(super) uri: String,
    pub(super) post_dial: Option<PostDial>,
}

/// Reads the target as MicroSIP reads a number, with the domain of the account.
///
/// # Errors
/// A usage error, which repeats no password.
pub(super) fn read(args: &DialArgs) -> Result<Target, Failure> {
    let text = args.target.get("TARGET")?;
    let domain = match &args.account.aor {
        Some(aor) => domain_of(aor.get("--account")?).to_owned(),
        None => String::new(),
    };
    let rules = NumberRules::new(domain).local(args.account.aor.is_none());
    let dialled = resolve(&rules, text).map_err(|e| Failure::usage(format!("TARGET: {e}")))?;
    let uri = dialled.uri().trim_matches(['<', '>']).to_owned();
    if has_password(&uri) {
        return Err(Failure::usage(
            "TARGET: the URI holds a password, which would go over the wire in clear",
        ));
    }
    Ok(Target {
        uri,
        post_dial: dialled.post_dial().cloned(),
    })
}

fn resolve(rules: &NumberRules, text: &str) -> Result<Dialled, String> {
    let said = |e: microsip_core::Error| e.message().to_owned();
    match LinkScheme::of(text) {
        // Those of sip: and sips: are URIs as people type them.
        Some(LinkScheme::Tel | LinkScheme::Callto | LinkScheme::Dial | LinkScheme::Dialpad) => {
            match Link::parse(text).map_err(said)?.action {
                LinkAction::Call(target) => rules.resolve_target(&target).map_err(said),
                _ => Err("the link is no call".into()),
            }
        }
        Some(LinkScheme::Msip) => Err("msip: links are commands for a running phone, and no call".into()),
        _ => rules.resolve(text).map_err(said),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Cli, Command};

    fn target(args: &[&str]) -> Result<Target, Failure> {
        let cli = Cli::try_parse_from([&["microsip", "dial"], args].concat()).unwrap();
        match cli.command {
            Command::Dial(args) => read(&args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn targets_are_read_as_microsip_reads_numbers() {
        let account = ["--account", "sip:1001@pbx:5070"];
        let uri = |text: &str| target(&[&[text][..], &account].concat()).unwrap().uri;
        assert_eq!(uri("1002"), "sip:1002@pbx:5070");
        assert_eq!(uri("+49 (89) 12-34"), "sip:+498912 34@pbx:5070".replace(' ', ""));
        assert_eq!(uri("tel:+49-89-1"), "sip:+49891@pbx:5070");
        assert_eq!(uri("bob@192.0.2.1:5080"), "sip:bob@192.0.2.1:5080");
        // The port is kept although the host is the account's: the call goes where it says.
        assert_eq!(uri("bob@pbx:5080"), "sip:bob@pbx:5080");
        assert_eq!(uri("sips:bob@pbx"), "sip:bob@pbx;transport=tls");
        let read = target(&["800123,45,,6#", account[0], account[1]]).unwrap();
        assert_eq!(read.uri, "sip:800123@pbx:5070");
        assert_eq!(read.post_dial.unwrap().as_str(), "45,,6#");
        assert_eq!(target(&["bob@192.0.2.1"]).unwrap().uri, "sip:bob@192.0.2.1");
    }

    #[test]
    fn wrong_targets_say_what_is_wrong_and_repeat_no_secret() {
        for (text, why) in [
            ("1002", "number@host"),
            ("sip:bob:s3cret@h", "password"),
            ("", "empty"),
            ("msip:answer", "running phone"),
            ("bob@h,12x", "0-9"),
        ] {
            let Err(failure) = target(&[text]) else {
                panic!("{text} was taken")
            };
            assert_eq!(failure.code(), crate::exit::USAGE);
            let said = failure.to_string();
            assert!(said.contains(why) && !said.contains("s3cret"), "{text}: {said}");
        }
    }
}
