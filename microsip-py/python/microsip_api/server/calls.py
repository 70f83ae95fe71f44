"""Calls, accounts, sound, messages: what the phone is asked."""

from __future__ import annotations

from typing import Any, Optional

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from .._errors import understood
from ..phone import MicroSIP
from ..status import AccountStatus, CallStatus, PhoneStatus
from .models import (
    Buttons,
    Code,
    Digits,
    NewAccount,
    NewCall,
    NewMessage,
    Other,
    OwnPresence,
    Password,
    Sound,
    Switch,
    Target,
)

router = APIRouter()


def phone_of(request: Request) -> MicroSIP:
    """The phone that is served."""
    phone: MicroSIP = request.app.state.phone
    return phone


#: Settings by which programs are run, or files read and written anywhere: not for whoever has only the token.
GUARDED = ("cmd", "provisioning", "databasefile", "recordingpath", "ringingsound", "tlscafile", "passwordkey")


def check_guarded(request: Request, name: str) -> None:
    """Refuses settings that need ``--trust``."""
    key = name.rpartition("/")[2].lower()
    if key.startswith(GUARDED) and not request.app.state.trust:
        raise HTTPException(403, f"{name} makes the phone run programs or use files anywhere; start the server with --trust for that")


@router.get("/status", tags=["phone"])
async def status(request: Request) -> PhoneStatus:
    """How everything is."""
    return PhoneStatus.of(await phone_of(request).request_async("status"))


@router.get("/accounts", tags=["accounts"])
async def accounts(request: Request) -> list[AccountStatus]:
    """The accounts of the settings, and their registrations."""
    with understood():
        return [AccountStatus.of(view) for view in await phone_of(request).request_async("accounts")]


@router.post("/accounts", tags=["accounts"], status_code=201)
async def add_account(request: Request, body: NewAccount) -> AccountStatus:
    """Adds an account to the settings; `/accounts/{number}/use` makes it the active one."""
    for key in body.settings:
        check_guarded(request, key)
    phone, given = phone_of(request), body.settings
    if {key.lower() for key in given} & {"domain", "username", "password"}:
        raise HTTPException(422, "domain, username and password are fields of their own")
    number = await run_in_threadpool(lambda: phone.settings.add_account(body.domain, body.username, body.password, **given))
    return await _account(request, number)


@router.get("/accounts/{number}", tags=["accounts"])
async def one_account(request: Request, number: int) -> AccountStatus:
    """An account, 0 for the local one."""
    return await _account(request, number)


async def _account(request: Request, number: int) -> AccountStatus:
    for account in await accounts(request):
        if account.account == number:
            return account
    raise HTTPException(404, f"there is no account {number}; /api/accounts lists them")


@router.post("/accounts/{number}/use", tags=["accounts"], status_code=204)
async def use_account(request: Request, number: int) -> Response:
    """Makes an account the active one, 0 for none; it is stored."""
    if number != 0:
        await _account(request, number)
    await phone_of(request).request_async("account", number=number)
    return Response(status_code=204)


@router.put("/accounts/{number}/password", tags=["accounts"], status_code=204)
async def set_password(request: Request, number: int, body: Password) -> Response:
    """Stores the password of an account."""
    await _account(request, number)
    await phone_of(request).request_async("password", number=number, password=body.password)
    return Response(status_code=204)


@router.post("/accounts/register", tags=["accounts"], status_code=202)
async def register(request: Request) -> Response:
    """Registers the active account anew; the event `registration` tells the outcome."""
    await phone_of(request).request_async("register")
    return Response(status_code=202)


@router.post("/accounts/unregister", tags=["accounts"], status_code=202)
async def unregister(request: Request) -> Response:
    """Removes the registration."""
    await phone_of(request).request_async("unregister")
    return Response(status_code=202)


@router.get("/calls", tags=["calls"])
async def calls(request: Request) -> list[CallStatus]:
    """The calls there are."""
    with understood():
        return [CallStatus.of(view) for view in await phone_of(request).request_async("calls")]


@router.post("/calls", tags=["calls"], status_code=201)
async def call(request: Request, body: NewCall) -> CallStatus:
    """Calls somebody; answered when the INVITE is sent. The event `call` tells what becomes of it."""
    view = await phone_of(request).request_async("call", target=body.target, secure=body.secure)
    return CallStatus.of(view)


@router.delete("/calls", tags=["calls"], status_code=204)
async def hangup_all(request: Request) -> Response:
    """Ends every call but unanswered incoming ones."""
    await phone_of(request).request_async("hangup_all")
    return Response(status_code=204)


@router.get("/calls/{id}", tags=["calls"])
async def one_call(request: Request, id: int) -> CallStatus:
    """A call."""
    return await phone_of(request).call_of(id).status_async()


@router.delete("/calls/{id}", tags=["calls"], status_code=204)
async def hangup(request: Request, id: int) -> Response:
    """Ends a call, whatever its state."""
    return await _done(request, "hangup", call=id)


