//! What the tools say of the Python sources.

use anyhow::Result;

use super::Environment;
use crate::context::Context;
use crate::process;
use crate::test::Steps;

/// Where Python is: the package, its tests, the examples, the programs of the load harness.
const SOURCES: [&str; 4] = ["python", "tests", "../examples/python", "../benches/python"];

pub fn run(context: &Context, environment: &Environment, steps: &mut Steps) {
    let tool = |program: &str, args: &[&str], paths: &[&str]| -> Result<()> {
        let mut command = environment.tool(context, program);
        command.args(args);
        let root = super::package(context);
        command.args(paths.iter().filter(|path| root.join(path).exists()));
        process::run(&mut command)
    };
    steps.run("ruff", || {
        tool("ruff", &["check", "--quiet"], &SOURCES)?;
        tool("ruff", &["format", "--check", "--quiet"], &SOURCES)
    });
    steps.run("mypy", || tool("mypy", &["--strict"], &SOURCES));
    steps.run("stubtest", || {
        let mut command = environment.python(context);
        command.args(["-m", "mypy.stubtest", "microsip._microsip"]);
        command.args(["--allowlist", "tests/stubtest-allowlist.txt"]);
        command.env("PYTHONPATH", "python").env("MYPYPATH", "python");
        process::run(&mut command)
    });
    steps.run("pyright", || {
        let mut command = environment.tool(context, "pyright");
        command.args(["--warnings", "--pythonpath"]);
        // It runs on the Node.js of its own package: a system's may come without npm.
        command.env("PYRIGHT_PYTHON_GLOBAL_NODE", "0");
        process::run(command.arg(environment.programs().join("python")))
    });
}
