"""Click to call: a page or program asks by HTTP, the agent's phone rings first, then the customer's, and both are connected.

    CLICK_TOKEN=… python click_to_call.py sip:click@pbx.example.org --agent 1001 --listen 127.0.0.1:8080
    curl -H "Authorization: Bearer …" -H "Content-Type: application/json" -d '{"number": "+49 30 123456"}' http://127.0.0.1:8080/call

The answer has the call's number; ``GET /call/1`` tells how it is: ``agent`` or ``customer`` (who is called), ``connected``, ``ended``, or
``failed`` and why. ``DELETE /call/1`` ends it. Who hangs up hangs up for both. The token is read from ``CLICK_TOKEN``, the account's
password from ``CLICK_PASSWORD``. Pages of other people get nothing: there is no CORS, and the token is in no URL.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Optional

import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

import microsip


class Wanted(BaseModel):
    """Who is to be called."""

    number: str = Field(max_length=40, pattern=r"^\+?[0-9*#()./ -]*[0-9*#][0-9*#()./ -]*$")


class Told(BaseModel):
    """A call, as it is told."""

    call: int
    state: str = "agent"
    detail: str = ""


class Desk:
    """The account that calls, and the calls there were."""

    def __init__(self, endpoint: microsip.Endpoint, options: argparse.Namespace) -> None:
        self.endpoint, self.options = endpoint, options
        self.account = endpoint.add_account(options.account, password=os.environ.get("CLICK_PASSWORD"))
        self.told: dict[int, Told] = {}
        self.tasks: dict[int, asyncio.Task[None]] = {}

    def address(self, number: str) -> str:
        """Whom a number means: always at our own domain, whatever somebody asks for."""
        dialled = re.sub(r"[()./ -]", "", number).replace("#", "%23")
        return f"sip:{dialled}@{self.account.aor.partition('@')[2]}"

    def start(self, number: str) -> Told:
        """Begins to connect the agent with a number."""
        told = Told(call=max(self.told, default=0) + 1)
        self.told[told.call] = told
        # The last hundred are remembered.
        self.told.pop(told.call - 100, None)
        task = asyncio.create_task(self.connect(told, self.address(number)))
        self.tasks[told.call] = task
        task.add_done_callback(lambda _: self.tasks.pop(told.call, None))
        return told

    async def connect(self, told: Told, address: str) -> None:
        """The agent first: a customer who answers is not to wait for somebody."""
        agent = self.options.agent if ":" in self.options.agent else self.address(self.options.agent)
        try:
            async with await self.account.dial_async(agent, timeout=self.options.ring) as one:
                told.state = "customer"
                ringback = one.play_tone("ringback")
                dialling = asyncio.ensure_future(self.account.dial_async(address, timeout=self.options.ring))
                # An agent who gives up takes the call to the customer along: cancelling sends CANCEL.
                leaving = asyncio.ensure_future(one.wait_ended_async())
                leaving.add_done_callback(lambda _: dialling.cancel())
                try:
                    async with await dialling as other:
                        ringback.stop()
                        self.endpoint.bridge(one, other)
                        told.state = "connected"
                        await other.wait_ended_async()
                finally:
                    leaving.cancel()
            told.state = "ended"
        except asyncio.CancelledError:
            told.state, told.detail = "ended", "given up"
        except microsip.MicrosipError as error:
            told.state, told.detail = "failed", f"{told.state}: {error.sip_status or ''} {error.reason}".replace("  ", " ")

    async def close(self) -> None:
        """Ends every call."""
        tasks = list(self.tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def phone(app: FastAPI) -> AsyncIterator[None]:
    """The endpoint lives as long as the server."""
    options = app.state.options
    async with microsip.Endpoint(transports=[microsip.TransportConfig("udp", options.bind)]) as endpoint:
        app.state.desk = Desk(endpoint, options)
        yield
        await app.state.desk.close()


def checked(given: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> Desk:
    """The desk, for those who have the token."""
    if not secrets.compare_digest(given.credentials.encode(), os.environ["CLICK_TOKEN"].encode()):
        raise HTTPException(401, "this is not the token")
    desk: Desk = app.state.desk
    return desk


app = FastAPI(title="Click to call", lifespan=phone)
Checked = Annotated[Desk, Depends(checked)]


@app.post("/call", status_code=202)
async def call(wanted: Wanted, desk: Checked) -> Told:
    if len(desk.tasks) >= desk.options.at_once:
        raise HTTPException(429, "too many calls at once")
    return desk.start(wanted.number)


@app.get("/call/{number}")
async def state(number: int, desk: Checked) -> Told:
    if number not in desk.told:
        raise HTTPException(404, "there is no such call")
    return desk.told[number]


@app.delete("/call/{number}")
async def end(number: int, desk: Checked) -> Told:
    task = desk.tasks.get(number)
    if task is not None:
        task.cancel()
        await asyncio.wait({task})
    return await state(number, desk)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("account", help="who calls, sip:user@domain")
    parser.add_argument("--agent", required=True, help="whose phone rings first: a number, or a SIP address")
    parser.add_argument("--listen", default="127.0.0.1:8080", metavar="HOST:PORT", help="where HTTP is served")
    parser.add_argument("--ring", type=float, default=30.0, metavar="SECONDS", help="how long each phone may ring")
    parser.add_argument("--at-once", type=int, default=10, metavar="N", help="calls at once")
    parser.add_argument("--bind", default="0.0.0.0:0", metavar="HOST:PORT", help="where SIP is spoken")
    app.state.options = options = parser.parse_args(arguments)
    if len(os.environ.get("CLICK_TOKEN", "")) < 16:
        parser.error("set CLICK_TOKEN to something that nobody guesses, of 16 characters or more")
    host, _, port = options.listen.rpartition(":")
    # Ends on Ctrl-C, and hangs up then.
    uvicorn.run(app, host=host, port=int(port), log_level="warning")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
