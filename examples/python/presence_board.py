"""Shows in the terminal who is there and which lines ring, and picks up calls that ring elsewhere.

    python presence_board.py sip:1001@pbx.example.org --buddy sip:1002@pbx.example.org --line sip:1003@pbx.example.org --mailbox

Buddies are watched by their presence (RFC 3856), lines by their calls (busy lamps, RFC 4235), the mailbox by its counts (RFC 3842). In a
terminal the table is drawn anew at each change; elsewhere, or with ``--plain``, each change is a line. The password is read from
``BOARD_PASSWORD``; ``--note`` and ``--status`` say how we are ourselves. Ctrl-C ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

import microsip
from microsip import LineInfo, LineState, Presence, SubscriptionState

#: Colours of the terminal, by what is shown.
COLOURS = {"online": 32, "idle": 32, "terminated": 32, "early": 33, "trying": 33, "away": 33, "unknown": 90, "offline": 90}
CLEAR, RED = "\x1b[H\x1b[2J", 31


@dataclass
class Row:
    """A line of the table."""

    name: str
    kind: str
    state: str = "unknown"
    words: str = ""

    def plain(self) -> str:
        return f"{self.kind:<8} {self.name:<36} {self.state:<15} {self.words}".rstrip()

    def coloured(self) -> str:
        return self.plain().replace(self.state, f"\x1b[{COLOURS.get(self.state, RED)}m{self.state}\x1b[0m", 1)


@dataclass
class Board:
    """All that is watched, by its subscription."""

    plain: bool
    rows: dict[microsip.Subscription, Row] = field(default_factory=dict)

    def add(self, watched: microsip.Buddy | microsip.WatchedLine | microsip.Mailbox, kind: str) -> None:
        self.rows[watched.subscription] = Row(watched.target, kind)

    def put(self, subscription: microsip.Subscription, state: str, words: str = "") -> None:
        """Shows something new."""
        row = self.rows[subscription]
        if (row.state, row.words) == (state, words):
            return
        row.state, row.words = state, words
        if self.plain:
            print(row.plain(), flush=True)
        else:
            self.draw()

    def draw(self) -> None:
        if not self.plain:
            print(CLEAR + "\n".join(row.coloured() for row in self.rows.values()), flush=True)

    def take(self, event: microsip.Event) -> None:
        """What an event means for the table. (From Python 3.10 on one would write ``match``.)"""
        if isinstance(event, microsip.PresenceChanged):
            self.put(event.buddy.subscription, event.status.state.value, event.status.note or "")
        elif isinstance(event, microsip.LineChanged):
            self.put(event.line.subscription, event.info.state.value, who(event.info))
        elif isinstance(event, microsip.MessagesWaiting) and event.mailbox is not None:
            voice = event.summary.voice
            state = "waiting" if event.summary.waiting else "idle"
            self.put(event.mailbox.subscription, state, f"{voice.new} new, {voice.old} old")
        elif isinstance(event, microsip.Unreadable):
            print(f"{event.subscription.target}: {event.error}", file=sys.stderr)
        elif isinstance(event, microsip.SubscriptionChanged) and event.subscription in self.rows:
            self.put(event.subscription, *self.standing(event.subscription, event.info))

    def standing(self, subscription: microsip.Subscription, info: microsip.SubscriptionInfo) -> tuple[str, str]:
        """What is shown once a subscription stands like this: nothing is known while it does not."""
        if info.state in (SubscriptionState.RETRYING, SubscriptionState.ENDED):
            return Presence.UNKNOWN.value, str(info.error or info.state.value)
        return self.rows[subscription].state, self.rows[subscription].words


def who(info: LineInfo) -> str:
    """The other side of a line's call."""
    if info.state.is_free:
        return ""
    return info.remote.display or info.remote.identity or info.remote.target or ""


def pick_up(account: microsip.Account, line: microsip.WatchedLine) -> Optional[microsip.Call]:
    """Takes the call that rings at a line, if one does and the server tells enough about it."""
    ringing = line.info.ringing if line.info is not None else None
    if ringing is None:
        return None
    target = ringing.remote.target or ringing.remote.identity
    return None if target is None else account.call(target, replaces=ringing.replaces_at_remote())


async def watch(options: argparse.Namespace) -> None:
    transports = [microsip.TransportConfig("udp", options.bind), microsip.TransportConfig("tcp", options.bind)]
    async with microsip.Endpoint(transports=transports) as endpoint:
        password = os.environ.get("BOARD_PASSWORD")
        account = endpoint.add_account(options.account, password=password, proxies=options.proxy, publish_presence=True)
        board = Board(plain=options.plain or not sys.stdout.isatty())
        # Before anything is watched, so that nothing is missed.
        async with account.events() as events:
            for target in options.buddy:
                board.add(account.watch(target), "buddy")
            lines = [account.watch_line(target) for target in options.line]
            for line in lines:
                board.add(line, "line")
            if options.mailbox:
                board.add(account.watch_mailbox(), "mailbox")
            account.set_presence(options.status, note=options.note)
            board.draw()
            async for event in events:
                board.take(event)
                if options.pick_up and isinstance(event, microsip.LineChanged) and event.info.state is LineState.EARLY:
                    try:
                        pick_up(account, event.line)
                    except microsip.WrongStateError as error:
                        print(error, file=sys.stderr)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("account", help="our address, sip:user@domain")
    parser.add_argument("--buddy", action="append", default=[], metavar="URI", help="somebody to watch; may be given several times")
    parser.add_argument("--line", action="append", default=[], metavar="URI", help="a line to watch; may be given several times")
    parser.add_argument("--mailbox", action="store_true", help="watch our own mailbox")
    parser.add_argument("--pick-up", action="store_true", help="take every call that rings at a watched line")
    parser.add_argument("--proxy", action="append", help="a proxy that every request goes through")
    parser.add_argument("--status", default="online", choices=[state.value for state in Presence])
    parser.add_argument("--note", help="words about our status")
    parser.add_argument("--bind", default="0.0.0.0:0", metavar="HOST:PORT", help="where to listen")
    parser.add_argument("--plain", action="store_true", help="a line for each change in place of a table")
    try:
        asyncio.run(watch(parser.parse_args(arguments)))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
