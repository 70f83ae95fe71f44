"""Calls that are up: with a peer of raw bytes, or between two accounts of one endpoint."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Optional

import microsip
from wire import Datagram, Wire

TIMEOUT = 10.0

#: What a peer answers that can do most things.
ABLE = "Allow: INVITE, ACK, BYE, CANCEL, UPDATE, INFO, REFER, NOTIFY, OPTIONS\r\nSupported: timer, replaces\r\n"


class Dialog:
    """The peer's side of a call that an account made to a `Wire`."""

    def __init__(self, wire: Wire, invite: Datagram, tag: str = "wire") -> None:
        self.wire = wire
        self.source = invite.source
        self.call_id = invite.header("call-id")
        self.ours = f"{invite.header('to')};tag={tag}"
        self.theirs = invite.header("from")
        ports = [line.split()[1] for line in invite.body.split("\r\n") if line.startswith("m=audio")]
        #: Where our audio is taken.
        self.audio_port = int(ports[0]) if ports else 0
        self.target = invite.header("contact").split("<")[1].split(">")[0]
        self._numbers = itertools.count(100)

    def send(self, method: str, headers: str = "", body: str = "", content_type: str = "text/plain") -> None:
        """Sends a request in the call."""
        number = next(self._numbers)
        kind = f"Content-Type: {content_type}\r\n" if body else ""
        self.wire.send(
            f"{method} {self.target} SIP/2.0\r\nVia: SIP/2.0/UDP {self.wire.address};branch=z9hG4bKin{self.wire.port}{number};rport\r\n"
            f"From: {self.ours}\r\nTo: {self.theirs}\r\nCall-ID: {self.call_id}\r\nCSeq: {number} {method}\r\n"
            f"Contact: <{self.wire.uri()}>\r\nMax-Forwards: 70\r\n{headers}{kind}Content-Length: {len(body)}\r\n\r\n{body}",
            self.source,
        )

    def key(self, digit: str) -> None:
        """Presses a key, by INFO."""
        self.send("INFO", body=f"Signal={digit}\r\nDuration=120\r\n", content_type="application/dtmf-relay")
        assert self.wire.response("INFO", 200).status == 200

    def notify(self, line: str, ended: bool = False) -> None:
        """Reports on a transfer."""
        state = "terminated;reason=noresource" if ended else "active;expires=60"
        self.send("NOTIFY", f"Event: refer\r\nSubscription-State: {state}\r\n", line + "\r\n", "message/sipfrag;version=2.0")
        assert self.wire.response("NOTIFY", 200).status == 200


def up(account: microsip.Account, wire: Wire, rtp: int = 0, **options: object) -> tuple[microsip.Call, Dialog]:
    """A call to the wire that is up; `rtp` is where the peer takes audio."""
    call = account.call(wire.uri(), **options)  # type: ignore[arg-type]
    invite = wire.request("INVITE")
    wire.reply(invite, 200, headers=ABLE, sdp=rtp or True)
    call.wait_for("confirmed", TIMEOUT)
    wire.request("ACK")
    return call, Dialog(wire, invite)


@dataclass
class Pair:
    """Both sides of a call between two accounts of one endpoint."""

    caller: microsip.Call
    callee: microsip.Call


def pair(endpoint: microsip.Endpoint, options: Optional[microsip.CallOptions] = None) -> Pair:
    """A call from one account to another, over loopback; both are added if they are not there."""
    known = {account.aor: account for account in endpoint.accounts}
    alice, bob = (known.get(aor) or endpoint.add_account(aor) for aor in ("sip:alice@127.0.0.1", "sip:bob@127.0.0.1"))
    caller = alice.call(f"sip:bob@{endpoint.local_address()}", options)
    callee = endpoint.wait_incoming(TIMEOUT, account=bob)
    callee.answer()
    caller.wait_for("confirmed", TIMEOUT)
    callee.wait_for("confirmed", TIMEOUT)
    return Pair(caller, callee)
