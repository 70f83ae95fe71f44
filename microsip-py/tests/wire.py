"""A SIP peer of raw bytes over UDP, so that tests see what is on the wire and not what we think is."""

from __future__ import annotations

import itertools
import socket
import time
from types import TracebackType
from typing import Optional, Union

TIMEOUT = 10.0

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
)


class Datagram:
    """A message as it came in."""

    def __init__(self, raw: bytes, source: tuple[str, int]) -> None:
        self.raw = raw
        self.source = source
        head, _, self.body = raw.decode("utf-8", "replace").partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known == name.lower()]

    def header(self, name: str) -> str:
        values = self.all(name)
        assert values, f"no {name} in {self.raw!r}"
        return values[0]

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        return self.header("CSeq").split()[1]

    @property
    def is_request(self) -> bool:
        return self.status == 0


class Wire:
    """A socket that speaks SIP only when it is told what to say."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._numbers = itertools.count(1)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.socket.close()

    def uri(self, user: str = "peer") -> str:
        return f"sip:{user}@{self.address}"

    def receive(self, timeout: float = TIMEOUT) -> Datagram:
        """The next message."""
        self.socket.settimeout(timeout)
        while True:
            raw, source = self.socket.recvfrom(65536)
            # Keep-alives are no messages.
            if raw.strip(b"\r\n\0 "):
                return Datagram(raw, source)

    def request(self, method: str, timeout: float = TIMEOUT) -> Datagram:
        """The next request of a method; what comes before is passed over."""
        return self._until(lambda it: it.is_request and it.method == method, f"request {method}", timeout)

    def response(self, method: str, at_least: int = 100, timeout: float = TIMEOUT) -> Datagram:
        """The next response to a method whose status is so high."""
        wanted = f"response to {method} from {at_least} on"
        return self._until(lambda it: it.status >= at_least and it.method == method, wanted, timeout)

    def _until(self, fits: object, wanted: str, timeout: float) -> Datagram:
        deadline = time.monotonic() + timeout
        passed: list[str] = []
        while True:
            left = deadline - time.monotonic()
            assert left > 0, f"no {wanted} came, but {passed}"
            try:
                message = self.receive(left)
            except socket.timeout:
                raise AssertionError(f"no {wanted} came, but {passed}") from None
            if fits(message):  # type: ignore[operator]
                return message
            passed.append(message.first)

    def nothing(self, method: str, seconds: float) -> None:
        """Asserts that no request of a method comes for so long."""
        try:
            message = self.request(method, seconds)
        except AssertionError:
            return
        raise AssertionError(f"unexpected {message.first}")

    def reply(
        self, request: Datagram, status: int, phrase: str = "x", headers: str = "", sdp: Union[bool, int] = False, tag: str = "wire"
    ) -> None:
        """Answers a request; `sdp` may be the port where audio is taken."""
        lines = [f"SIP/2.0 {status} {phrase}"]
        lines += [
            f"{name.title()}: {value}" for name, value in request.headers if name in ("via", "from", "call-id", "cseq", "record-route")
        ]
        to = request.header("to")
        lines.append(f"To: {to}" if "tag=" in to or status == 100 else f"To: {to};tag={tag}")
        if "contact:" not in headers.lower():
            lines.append(f"Contact: <{self.uri()}>")
        nowhere = self.port + 1 if self.port < 65535 else 40000
        body = SDP.format(port=nowhere if sdp is True else sdp) if sdp else ""
        text = "\r\n".join(lines) + "\r\n" + headers
        if body:
            text += "Content-Type: application/sdp\r\n"
        self.send(text + f"Content-Length: {len(body)}\r\n\r\n{body}", request.source)

    def send(self, text: str, to: tuple[str, int]) -> None:
        self.socket.sendto(text.encode(), to)

    def invite(self, to: str, headers: str = "", sdp: bool = True, call_id: Optional[str] = None, name: str = "") -> str:
        """Sends an INVITE to an address such as ``"127.0.0.1:5060"``; its Call-ID."""
        return self.ask("INVITE", to, headers, SDP.format(port=40000) if sdp else "", "application/sdp", call_id, name)

    def ask(
        self,
        method: str,
        to: str,
        headers: str = "",
        body: str = "",
        content_type: str = "text/plain",
        call_id: Optional[str] = None,
        name: str = "",
    ) -> str:
        """Sends a request outside any dialog, whose sender may have a display name; its Call-ID."""
        number = next(self._numbers)
        call_id = call_id or f"wire-{self.port}-{number}"
        host, port = to.rsplit(":", 1)
        kind = f"Content-Type: {content_type}\r\n" if body else ""
        quoted = f'"{name}" ' if name else ""
        self.send(
            f"{method} sip:python@{to} SIP/2.0\r\nVia: SIP/2.0/UDP {self.address};branch=z9hG4bK{self.port}{number};rport\r\n"
            f"From: {quoted}<{self.uri()}>;tag=wire{number}\r\nTo: <sip:python@{to}>\r\nCall-ID: {call_id}\r\nCSeq: {number} {method}\r\n"
            f"Contact: <{self.uri()}>\r\nMax-Forwards: 70\r\n{headers}{kind}Content-Length: {len(body)}\r\n\r\n{body}",
            (host, int(port)),
        )
        return call_id

    def notify(
        self,
        subscribe: Datagram,
        package: str,
        body: str = "",
        content_type: str = "text/plain",
        state: str = "active;expires=600",
        headers: str = "",
        tag: str = "wire",
    ) -> int:
        """Sends a NOTIFY in the dialog of a SUBSCRIBE that was answered, and takes its answer: the status."""
        number = next(self._numbers)
        contact = subscribe.header("contact").split("<")[1].split(">")[0]
        kind = f"Content-Type: {content_type}\r\n" if body else ""
        self.send(
            f"NOTIFY {contact} SIP/2.0\r\nVia: SIP/2.0/UDP {self.address};branch=z9hG4bKn{self.port}{number};rport\r\n"
            f"From: {subscribe.header('to').split(';tag=')[0]};tag={tag}\r\nTo: {subscribe.header('from')}\r\n"
            f"Call-ID: {subscribe.header('call-id')}\r\nCSeq: {number} NOTIFY\r\nContact: <{self.uri()}>\r\n"
            f"Max-Forwards: 70\r\nEvent: {package}\r\nSubscription-State: {state}\r\n{headers}{kind}"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}",
            subscribe.source,
        )
        return self.response("NOTIFY", 200).status

    def ack(self, answer: Datagram) -> None:
        """Acknowledges a 2xx to an INVITE."""
        contact = answer.header("contact").split("<")[1].split(">")[0]
        lines = [f"{name.title()}: {value}" for name, value in answer.headers if name in ("from", "to", "call-id")]
        number = answer.header("cseq").split()[0]
        via = f"Via: SIP/2.0/UDP {self.address};branch=z9hG4bKack{self.port}{number};rport"
        text = "\r\n".join([f"ACK {contact} SIP/2.0", via, *lines, f"CSeq: {number} ACK", "Max-Forwards: 70"])
        self.send(text + "\r\nContent-Length: 0\r\n\r\n", answer.source)
