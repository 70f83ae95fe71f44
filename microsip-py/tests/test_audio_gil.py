"""Audio while Python is busy: RTP leaves in time, whoever holds the interpreter."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading

import pytest

import microsip
from conftest import local
from wire import SDP, Wire

#: Linux: the kernel notes when a packet came, so that this process need not run then.
SO_TIMESTAMPNS = 35
PACKETS = 150


def arrivals(rtp: socket.socket, count: int) -> list[tuple[int, float]]:
    """Sequence numbers of RTP packets and when they came, by the kernel."""
    found: list[tuple[int, float]] = []
    rtp.settimeout(10)
    while len(found) < count:
        packet, extra, _, _ = rtp.recvmsg(2048, 64)
        if packet[1] & 0x7F == 0:
            seconds, nanoseconds = struct.unpack("qq", extra[0][2][:16])
            found.append((int.from_bytes(packet[2:4], "big"), seconds + nanoseconds / 1e9))
    return found


@pytest.mark.skipif(not hasattr(socket, "CMSG_SPACE"), reason="no time of arrival")
def test_rtp_is_in_time_while_ten_busy_threads_and_an_echo_share_the_interpreter(wire: Wire) -> None:
    stop = threading.Event()

    def arithmetic() -> None:
        number = 1
        while not stop.is_set():
            number = number * 1103515245 % 4294967291

    def parsing() -> None:
        text = json.dumps([{"number": n, "text": "x" * 20} for n in range(5000)])
        while not stop.is_set():
            json.loads(text)

    with local(codecs="PCMU") as endpoint, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rtp:
        rtp.bind(("127.0.0.1", 0))
        rtp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        endpoint.add_account("sip:python@127.0.0.1")
        events = endpoint.events()
        wire.ask("INVITE", endpoint.local_address(), "", SDP.format(port=rtp.getsockname()[1]), "application/sdp")
        incoming = events.next(timeout=10)
        assert isinstance(incoming, microsip.IncomingCall)
        call = incoming.call
        call.answer()
        wire.ack(wire.response("INVITE", 200))
        call.wait_for("confirmed", timeout=10)
        rtp.recv(2048)
        echoed: list[microsip.AudioFrame] = []

        async def echo() -> None:
            async with call.audio(rate=8000, capacity=10) as audio:
                try:
                    async for frame in audio:
                        await audio.write_async(frame)
                        echoed.append(frame)
                except microsip.GoneError:
                    # The call ended between the two.
                    pass

        threads = [threading.Thread(target=asyncio.run, args=(echo(),))]
        threads[0].start()
        while len(echoed) < 5:
            rtp.recv(2048)
        threads += [threading.Thread(target=work) for work in [arithmetic] * 5 + [parsing] * 5]
        for thread in threads[1:]:
            thread.start()
        before = len(echoed)
        try:
            found = arrivals(rtp, PACKETS)
        finally:
            stop.set()
            call.hang_up()
            for thread in threads:
                thread.join()
    first = found[0][0]
    assert [(number - first) % 65536 for number, _ in found] == list(range(PACKETS)), "none is missing"
    # Against the schedule that fits best, so that one late packet does not make the others early.
    offsets = sorted(at - 0.02 * n for n, (_, at) in enumerate(found))
    schedule = offsets[len(offsets) // 2]
    late = [round(1000 * (at - 0.02 * n - schedule), 1) for n, (_, at) in enumerate(found) if abs(at - 0.02 * n - schedule) > 0.02]
    assert len(late) <= PACKETS // 100, f"late by ms: {late}"
    # The echo had its turns, too, as few as they may be, and lost nothing.
    assert len(echoed) > before and all(frame.lost == 0 for frame in echoed)
