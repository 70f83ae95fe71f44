"""The test of a PBX: run by pytest on two of them, one of which is wrong."""

from __future__ import annotations

import ast
import subprocess
import sys

from microsip.testing import Registrar
from peers import USERS, Kamailio
from running import environment, example

PROGRAM = example("test_pbx")


def run(pbx: str, alice: str, bob: str) -> tuple[int, str]:
    """As somebody does who has installed the package, where an entry point takes the place of -p."""
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "pytest", "-p", "microsip_pytest", "-p", "no:cacheprovider", str(PROGRAM)]
    variables = environment(PBX=pbx, ALICE=alice, BOB=bob)
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=PROGRAM.parent, env=variables)
    return done.returncode, done.stdout + done.stderr


def test_kamailio_passes(kamailio: Kamailio) -> None:
    code, out = run(kamailio.address, f"alice:{USERS['alice']}", f"bob:{USERS['bob']}")
    assert code == 0 and "2 passed" in out, out


def test_a_wrong_password_and_a_pbx_without_bob_are_told() -> None:
    with Registrar({"alice": "right"}) as registrar:
        code, out = run(registrar.address, "alice:a-bad-guess", "bob:builder")
    assert code == 1 and "AuthError" in out and "2 failed" in out, out
    assert "a-bad-guess" not in out, out


def test_the_test_itself_has_fifteen_lines() -> None:
    tree = ast.parse(PROGRAM.read_text())
    test = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "test_alice_calls_bob")
    assert test.end_lineno is not None and test.end_lineno - test.lineno + 1 <= 15
