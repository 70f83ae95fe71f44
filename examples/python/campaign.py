"""Calls the numbers of a table, one after the other or many at once, says something to whoever answers, and writes what became of each.

    python campaign.py numbers.csv results.csv --account sip:bot@pbx.example.org --say hello.wav --at-once 10 --per-second 2

The table needs a column ``number`` (or the name given with ``--column``): an address such as ``sip:1002@pbx.example.org``, or a
number, which is called at the account's domain. Its other columns are copied. Whoever is busy or does not answer is called again
(``--retries``, ``--retry-after``). A campaign that was interrupted goes on where it was: whoever has a line in the results is not
called again. The password is read from ``CAMPAIGN_PASSWORD``.

With ``--workers N`` the table is shared out among so many processes by Ray, on this machine or, in a cluster, on many (``ray start``,
``RAY_ADDRESS``): each has an engine of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import heapq
import itertools
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional, cast

from tqdm import tqdm

import microsip

Row = dict[str, str]

#: What is written behind the columns of the table.
COLUMNS = ["outcome", "status", "attempts", "answered_at", "seconds", "detail"]

#: Answers after which another try may succeed: no answer, away, busy, cancelled for want of one, a server in trouble.
AGAIN = {408, 480, 486, 487, 500, 503, 504, 600}


@dataclass
class Plan:
    """How the campaign is run."""

    account: str
    registrar: Optional[str] = None
    column: str = "number"
    say: Optional[Path] = None
    at_once: int = 10
    per_second: float = 2.0
    ring: float = 30.0
    longest: float = 60.0
    retries: int = 2
    retry_after: float = 300.0
    bind: str = "0.0.0.0:0"

    def address(self, number: str) -> str:
        """Whom to call for a value of the table."""
        if number.startswith(("sip:", "sips:")):
            return number
        domain = self.account.partition("@")[2].rstrip(">")
        return f"sip:{''.join(number.split())}@{domain}"


@dataclass(order=True)
class Try:
    """A call to be made."""

    due: float
    order: int
    row: Row = field(compare=False)
    attempt: int = field(compare=False, default=1)


async def talk(call: microsip.Call, plan: Plan) -> None:
    """What is done with somebody who has answered."""
    if plan.say is not None:
        await call.play(plan.say).wait_finished_async(plan.longest)


async def one_call(account: microsip.Account, plan: Plan, number: str) -> Row:
    """Makes one call; how it went."""
    begun = time.monotonic()
    try:
        async with await account.dial_async(plan.address(number), timeout=plan.ring) as call:
            answered = call.info.confirmed
            begun = time.monotonic()
            detail = ""
            try:
                await talk(call, plan)
            except (microsip.GoneError, microsip.WrongStateError):
                detail = "hung up before the end"
    except microsip.SipError as error:
        outcome = "busy" if error.sip_status in (486, 600) else "failed"
        return result(outcome, error.sip_status, begun, error.reason)
    except microsip.TimedOutError:
        return result("no answer", 408, begun, f"nobody answered within {plan.ring:g} s")
    except microsip.MicrosipError as error:
        return result("failed", error.sip_status, begun, str(error))
    row = result("answered", 200, begun, detail)
    if answered is not None:
        row["answered_at"] = answered.isoformat(timespec="seconds")
    return row


def result(outcome: str, status: Optional[int], begun: float, detail: str) -> Row:
    return {
        "outcome": outcome,
        "status": "" if status is None else str(status),
        "answered_at": "",
        "seconds": f"{time.monotonic() - begun:.1f}",
        "detail": detail,
    }


async def campaign(rows: Sequence[Row], plan: Plan, done: Callable[[Row], None]) -> None:
    """Calls everybody; `done` gets each row when its outcome is final."""
    orders = itertools.count()
    waiting = [Try(0.0, next(orders), row) for row in rows]
    heapq.heapify(waiting)
    next_start = time.monotonic()
    running: set[asyncio.Task[None]] = set()
    local = [microsip.TransportConfig("udp", plan.bind)]

    async with microsip.Endpoint(transports=local, max_calls=plan.at_once + 1) as endpoint:
        account = endpoint.add_account(plan.account, registrar=plan.registrar)
        if plan.registrar is not None:
            await account.wait_registered_async(timeout=30)

        async def attempt(it: Try) -> None:
            row = await one_call(account, plan, it.row[plan.column])
            again = row["status"].isdigit() and int(row["status"]) in AGAIN
            if again and it.attempt <= plan.retries:
                due = time.monotonic() + plan.retry_after
                heapq.heappush(waiting, Try(due, next(orders), it.row, it.attempt + 1))
            else:
                done({**it.row, **row, "attempts": str(it.attempt)})

        try:
            while waiting or running:
                now = time.monotonic()
                if waiting and len(running) < plan.at_once and max(waiting[0].due, next_start) <= now:
                    next_start = max(next_start, now - 1) + 1 / plan.per_second
                    running.add(asyncio.create_task(attempt(heapq.heappop(waiting))))
                    continue
                # Until a call ends, or the next is due.
                room = waiting and len(running) < plan.at_once
                pause = max(waiting[0].due, next_start) - now if room else None
                if running:
                    ended, running = await asyncio.wait(running, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                    for task in ended:
                        task.result()
                else:
                    await asyncio.sleep(pause or 0)
        finally:
            # Interrupted: what rings is cancelled, what talks is hung up.
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


class Results:
    """The table of results. Every line is written when it is known, so that nothing is lost if the campaign is interrupted."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        new = not path.exists() or path.stat().st_size == 0
        self._file = path.open("a", newline="", encoding="utf-8")
        self._writer = csv.DictWriter(self._file, [*columns, *COLUMNS], extrasaction="ignore")
        if new:
            self._writer.writeheader()
            self._file.flush()

    def write(self, row: Row) -> None:
        self._writer.writerow(row)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def read(path: Path, column: str) -> tuple[list[Row], list[str]]:
    """The rows of a table, and its columns."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or [])
        if column not in columns:
            raise SystemExit(f"{path} has no column {column!r}; it has: {', '.join(columns) or 'nothing'}")
        return [row for row in reader if (row[column] or "").strip()], columns


def open_rows(rows: Iterable[Row], results: Path, column: str) -> list[Row]:
    """Those that have no result yet. A number that stands there twice is called twice."""
    had: dict[str, int] = {}
    if results.exists() and results.stat().st_size:
        for row in read(results, column)[0]:
            had[row[column]] = had.get(row[column], 0) + 1

    def left() -> Iterator[Row]:
        for row in rows:
            if had.get(row[column], 0) > 0:
                had[row[column]] -= 1
            else:
                yield row

    return list(left())


def with_ray(rows: Sequence[Row], plan: Plan, workers: int, done: Callable[[Row], None]) -> None:
    """Shares the rows out among processes, each with an engine of its own."""
    import ray

    password = {"CAMPAIGN_PASSWORD": os.environ.get("CAMPAIGN_PASSWORD", "")}
    ray.init(runtime_env={"env_vars": password}, include_dashboard=False, log_to_driver=False)

    @ray.remote
    class Queue:
        """What workers have done and nobody has read."""

        def __init__(self) -> None:
            self.rows: list[Row] = []

        def put(self, row: Row) -> None:
            self.rows.append(row)

        def take(self) -> list[Row]:
            rows, self.rows = self.rows, []
            return rows

    @ray.remote
    def work(part: list[Row], own: Plan, queue: Any) -> None:
        asyncio.run(campaign(part, own, lambda row: ray.get(queue.put.remote(row))))

    # What Ray makes of them has methods that no type tells of.
    queue, begin = cast(Any, Queue).remote(), cast(Any, work)
    parts = [list(rows[number::workers]) for number in range(workers)]
    open_parts = [begin.remote(part, plan, queue) for part in parts if part]
    try:
        while open_parts:
            ended, open_parts = ray.wait(open_parts, timeout=0.5)
            for row in ray.get(queue.take.remote()):  # pyright: ignore[reportFunctionMemberAccess]
                done(row)
            ray.get(ended)
        for row in ray.get(queue.take.remote()):  # pyright: ignore[reportFunctionMemberAccess]
            done(row)
    finally:
        ray.shutdown()


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("numbers", type=Path, help="CSV with the numbers")
    parser.add_argument("results", type=Path, help="CSV to write, or to go on with")
    parser.add_argument("--account", required=True, help="who calls, such as sip:bot@pbx.example.org")
    parser.add_argument("--registrar", help="where to register, such as sip:pbx.example.org; by default nowhere")
    parser.add_argument("--column", default="number", help="which column is called")
    parser.add_argument("--say", type=Path, help="a sound file to play to whoever answers")
    parser.add_argument("--at-once", type=int, default=10, metavar="N", help="calls at once, of each worker")
    parser.add_argument("--per-second", type=float, default=2.0, metavar="X", help="calls begun in a second, by each worker")
    parser.add_argument("--ring", type=float, default=30.0, metavar="SECONDS", help="how long it may ring")
    parser.add_argument("--retries", type=int, default=2, metavar="N", help="further tries when busy or not answered")
    parser.add_argument("--retry-after", type=float, default=300.0, metavar="SECONDS", help="pause before a further try")
    parser.add_argument("--bind", default="0.0.0.0:0", help="own address, host:port")
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="share the work out among N processes with Ray")
    given = parser.parse_args(arguments)
    if given.at_once < 1 or given.per_second <= 0:
        parser.error("--at-once and --per-second must be greater than 0")
    plan = Plan(**{name: getattr(given, name) for name in Plan.__dataclass_fields__ if hasattr(given, name)})
    rows, columns = read(given.numbers, plan.column)
    left = open_rows(rows, given.results, plan.column)
    results = Results(given.results, columns)
    bar = tqdm(total=len(rows), initial=len(rows) - len(left), unit="call", file=sys.stderr)

    def done(row: Row) -> None:
        results.write(row)
        bar.set_postfix_str(f"{row[plan.column]}: {row['outcome']}")
        bar.update()

    try:
        if given.workers > 0:
            with_ray(left, plan, given.workers, done)
        else:
            asyncio.run(campaign(left, plan, done))
    except KeyboardInterrupt:
        print(f"interrupted; the same line goes on with the rest of {given.numbers}", file=sys.stderr)
        return 130
    finally:
        bar.close()
        results.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
