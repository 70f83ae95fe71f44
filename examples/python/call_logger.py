"""Writes what happens to each call into a table: a hook of the phone.

    python call_logger.py calls.db --hooks        # prints the lines for [Settings] in microsip.ini
    cmdCallEnd=python3 call_logger.py calls.db -- %number%

Each run adds a row, to a CSV file if the name ends in ``.csv``, else to the table ``calls`` of an SQLite database. What happened comes from
the environment variables ``MICROSIP_…`` that every hook has (docs/microsip.md), the number from the last argument. Hooks of several calls
may run at the same moment: no row is lost.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import io
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Optional

HOOKS = ["OutgoingCall", "IncomingCall", "CallRing", "CallAnswer", "CallBusy", "CallStart", "CallEnd"]

#: Of the table. Behind ``time`` and ``number`` each is a variable MICROSIP_….
COLUMNS = ["time", "number", "event", "call_id", "name", "direction", "status", "duration", "account", "recording"]


def row_of(number: Optional[str]) -> dict[str, str]:
    """What happened."""
    row = {column: os.environ.get(f"MICROSIP_{column.upper()}", "") for column in COLUMNS}
    row["time"] = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    row["number"] = number or row["number"]
    return row


def add_to_database(path: Path, row: dict[str, str]) -> None:
    """Waits while another hook writes."""
    with closing(sqlite3.connect(path, timeout=8)) as database, database:
        database.execute(f"CREATE TABLE IF NOT EXISTS calls ({', '.join(f'{column} TEXT' for column in COLUMNS)})")
        places = ", ".join(f":{column}" for column in COLUMNS)
        database.execute(f"INSERT INTO calls ({', '.join(COLUMNS)}) VALUES ({places})", row)


def add_to_csv(path: Path, row: dict[str, str]) -> None:
    """The file comes into being with its first line, and each row is one write: others may do the same at this moment."""
    if not path.exists():
        new = path.with_name(f"{path.name}.{os.getpid()}")
        new.write_bytes(csv_line(COLUMNS))
        try:
            os.link(new, path)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    with path.open("ab", buffering=0) as file:
        file.write(csv_line([harmless(row[column]) for column in COLUMNS]))


def csv_line(values: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().encode()


def harmless(text: str) -> str:
    """Whatever a caller calls himself, no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not re.fullmatch(r"[+-]?[\d ]+", text) else text


def hook_lines(table: Path) -> list[str]:
    """The lines for microsip.ini."""
    command = [sys.executable, str(Path(__file__).resolve()), str(table.resolve()), "--", "%number%"]
    line = subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)
    return [f"cmd{hook}={line}" for hook in HOOKS]


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path, help="where to write: FILE.csv, or an SQLite database")
    parser.add_argument("number", nargs="?", help="the other party; by default MICROSIP_NUMBER")
    parser.add_argument("--hooks", action="store_true", help="print the lines for microsip.ini and write nothing")
    options = parser.parse_args(arguments)
    if options.hooks:
        print("\n".join(hook_lines(options.table)))
        return 0
    row = row_of(options.number)
    try:
        add_to_csv(options.table, row) if options.table.suffix.lower() == ".csv" else add_to_database(options.table, row)
    except (OSError, sqlite3.Error) as error:
        # The phone logs what a hook prints.
        print(f"{options.table}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
