"""Answers every call, greets, beeps, and records what the caller says into a file of its own.

    python answering_machine.py sip:machine@pbx.example.org messages/ --greeting hello.wav

A message ends when the caller hangs up, presses #, or says nothing for ``--silence`` seconds, and after ``--longest`` seconds at the
latest. A line is printed for each; who says nothing leaves no file. The password is read from ``MACHINE_PASSWORD``; without one the machine
registers nowhere, and takes calls that come straight to it. Ctrl-C ends it: what was said until then is kept.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

import microsip

BEEP = microsip.Tone.beep(1000, length=0.5)

#: Names of the files. What a caller calls himself leads to no other folder.
NAME = "{date}-{time}-{remote_user}.wav"


async def end_of_message(events: microsip.Events, silence: float, longest: float) -> tuple[str, bool]:
    """Waits until a message is over: why it is, and whether anybody spoke."""
    latest = time.monotonic() + longest
    quiet, spoke = time.monotonic() + silence, False
    while True:
        try:
            event = await events.next_async(max(0.0, min(quiet, latest) - time.monotonic()))
        except microsip.TimedOutError:
            return ("limit" if time.monotonic() >= latest else "silence"), spoke
        if event is None or isinstance(event, microsip.CallEnded):
            return "hung up", spoke
        if isinstance(event, microsip.Dtmf) and event.digit == "#":
            return "key", spoke
        if isinstance(event, microsip.Speech):
            spoke = spoke or event.speaking
            # A monologue is not silence, however long it is.
            quiet = latest if event.speaking else time.monotonic() + silence


async def take_message(call: microsip.Call, options: argparse.Namespace) -> None:
    """One caller."""
    who = call.info.remote_user or "somebody"
    try:
        async with call, call.events() as events:
            call.answer()
            await call.wait_for_async("confirmed", timeout=10)
            if options.greeting is not None:
                await call.play(options.greeting)
            # Recorded from its end on, so that it is not in the message.
            await call.play_tone(BEEP)
            call.detect_speech()
            recorder = call.record(microsip.RecordingName(options.folder, NAME))
            try:
                why, spoke = await end_of_message(events, options.silence, options.longest)
            except asyncio.CancelledError:
                print(f"{who}: interrupted, {recorder.stop().path}", flush=True)
                raise
            message = await recorder.stop_async()
    except microsip.MicrosipError as error:
        # Most hang up while they are greeted.
        print(f"{who}: no message, {error.reason}", flush=True)
        return
    if message.error is not None:
        print(f"{who}: {message.path} ends early, {message.error}", flush=True)
    elif spoke:
        print(f"{who}: {message.length:.0f} s, {why}, {message.path}", flush=True)
    else:
        message.path.unlink()
        print(f"{who}: no message, nobody spoke", flush=True)


async def serve(options: argparse.Namespace) -> None:
    """Every caller is a task."""
    tasks: set[asyncio.Task[None]] = set()
    async with microsip.Endpoint(transports=[microsip.TransportConfig("udp", options.bind)]) as endpoint:
        account = endpoint.add_account(options.account, password=os.environ.get("MACHINE_PASSWORD"))
        print(f"{account.aor} answers at {endpoint.local_address()}", flush=True)
        try:
            while True:
                task = asyncio.create_task(take_message(await endpoint.wait_incoming_async(), options))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        finally:
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("account", help="our address, sip:user@domain")
    parser.add_argument("folder", type=Path, help="where the messages go; made when needed")
    parser.add_argument("--greeting", type=Path, metavar="FILE", help="what callers hear before the beep: WAV, MP3, FLAC, Ogg")
    parser.add_argument("--silence", type=float, default=5.0, metavar="SECONDS", help="so much silence ends a message")
    parser.add_argument("--longest", type=float, default=180.0, metavar="SECONDS", help="a message is no longer than this")
    parser.add_argument("--bind", default="0.0.0.0:5060", metavar="HOST:PORT", help="where to listen")
    options = parser.parse_args(arguments)
    if options.greeting is not None and not options.greeting.is_file():
        parser.error(f"there is no file {options.greeting}")
    try:
        asyncio.run(serve(options))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
