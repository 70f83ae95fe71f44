"""A voice bot: answers every call and lets the caller talk with a speech service, which may be interrupted.

    python voice_bot.py sip:bot@pbx.example.org --service wss://speech.example.org/v1/realtime

Each call has a session of its own at the service: a WebSocket with JSON events, and in them audio as base64 of 16-bit samples at 24 kHz,
named as the realtime APIs of today have them. What the caller says goes there frame by frame. Answers come faster than they are spoken and
wait in the call. When the service notices that the caller speaks, the bot falls silent at once and tells the service how much of its
answer was heard. The password is read from ``BOT_PASSWORD``, a token for the service from ``BOT_TOKEN``.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

import microsip

RATE = 24_000

#: So much of an answer may wait to be spoken, in seconds.
AHEAD = 120.0

#: The service hears when the caller begins and ends; only the bot knows how much of an answer was heard, so it interrupts.
SESSION = {
    "input_audio_format": "pcm16",
    "output_audio_format": "pcm16",
    "turn_detection": {"type": "server_vad", "interrupt_response": False},
}


@dataclass
class Answer:
    """What the service is saying."""

    response: str
    item: str
    #: Where it begins in all that was written to the call, in samples.
    begin: int
    #: Whether all of it has come.
    complete: bool = False


class Conversation:
    """One call and its session."""

    def __init__(self, call: microsip.Call, audio: microsip.AudioStream, service: ClientConnection) -> None:
        self.call, self.audio, self.service = call, audio, service
        self.answer: Optional[Answer] = None
        #: The answer that was interrupted last; what still comes of it is not spoken.
        self.cut = ""

    def tell(self, text: str) -> None:
        print(f"{self.call.info.remote_user or 'somebody'}: {text}", flush=True)

    async def send(self, kind: str, **fields: Any) -> None:
        await self.service.send(json.dumps({"type": kind, **fields}))

    async def run(self) -> None:
        """Until the caller or the service hangs up."""
        await self.send("session.update", session=SESSION)
        both = {asyncio.ensure_future(self.listen()), asyncio.ensure_future(self.speak())}
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def listen(self) -> None:
        """What the caller says goes to the service."""
        async for frame in self.audio:
            await self.send("input_audio_buffer.append", audio=base64.b64encode(bytes(frame)).decode())

    async def speak(self) -> None:
        """What the service says is done, one thing after the other."""
        async for text in self.service:
            event = json.loads(text)
            kind = event.get("type")
            if kind in ("response.audio.delta", "response.output_audio.delta"):
                await self.say(event["response_id"], event["item_id"], base64.b64decode(event["delta"]))
            elif kind in ("response.audio.done", "response.output_audio.done") and self.answer is not None:
                self.answer.complete = True
            elif kind == "input_audio_buffer.speech_started":
                await self.interrupt()
            elif kind == "error":
                self.tell(f"the service says: {event.get('error')}")

    async def say(self, response: str, item: str, samples: bytes) -> None:
        if response == self.cut:
            return
        if self.answer is None or self.answer.item != item:
            self.answer = Answer(response, item, self.audio.source.stats.written)
        await self.audio.write_async(samples)

    async def interrupt(self) -> None:
        """The caller speaks: silence at once, and the service learns how much of its answer was heard."""
        flushed = await self.audio.flush_async()
        answer, self.answer = self.answer, None
        if answer is None or (answer.complete and flushed.dropped == 0):
            return
        self.cut = answer.response
        heard = max(0, flushed.position - answer.begin) * 1000 // RATE
        if not answer.complete:
            await self.send("response.cancel", response_id=answer.response)
        await self.send("conversation.item.truncate", item_id=answer.item, content_index=0, audio_end_ms=heard)
        self.tell(f"interrupted after {heard} ms")


async def take(call: microsip.Call, service: str) -> None:
    """One caller. Nobody is answered by a bot whose service is away."""
    token = os.environ.get("BOT_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    who = call.info.remote_user or "somebody"
    try:
        async with call:
            try:
                connection = await connect(service, additional_headers=headers, open_timeout=5)
            except (OSError, WebSocketException) as error:
                call.reject(503)
                print(f"{who}: no service, {error}", flush=True)
                return
            async with connection, call.audio(rate=RATE, frame_ms=20, capacity=AHEAD) as audio:
                call.answer()
                await Conversation(call, audio, connection).run()
        print(f"{who}: done", flush=True)
    except (microsip.MicrosipError, WebSocketException, ValueError, KeyError) as error:
        print(f"{who}: {type(error).__name__}: {error}", flush=True)


async def serve(options: argparse.Namespace) -> None:
    """Every caller is a task."""
    tasks: set[asyncio.Task[None]] = set()
    async with microsip.Endpoint(transports=[microsip.TransportConfig("udp", options.bind)]) as endpoint:
        account = endpoint.add_account(options.account, password=os.environ.get("BOT_PASSWORD"))
        print(f"{account.aor} answers at {endpoint.local_address()}", flush=True)
        try:
            while True:
                task = asyncio.create_task(take(await endpoint.wait_incoming_async(), options.service))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        finally:
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("account", help="our address, sip:user@domain")
    parser.add_argument("--service", required=True, metavar="URL", help="the speech service, ws:// or wss://")
    parser.add_argument("--bind", default="0.0.0.0:5060", metavar="HOST:PORT", help="where to listen")
    try:
        asyncio.run(serve(parser.parse_args(arguments)))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