@router.post("/calls/{id}/answer", tags=["calls"], status_code=204)
async def answer(request: Request, id: int) -> Response:
    """Answers a call that comes in."""
    return await _done(request, "answer", call=id)


@router.post("/calls/{id}/reject", tags=["calls"], status_code=204)
async def reject(request: Request, id: int, body: Optional[Code] = None) -> Response:
    """Rejects a call that comes in; as busy (486) without a body."""
    return await _done(request, "reject", call=id, code=486 if body is None else body.code)


@router.post("/calls/{id}/redirect", tags=["calls"], status_code=204)
async def redirect(request: Request, id: int, body: Target) -> Response:
    """Sends a call that comes in elsewhere (302)."""
    return await _done(request, "redirect", call=id, target=body.target)


@router.put("/calls/{id}/hold", tags=["calls"], status_code=204)
async def hold(request: Request, id: int, body: Switch) -> Response:
    """Holds a call, or takes it back; the event `hold` tells the outcome."""
    return await _done(request, "hold", call=id, state="on" if body.on else "off")


@router.post("/calls/{id}/dtmf", tags=["calls"], status_code=204)
async def dtmf(request: Request, id: int, body: Digits) -> Response:
    """Sends keys."""
    return await _done(request, "dtmf", call=id, digits=body.digits)


@router.post("/calls/{id}/transfer", tags=["calls"], status_code=204)
async def transfer(request: Request, id: int, body: Target) -> Response:
    """Transfers a call to a number (blind); the event `transfer` tells the outcome."""
    return await _done(request, "transfer", call=id, target=body.target)


@router.post("/calls/{id}/transfer-to", tags=["calls"], status_code=204)
async def transfer_to(request: Request, id: int, body: Other) -> Response:
    """Connects the peers of two calls of ours (attended transfer)."""
    return await _done(request, "transfer_to", call=id, other=body.call)


@router.post("/calls/{id}/select", tags=["calls"], status_code=204)
async def select(request: Request, id: int) -> Response:
    """Makes it the call that commands without a call mean."""
    return await _done(request, "select", call=id)


@router.put("/calls/{id}/recording", tags=["recordings"], status_code=204)
async def record(request: Request, id: int, body: Switch) -> Response:
    """Records a call, or ends that."""
    return await _done(request, "record", call=id, state="on" if body.on else "off")


@router.get("/calls/{id}/quality", tags=["calls"])
async def quality(request: Request, id: int) -> dict[str, Any]:
    """How good and how loud a call is: `received_dbov`, `sent_dbov`, and `statistics` as docs/statistics.md has them."""
    return await phone_of(request).call_of(id).quality_async()


@router.post("/conference", tags=["calls"], status_code=204)
async def conference(request: Request) -> Response:
    """Joins all calls that are up into a conference."""
    return await _done(request, "conference")


@router.delete("/conference/{id}", tags=["calls"], status_code=204)
async def leave_conference(request: Request, id: int) -> Response:
    """Takes a call out of the conference."""
    return await _done(request, "conference", leave=id)


@router.patch("/sound", tags=["phone"], status_code=204)
async def sound(request: Request, body: Sound) -> Response:
    """Mutes, and sets volumes."""
    phone = phone_of(request)
    for side, muted, volume in (
        ("microphone", body.microphone_muted, body.microphone_volume),
        ("speaker", body.speaker_muted, body.speaker_volume),
    ):
        if muted is not None:
            await phone.request_async("mute", side=side, state="on" if muted else "off")
        if volume is not None:
            await phone.request_async("volume", side=side, percent=volume)
    return Response(status_code=204)


@router.patch("/buttons", tags=["phone"], status_code=204)
async def buttons(request: Request, body: Buttons) -> Response:
    """Sets the buttons of MicroSIP's window; they are stored."""
    for button, on in body.model_dump(exclude_none=True).items():
        await phone_of(request).request_async("button", button=button, state="on" if on else "off")
    return Response(status_code=204)


@router.put("/presence", tags=["phone"], status_code=204)
async def presence(request: Request, body: OwnPresence) -> Response:
    """Tells others how we are."""
    return await _done(request, "presence", status=body.status, note=body.note)


@router.get("/devices", tags=["phone"])
async def devices(request: Request) -> list[dict[str, Any]]:
    """The sound devices of the machine the phone runs on."""
    found: list[dict[str, Any]] = await phone_of(request).request_async("devices")
    return found


@router.get("/codecs", tags=["phone"])
async def codecs(request: Request) -> list[str]:
    """The codecs, the preferred one first."""
    found: list[str] = await phone_of(request).request_async("codecs")
    return found


@router.post("/messages", tags=["messages"], status_code=204)
async def send_message(request: Request, body: NewMessage) -> Response:
    """Sends a text, and waits for its fate."""
    return await _done(request, "message", to=body.to, text=body.text)


async def _done(request: Request, command: str, **fields: Any) -> Response:
    await phone_of(request).request_async(command, **fields)
    return Response(status_code=204)
