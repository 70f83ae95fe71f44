"""WebSockets: events, and the audio of a call."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Optional

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from microsip import AudioStream, MicrosipError

from ..phone import MicroSIP
from .guard import PROTOCOL

router = APIRouter()

RATES = (16_000, 24_000)
#: As much audio may be sent ahead; more is nobody's to keep.
AHEAD = 30
#: Longest name list.
NAMES = 2000

#: The connection is ended: by us, for a wrong request, for a phone that cannot do it, for a call that is not there.
GOING, WRONG, UNSUPPORTED, GONE, TOO_MUCH = 1001, 4400, 4501, 4404, 1009


async def _accept(socket: WebSocket) -> None:
    await socket.accept(subprotocol=PROTOCOL if PROTOCOL in socket.scope.get("subprotocols", []) else None)


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    try:
        await socket.close(code, reason[:120])
    except RuntimeError:
        # The other side was faster.
        pass


@router.websocket("/events")
async def events(socket: WebSocket, names: str = "") -> None:
    """Tells what happens, each event as a JSON object (docs/events.md); `names`, with commas between them, are those that are wanted."""
    phone: MicroSIP = socket.app.state.phone
    await _accept(socket)
    try:
        # In a thread: a phone of another process may take its time.
        wanted = [name for name in names[:NAMES].split(",") if name]
        stream = await asyncio.get_running_loop().run_in_executor(None, lambda: phone.events(*wanted))
    except MicrosipError as e:
        return await _close(socket, WRONG, str(e))
    async with stream:
        telling = asyncio.ensure_future(_tell(socket, stream))
        listening = asyncio.ensure_future(_until_gone(socket))
        done, _ = await asyncio.wait({telling, listening}, return_when=asyncio.FIRST_COMPLETED)
        await _end(telling, listening)
    if telling in done:
        await _close(socket, GOING, "the phone has ended")


async def _tell(socket: WebSocket, stream: Any) -> None:
    async for event in stream:
        await socket.send_text(json.dumps(event.fields))


async def _until_gone(socket: WebSocket) -> None:
    """What is said here is for nobody."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _end(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception) and not isinstance(result, (WebSocketDisconnect, RuntimeError)):
            raise result


@router.websocket("/calls/{id}/audio")
async def audio(socket: WebSocket, id: int, rate: int = 16_000) -> None:
    """The audio of a call, both ways: binary messages of 16-bit samples, little end first, one channel, at `rate` (16000 or 24000).

    What the peer says comes in messages of 20 ms; what is sent, in messages of any length, is played to it at the right pace. The text
    `{"command": "flush"}` cuts what was sent and not played yet, for a speaker who is interrupted; `{"command": "drain"}` is answered when
    all was played. Answers are `{"event": "flushed", "dropped": S}`, with the seconds that were cut, and `{"event": "drained"}`.
    """
    phone: MicroSIP = socket.app.state.phone
    await _accept(socket)
    if rate not in RATES:
        return await _close(socket, WRONG, "the rate is 16000 or 24000")
    try:
        if phone.is_own:
            await phone.call_of(id).status_async()
        # In a thread, which waits for a call that was made just now.
        call = await asyncio.get_running_loop().run_in_executor(None, phone.handle_of, id)
        stream = call.audio(rate=rate, frame_ms=20, capacity=1)
    except MicrosipError as e:
        return await _close(socket, UNSUPPORTED if e.code == "unsupported" else GONE, e.reason)
    async with stream:
        await _Talk(socket, stream, rate).run()


class _Talk:
    """One call's audio over one WebSocket."""

    def __init__(self, socket: WebSocket, stream: AudioStream, rate: int) -> None:
        self._socket = socket
        self._stream = stream
        self._rate = rate
        self._waiting: asyncio.Queue[Optional[bytes]] = asyncio.Queue()
        self._bytes = 0
        #: The half of a sample that a message ended with.
        self._odd = b""

    async def run(self) -> None:
        hearing = asyncio.ensure_future(self._hear())
        speaking = asyncio.ensure_future(self._speak())
        reading = asyncio.ensure_future(self._read())
        done, _ = await asyncio.wait({hearing, speaking, reading}, return_when=asyncio.FIRST_COMPLETED)
        await _end(hearing, speaking, reading)
        if reading in done and reading.exception() is None and (said := reading.result()) is not None:
            await _close(self._socket, *said)
        elif reading not in done:
            await _close(self._socket, GOING, "the call has ended")

    async def _hear(self) -> None:
        async for frame in self._stream:
            await self._socket.send_bytes(bytes(frame))

    async def _speak(self) -> None:
        try:
            while True:
                samples = await self._waiting.get()
                if samples is None:
                    await self._stream.drain_async()
                    await self._socket.send_text('{"event": "drained"}')
                    continue
                self._bytes -= len(samples)
                await self._stream.write_async(samples)
        except MicrosipError:
            # The call has ended.
            return

    async def _read(self) -> Optional[tuple[int, str]]:
        """Takes in what comes; why it is to be closed, if it is."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            samples, text = message.get("bytes"), message.get("text")
            if samples is not None:
                samples = self._odd + samples
                whole = len(samples) & ~1
                self._odd, samples = samples[whole:], samples[:whole]
                self._bytes += len(samples)
                if self._bytes > AHEAD * self._rate * 2:
                    return TOO_MUCH, f"more than {AHEAD} s of audio were sent ahead"
                if samples:
                    self._waiting.put_nowait(samples)
            elif text is not None:
                command = _command(text)
                if command == "flush":
                    await self._flush()
                elif command == "drain":
                    self._waiting.put_nowait(None)
                else:
                    return WRONG, "the commands are flush and drain"

    async def _flush(self) -> None:
        self._odd = b""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        dropped, self._bytes = self._bytes, 0
        try:
            flushed = await self._stream.flush_async()
        except MicrosipError:
            return
        seconds = (dropped // 2 + flushed.dropped) / self._rate
        await self._socket.send_text(json.dumps({"event": "flushed", "dropped": seconds}))


def _command(text: str) -> Optional[str]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return message.get("command") if isinstance(message, dict) else None
