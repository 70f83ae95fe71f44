"""The call logger: run by the phone as its hooks, and by many hooks at once."""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from microsip import compat
from phones import runtime_directory, settings_file
from running import environment, example
from wire import Wire

PROGRAM = example("call_logger")


def run(*arguments: object, **variables: str) -> str:
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, env=environment(**variables), capture_output=True, text=True, check=True, timeout=30).stdout


def rows(table: Path) -> list[tuple[str, ...]]:
    if not table.exists():
        return []
    if table.suffix == ".csv":
        with table.open(newline="") as file:
            return [tuple(row) for row in csv.reader(file)][1:]
    with closing(sqlite3.connect(table)) as database:
        if not database.execute("SELECT * FROM sqlite_master").fetchone():
            return []
        return database.execute("SELECT * FROM calls").fetchall()


@pytest.mark.parametrize("name", ["calls.db", "my calls.csv"])
def test_the_phone_runs_it_and_each_event_is_a_row(tmp_path: Path, wire: Wire, name: str) -> None:
    table = tmp_path / name
    settings = settings_file(tmp_path, wire.address, run(table, "--hooks"))
    with runtime_directory(), compat.Phone(settings) as phone:
        events = phone.events()
        phone.request({"command": "call", "target": "100"})
        wire.reply(wire.request("INVITE"), 200, sdp=True)
        # Once the phone has told so, its hook is ahead of that of the end.
        while (events.next(timeout=20) or {}).get("state") != "confirmed":
            pass
        phone.request({"command": "hangup"})
        wire.reply(wire.request("BYE"), 200)
        deadline = time.monotonic() + 20
        while len(rows(table)) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
    found = rows(table)
    # time, number, event, call, name, direction, status, duration, account, recording
    assert [(row[1], row[2], row[5]) for row in found] == [
        ("100", "outgoing_call", "outgoing"),
        ("100", "call_start", "outgoing"),
        ("100", "call_end", "outgoing"),
    ], found
    assert len({row[3] for row in found}) == 1 and found[2][6] == "200"


@pytest.mark.parametrize("name", ["calls.db", "calls.csv"])
def test_many_hooks_at_once_lose_no_row_and_callers_are_no_formulas(tmp_path: Path, name: str) -> None:
    table = tmp_path / name
    command = [sys.executable, str(PROGRAM), str(table), "--"]
    hooks = [subprocess.Popen([*command, f"-{n}"], env=environment(MICROSIP_NAME='=cmd("x")')) for n in range(12)]
    assert [hook.wait(30) for hook in hooks] == [0] * 12
    found = rows(table)
    assert sorted(row[1] for row in found) == sorted(f"-{n}" for n in range(12))
    assert {row[4] for row in found} == {'\'=cmd("x")' if table.suffix == ".csv" else '=cmd("x")'}
    assert list(tmp_path.iterdir()) == [table]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(PROGRAM), str(tmp_path), "1"], env=environment(), capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and str(tmp_path) in done.stderr
