"""A speech service for tests of voice bots: hears when somebody speaks by how loud it is, and answers with a tone of six seconds."""

from __future__ import annotations

import array
import asyncio
import base64
import json
import queue
import threading
from types import TracebackType
from typing import Any, Optional

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from sound import sine

RATE = 24_000
#: The answer.
FREQUENCY, SECONDS = 700, 6.0
#: Mean amplitude of what is speech, and how many frames of 20 ms begin and end it.
LOUD, BEGIN, END = 600, 3, 15


class SpeechService:
    """Runs in a thread of its own; what happens is in `events`."""

    def __init__(self, token: str) -> None:
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.url = ""
        self._token = token
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._over: Optional[asyncio.Future[None]] = None
        self._thread = threading.Thread(target=self._run, name="speech-service")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        async with serve(self._session, "127.0.0.1", 0) as server:
            self.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/realtime"
            self._over = self._loop.create_future()
            self._ready.set()
            await self._over

    async def _session(self, bot: ServerConnection) -> None:
        try:
            await self._talk(bot)
        except ConnectionClosed:
            # In the middle of something, as Ctrl-C ends it.
            pass
        finally:
            self.events.put({"type": "closed"})

    async def _talk(self, bot: ServerConnection) -> None:
        assert bot.request is not None
        if bot.request.headers.get("Authorization") != f"Bearer {self._token}":
            return await bot.close(4001, "no token")
        loud = quiet = answers = 0
        speaking = False
        async for text in bot:
            event = json.loads(text)
            if event["type"] != "input_audio_buffer.append":
                self.events.put(event)
                continue
            samples = array.array("h", base64.b64decode(event["audio"]))
            if sum(map(abs, samples[::8])) / max(1, len(samples[::8])) > LOUD:
                loud, quiet = loud + 1, 0
            else:
                loud, quiet = 0, quiet + 1
            if not speaking and loud == BEGIN:
                speaking = True
                await self._tell(bot, "input_audio_buffer.speech_started")
            elif speaking and quiet == END:
                speaking, answers = False, answers + 1
                await self._tell(bot, "input_audio_buffer.speech_stopped")
                names = {"response_id": f"r{answers}", "item_id": f"i{answers}"}
                # All at once: much faster than it is spoken.
                answer = sine(FREQUENCY, SECONDS, RATE).tobytes()
                for begin in range(0, len(answer), 24_000):
                    delta = base64.b64encode(answer[begin : begin + 24_000]).decode()
                    await bot.send(json.dumps({"type": "response.audio.delta", "delta": delta, **names}))
                await bot.send(json.dumps({"type": "response.audio.done", **names}))

    async def _tell(self, bot: ServerConnection, kind: str) -> None:
        self.events.put({"type": kind})
        await bot.send(json.dumps({"type": kind}))

    def next(self, kind: str) -> dict[str, Any]:
        """The next event, which is of this kind."""
        event = self.events.get(timeout=15)
        assert event["type"] == kind, event
        return event

    def __enter__(self) -> SpeechService:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        assert self._over is not None
        self._loop.call_soon_threadsafe(self._over.set_result, None)
        self._thread.join(20)
