//! `microsip completions` and `microsip man`: what they print is fed to those it is for.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::process::Command;

use common::microsip;
use microsip_testkit::Deadline;
use microsip_testkit::dir::TestDir;
use microsip_testkit::process::find_program;

fn printed(args: &[&str]) -> String {
    let (status, output) = microsip().args(args).run(Deadline::secs(10)).unwrap();
    assert_eq!(status.code(), Some(0), "{output}");
    let lines: Vec<String> = output.lines().into_iter().map(|l| l.text).collect();
    lines.join("\n") + "\n"
}

#[test]
fn bash_completes_commands_options_and_values() {
    let dir = TestDir::new("completions").unwrap();
    let script = dir.write("microsip.bash", printed(&["completions", "bash"])).unwrap();
    let checked = Command::new("bash").arg("-n").arg(&script).output().unwrap();
    assert!(checked.status.success() && checked.stderr.is_empty(), "{checked:?}");
    // What readline does: it asks `complete` for the function, sets the words and calls it.
    let ask = r#"
        source "$1"; shift
        function=$(complete -p microsip | sed 's/.*-F \([^ ]*\).*/\1/')
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        "$function" microsip "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    for (words, wanted) in [
        (&["microsip", "di"][..], &["dial"][..]),
        (&["microsip", "dial", "--expect-c"], &["--expect-code"]),
        (
            &["microsip", "dial", "x@h", "--hangup-after-p"],
            &["--hangup-after-play"],
        ),
        (&["microsip", "dial", "--srtp", "o"], &["off", "optional"]),
        (&["microsip", "completions", "f"], &["fish"]),
    ] {
        let output = Command::new("bash")
            .args(["--norc", "-c", ask, "bash"])
            .arg(&script)
            .args(words)
            .output()
            .unwrap();
        assert!(output.stderr.is_empty(), "{output:?}");
        let replies = String::from_utf8(output.stdout).unwrap();
        let replies: Vec<&str> = replies.split_whitespace().collect();
        assert_eq!(replies, wanted, "{words:?}");
    }
}

#[test]
fn every_shell_has_a_script_that_knows_dial() {
    for shell in ["zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        assert!(
            script.contains("dial") && script.contains("expect-code"),
            "{shell}: {script}"
        );
    }
    let (status, output) = microsip()
        .args(["completions", "tcsh"])
        .run(Deadline::secs(10))
        .unwrap();
    assert_eq!(status.code(), Some(2), "{output}");
}

#[test]
fn manual_pages_are_sound() {
    let dir = TestDir::new("man").unwrap();
    let folder = dir.join("man1");
    printed(&["man", "--all", folder.to_str().unwrap()]);
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    for name in [
        "microsip.1",
        "microsip-run.1",
        "microsip-dial.1",
        "microsip-completions.1",
    ] {
        assert!(names.iter().any(|n| n == name), "{name} not among {names:?}");
    }
    let groff = find_program("groff", "groff-base");
    for name in &names {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(text.is_ascii(), "{name}");
        for heading in [".TH ", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(text.contains(heading), "{heading} not in {name}");
        }
        assert_eq!(
            text.matches("\n.nf\n").count(),
            text.matches("\n.fi\n").count(),
            "{name}"
        );
        // Without groff the structure must do.
        let Ok(groff) = &groff else { continue };
        let shown = Command::new(groff)
            .args(["-man", "-Tutf8", "-ww"])
            .arg(folder.join(name))
            .output()
            .unwrap();
        let complaints = String::from_utf8_lossy(&shown.stderr).into_owned();
        assert!(shown.status.success() && complaints.is_empty(), "{name}: {complaints}");
    }
    let dial = printed(&["man", "dial"]);
    assert_eq!(dial, std::fs::read_to_string(folder.join("microsip-dial.1")).unwrap());
    assert!(
        dial.contains("expect\\-code") && dial.contains("  11   dial only"),
        "{dial}"
    );
    let (status, output) = microsip().args(["man", "dail"]).run(Deadline::secs(10)).unwrap();
    assert_eq!(status.code(), Some(2), "{output}");
    assert!(output.to_string().contains("did you mean dial?"), "{output}");
}
