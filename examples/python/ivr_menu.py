"""Answers every call with a menu: says what there is, takes a key, does what it stands for.

    python ivr_menu.py sip:menu@pbx.example.org menus.json

The menus are data; every call begins in ``main``::

    {"main":    {"say": "welcome.wav", "keys": {"1": "play hours.wav", "2": "menu service", "0": "transfer sip:1001@pbx.example.org"}},
     "service": {"say": "service.wav", "keys": {"1": "extension sip:{}@pbx.example.org", "*": "menu main", "#": "hang up"},
                 "tries": 3, "wait": 5, "wrong": "sorry.wav"}}

``extension`` takes further digits, until # or a pause, and connects with them. Keys may be pressed ahead, and cut what is said. After
``tries`` wrong keys, or none, the call ends; a person who does not answer brings the caller back. What is said is a file beside the menus,
or a tone (``tone:440/300;1``). The password is read from ``MENU_PASSWORD``. A line is printed for each step.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

import microsip

ACTIONS = ["play", "menu", "transfer", "extension", "hang up"]


@dataclass(frozen=True)
class Menu:
    """What a caller is asked."""

    say: str
    keys: Mapping[str, str]
    tries: int = 3
    wait: float = 5.0
    wrong: str = "tone:250/300;1"


def read(path: Path) -> dict[str, Menu]:
    """The menus of a file, looked through: a mistake is found before anybody calls."""
    menus = {name: Menu(**menu) for name, menu in json.loads(path.read_text(encoding="utf-8")).items()}
    sounds = [sound for menu in menus.values() for sound in (menu.say, menu.wrong)]
    for name, menu in menus.items():
        for key, action in menu.keys.items():
            verb = next((verb for verb in ACTIONS if f"{action} ".startswith(f"{verb} ")), None)
            what = action.partition(" ")[2]
            if len(key) != 1 or key not in "0123456789*#" or verb is None or (verb == "menu" and what not in menus):
                raise ValueError(f"menu {name}: what is {key!r}: {action!r}?")
            sounds += [what] * (verb == "play")
    if "main" not in menus:
        raise ValueError("there is no menu main")
    for sound in sounds:
        if not sound.startswith("tone:") and not (path.parent / sound).is_file():
            raise ValueError(f"there is no file {path.parent / sound}")
    return menus


class Caller:
    """Somebody in the menus."""

    def __init__(self, call: microsip.Call, menus: Mapping[str, Menu], folder: Path) -> None:
        self.call, self.menus, self.folder = call, menus, folder

    def tell(self, text: str) -> None:
        print(f"{self.call.info.remote_user or 'somebody'}: {text}", flush=True)

    def say(self, sound: str) -> Union[microsip.Player, microsip.TonePlayer]:
        if sound.startswith("tone:"):
            return self.call.play_tone(sound[len("tone:") :])
        return self.call.play(self.folder / sound)

    async def ask(self, menu: Menu) -> Optional[str]:
        """The key that the caller chooses; `None` for none."""
        said = self.say(menu.say)
        # From the beginning on: who knows the menu does not wait for its end.
        typing = asyncio.ensure_future(self.call.wait_dtmf_async(count=1))
        try:
            await asyncio.wait({typing, asyncio.ensure_future(said.wait_finished_async())}, return_when=asyncio.FIRST_COMPLETED)
            return await asyncio.wait_for(typing, menu.wait)
        except asyncio.TimeoutError:
            return None
        finally:
            typing.cancel()
            said.stop()

    async def transfer(self, target: str) -> bool:
        """Sends the caller to a person; whether that person took the call."""
        with self.call.events() as events:
            self.call.transfer(target)
            told = await events.wait_for_async(microsip.TransferProgressed, where=lambda event: event.progress.is_final)
        self.tell(f"{target}: {told.progress.state.value} {told.progress.code}")
        return told.progress.state is microsip.TransferState.SUCCEEDED

    async def run(self) -> None:
        """From the first menu to the end."""
        name, missed = "main", 0
        while missed < self.menus[name].tries:
            menu = self.menus[name]
            key = await self.ask(menu)
            self.tell(f"{name} {key or 'nothing'}")
            verb, _, what = menu.keys.get(key or "", "").partition(" ")
            if verb == "menu":
                name, missed = what, 0
            elif verb == "play":
                missed = 0
                await self.say(what).wait_finished_async()
            elif verb == "transfer" or verb == "extension":
                if verb == "extension":
                    what = what.replace("{}", await self.call.wait_dtmf_async(until="#", gap=3, timeout=menu.wait + 10))
                if await self.transfer(what):
                    return
                await self.say(menu.wrong).wait_finished_async()
            elif verb == "hang":
                return
            else:
                missed += 1
                # A wrong key takes those typed after it along.
                self.call.take_dtmf()
                await self.say(menu.wrong).wait_finished_async()


async def take(call: microsip.Call, menus: Mapping[str, Menu], folder: Path) -> None:
    caller = Caller(call, menus, folder)
    try:
        async with call:
            call.answer()
            await call.wait_for_async("confirmed", timeout=10)
            await caller.run()
        caller.tell("done")
    except microsip.MicrosipError as error:
        caller.tell(f"left, {error.reason}")


async def serve(options: argparse.Namespace) -> None:
    """Every caller is a task."""
    tasks: set[asyncio.Task[None]] = set()
    async with microsip.Endpoint(transports=[microsip.TransportConfig("udp", options.bind)]) as endpoint:
        account = endpoint.add_account(options.account, password=os.environ.get("MENU_PASSWORD"))
        print(f"{account.aor} answers at {endpoint.local_address()}", flush=True)
        try:
            while True:
                task = asyncio.create_task(take(await endpoint.wait_incoming_async(), options.menus, options.folder))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        finally:
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("account", help="our address, sip:user@domain")
    parser.add_argument("menus", type=Path, help="the menus, as JSON")
    parser.add_argument("--bind", default="0.0.0.0:5060", metavar="HOST:PORT", help="where to listen")
    options = parser.parse_args(arguments)
    try:
        options.folder, options.menus = options.menus.parent, read(options.menus)
    except (OSError, ValueError, TypeError) as error:
        parser.error(str(error))
    try:
        asyncio.run(serve(options))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
