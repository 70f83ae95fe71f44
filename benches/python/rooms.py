"""What the agent does with the audio of its calls."""

from __future__ import annotations

import asyncio
import threading
from typing import Optional

import microsip

#: The bridge's.
RATE = 8000


class Ears:
    """`bridge`: one sink hears all calls, which do not hear each other. `unheard`: the same, and nobody reads it. `unread`: every call has
    a sink, which nobody reads."""

    def __init__(self, endpoint: microsip.Endpoint, what: str) -> None:
        self.room: Optional[microsip.Conference] = None
        self.ear: Optional[microsip.AudioSink] = None
        self.unread: dict[microsip.Call, microsip.AudioSink] = {}
        self.heard = what == "bridge"
        if what in ("bridge", "unheard"):
            self.room = endpoint.conference()
            self.ear = self.room.audio_sink(rate=RATE)

    def join(self, call: microsip.Call) -> None:
        try:
            if self.room is not None:
                self.room.join(call, deaf=True)
            else:
                self.unread[call] = call.audio_sink(rate=RATE)
        except microsip.MicrosipError:
            # A call that is over already.
            pass

    def leave(self, call: microsip.Call) -> None:
        self.unread.pop(call, None)

    def listen(self) -> Optional[threading.Thread]:
        """Hears all, in a thread; it ends with the endpoint."""
        ear = self.ear
        if ear is None or not self.heard:
            return None

        def hear() -> None:
            for _ in ear:
                pass

        thread = threading.Thread(target=hear)
        thread.start()
        return thread

    def listen_async(self) -> Optional[asyncio.Task[None]]:
        """The same in a task of this program."""
        ear = self.ear
        if ear is None or not self.heard:
            return None

        async def hear() -> None:
            async for _ in ear:
                pass

        return asyncio.create_task(hear())
