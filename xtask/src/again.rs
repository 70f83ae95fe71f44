//! What failed among all the others is run once more, alone.
//!
//! For profile `ci` of nextest: see .config/nextest.toml, which has it write the report that is read here.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::context::Context;
use crate::{process, ui};

/// So many failures are no accident, and running each alone would take longer than the time that is left.
const MOST: usize = 40;

/// Where nextest writes its report, in the target directory.
const REPORT: &str = "nextest/ci/junit.xml";

/// Whether tests that failed get their second try, and a report of them is written.
pub fn wanted() -> bool {
    std::env::var("NEXTEST_PROFILE").is_ok_and(|profile| profile == "ci")
}

/// Takes the report of an earlier run away, which a run that does not get to write one would leave.
pub fn forget(context: &Context) -> Result<()> {
    let report = context.target_dir()?.join(REPORT);
    match fs::remove_file(&report) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", report.display()))
        }
        _ => Ok(()),
    }
}

/// Runs the tests that failed in the run before, one at a time.
///
/// # Errors
/// One of them fails again; or there is no report, too many failed, or none, so that the run had another fault.
pub fn alone(context: &Context, prepare: impl FnOnce(&mut std::process::Command)) -> Result<()> {
    let failed = read(&context.target_dir()?.join(REPORT))?;
    ensure!(!failed.is_empty(), "no test failed, but their runner did");
    ensure!(failed.len() <= MOST, "{} tests failed", failed.len());
    for (program, test) in &failed {
        ui::line(format_args!("failed, to be run again alone: {program} {test}"));
    }
    let mut command = context.cargo("nextest");
    command.args(["run", "--workspace", "--test-threads", "1", "-E", &expression(&failed)]);
    prepare(&mut command);
    process::run(&mut command)
}

/// Program and name of each test that failed, by nextest's report.
fn read(report: &Path) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(report).with_context(|| format!("reading {}", report.display()))?;
    parse(&text).with_context(|| format!("in {}", report.display()))
}

fn parse(text: &str) -> Result<Vec<(String, String)>> {
    let mut reader = Reader::from_str(text);
    let (mut program, mut test, mut failed) = (String::new(), String::new(), Vec::new());
    loop {
        match reader.read_event()? {
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                "testsuite" => program = name(&tag)?,
                "testcase" => test = name(&tag)?,
                // The other tries of one that failed have names of their own.
                "failure" | "error" => failed.push((program.clone(), test.clone())),
                _ => {}
            },
            Event::Eof => return Ok(failed),
            _ => {}
        }
    }
}

fn name(tag: &BytesStart<'_>) -> Result<String> {
    match tag.try_get_attribute("name")? {
        Some(value) => Ok(value.normalized_value(XmlVersion::Implicit1_0)?.into_owned()),
        None => bail!("a {} without a name", tag.name().as_ref()),
    }
}

/// What selects these tests and no others.
fn expression(tests: &[(String, String)]) -> String {
    let each = tests
        .iter()
        .map(|(program, test)| format!("(binary_id(={program}) & test(={test}))"));
    each.collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_failed_ones_are_found_and_selected() {
        let report = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="4" failures="2" errors="1">
    <testsuite name="microsip-core::guard" tests="2" disabled="0" errors="0" failures="1">
        <testcase name="floods" classname="microsip-core::guard" time="0.1"/>
        <testcase name="calls::up" classname="microsip-core::guard" time="0.2">
            <failure message="a &lt;b&gt;" type="test failure with exit code 101">thread panicked</failure>
            <rerunFailure type="test failure"></rerunFailure>
            <system-out>error: no &lt;failure&gt; of ours</system-out>
        </testcase>
    </testsuite>
    <testsuite name="xtask::bin/xtask" tests="2" disabled="0" errors="1" failures="0">
        <testcase name="slow" classname="x" time="180"><error type="test timeout"/></testcase>
        <testcase name="flaky" classname="x" time="1"><flakyFailure type="test failure"/></testcase>
    </testsuite>
</testsuites>"#;
        let failed = parse(report).unwrap();
        let of = |program: &str, test: &str| (program.to_owned(), test.to_owned());
        assert_eq!(
            failed,
            [of("microsip-core::guard", "calls::up"), of("xtask::bin/xtask", "slow")]
        );
        assert_eq!(
            expression(&failed),
            "(binary_id(=microsip-core::guard) & test(=calls::up)) | (binary_id(=xtask::bin/xtask) & test(=slow))"
        );
        assert!(parse("<testsuite><testcase/></testsuite>").is_err());
    }
}
