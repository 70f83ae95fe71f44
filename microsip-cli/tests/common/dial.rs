//! Running `microsip dial` to its report.

use microsip_testkit::Deadline;
use microsip_testkit::process::{Output, Process, Spec, Stream};
use serde_json::Value;

use super::microsip;

pub fn dial(args: &[&str]) -> Spec {
    microsip()
        .name("dial")
        .args(["dial", "--bind", "127.0.0.1:0"])
        .args(args)
}

/// The lines of standard output.
pub fn stdout(output: &Output) -> Vec<String> {
    let lines = output.lines().into_iter();
    lines.filter(|l| l.stream == Stream::Stdout).map(|l| l.text).collect()
}

/// What it wrote with `--json`: one line.
pub fn report_of(output: &Output) -> Value {
    let lines = stdout(output);
    assert_eq!(lines.len(), 1, "{output}");
    serde_json::from_str(&lines[0]).unwrap_or_else(|e| panic!("{e}: {output}"))
}

pub fn checked(code: Option<i32>, output: &Output) -> Value {
    let report = report_of(output);
    assert_eq!(report["exit_code"].as_i64(), code.map(i64::from), "{output}");
    assert_eq!(report["ok"], code == Some(0), "{output}");
    assert_eq!(
        report["problems"].as_array().unwrap().is_empty(),
        code == Some(0),
        "{output}"
    );
    report
}

/// Runs it to its end, and returns its exit code and report.
pub fn run(args: &[&str]) -> (u8, Value) {
    run_spec(dial(&[args, &["--json"]].concat()))
}

pub fn run_spec(spec: Spec) -> (u8, Value) {
    let (status, output) = spec.run(Deadline::secs(60)).unwrap();
    let report = checked(status.code(), &output);
    (status.code().unwrap() as u8, report)
}

/// One that is running.
pub fn begin(args: &[&str]) -> Process {
    dial(&[args, &["--json"]].concat()).spawn().unwrap()
}

pub fn end(mut process: Process) -> (u8, Value) {
    let status = process.wait_exit(Deadline::secs(60)).unwrap();
    let report = checked(status.code(), process.output());
    (status.code().unwrap() as u8, report)
}

pub fn seconds(time: &Value) -> f64 {
    let time = humantime::parse_rfc3339(time.as_str().unwrap()).unwrap();
    let since = time.duration_since(std::time::UNIX_EPOCH).unwrap();
    since.as_secs_f64()
}
