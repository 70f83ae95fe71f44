"""The campaign dialler: every line of the table gets its outcome, also after an interruption, and by two workers of Ray."""

from __future__ import annotations

import csv
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from uas import Uas

PROGRAM = Path(__file__).parents[2] / "examples/python/campaign.py"


@pytest.fixture
def uas() -> Iterator[Uas]:
    with Uas() as made:
        yield made


def line(tmp_path: Path, *more: str) -> list[str]:
    common = ["--account", "sip:bot@127.0.0.1", "--bind", "127.0.0.1:0", "--per-second", "50", "--retry-after", "0.2"]
    return [sys.executable, str(PROGRAM), str(tmp_path / "numbers.csv"), str(tmp_path / "results.csv"), *common, *more]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def write(tmp_path: Path, uas: Uas, users: list[str]) -> None:
    rows = [f"Name of {user},{uas.uri(user)}" for user in users]
    (tmp_path / "numbers.csv").write_text("\n".join(["name,number", *rows]) + "\n")


def results(tmp_path: Path) -> dict[str, dict[str, str]]:
    with (tmp_path / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    by_name = {row["name"].removeprefix("Name of "): row for row in rows}
    assert len(by_name) == len(rows), "a line stands there twice"
    return by_name


def test_every_line_gets_its_outcome(tmp_path: Path, uas: Uas) -> None:
    write(tmp_path, uas, ["alice", "404", "486", "late", "ring", "bob", "603"])
    run = subprocess.run(
        line(tmp_path, "--ring", "0.7", "--retries", "1", "--at-once", "3"),
        env=environment(),
        timeout=60,
        check=True,
        capture_output=True,
        text=True,
    )
    told = {name: (row["outcome"], row["status"], row["attempts"]) for name, row in results(tmp_path).items()}
    assert told == {
        "alice": ("answered", "200", "1"),
        "404": ("failed", "404", "1"),
        "486": ("busy", "486", "2"),
        "late": ("answered", "200", "2"),
        "ring": ("no answer", "408", "2"),
        "bob": ("answered", "200", "1"),
        "603": ("failed", "603", "1"),
    }
    assert "100%" in run.stderr
    assert uas.peak <= 3
    assert uas.requests["CANCEL"] == 2
    assert not uas.live


def test_an_interrupted_campaign_hangs_up_and_goes_on_where_it_was(tmp_path: Path, uas: Uas) -> None:
    users = ["alice", "ring", "bob"]
    write(tmp_path, uas, users)
    first = subprocess.Popen(line(tmp_path, "--at-once", "1"), env=environment(), stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while uas.called["ring"] == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    first.send_signal(signal.SIGINT)
    _, said = first.communicate(timeout=30)
    assert first.returncode == 130, said
    assert "interrupted" in said
    assert uas.requests["CANCEL"] == 1
    assert set(results(tmp_path)) == {"alice"}
    subprocess.run(line(tmp_path, "--ring", "0.5", "--retries", "0"), env=environment(), timeout=60, check=True)
    assert set(results(tmp_path)) == set(users)
    assert uas.called["alice"] == 1


def test_a_table_without_the_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "numbers.csv").write_text("name,phone\na,1\n")
    run = subprocess.run(line(tmp_path), env=environment(), timeout=30, capture_output=True, text=True)
    assert run.returncode == 1
    assert "has no column 'number'; it has: name, phone" in run.stderr


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed")
@pytest.mark.timeout(180)
def test_two_workers_of_ray_share_the_table(tmp_path: Path, uas: Uas) -> None:
    users = [f"user{number}" for number in range(8)] + ["486"]
    write(tmp_path, uas, users)
    options = ["--workers", "2", "--retries", "0"]
    subprocess.run(line(tmp_path, *options), env={**environment(), "RAY_DEDUP_LOGS": "0"}, timeout=170, check=True)
    told = {name: row["outcome"] for name, row in results(tmp_path).items()}
    assert told == {**{user: "answered" for user in users}, "486": "busy"}
    assert not uas.live
