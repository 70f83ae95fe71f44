"""Contacts, history, recordings, settings: what lies in files, and is read in threads."""

from __future__ import annotations

import datetime
import hashlib
import re
from pathlib import Path
from typing import Annotated, Any, Optional

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse

from microsip.compat import CallType, Contact, Key, Order

from .calls import check_guarded, phone_of
from .models import (
    ContactFields,
    HistoryCall,
    HistoryMessage,
    Imported,
    KeyedContact,
    RecordingFile,
    Value,
    Values,
)

router = APIRouter()

#: What a recording may be.
SOUND = {".wav": "audio/wav", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".flac": "audio/flac", ".mp3": "audio/mpeg"}
_SCHEMES = ("sip", "sips", "tel", "stun", "stuns", "turn", "turns")
#: A password before a host, as in sip:user:password@host.
_CREDENTIALS = re.compile(r"(?P<scheme>\b(?:sips?|stuns?|turns?):)?(?P<user>[^\s:@/<>,;\"]+):[^\s@]+@", re.I)

Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many.")]
Offset = Annotated[int, Query(ge=0, description="Without the first so many.")]
Moment = Annotated[Optional[datetime.datetime], Query(description="With a time zone.")]


async def content(request: Request) -> bytes:
    """The body as it is; how long it may be was checked."""
    return await request.body()


Content = Annotated[bytes, Depends(content)]


# --- contacts


def _key(contact: Contact) -> str:
    return hashlib.sha256(repr(contact).encode()).hexdigest()[:24]


def _keyed(contact: Contact) -> KeyedContact:
    return KeyedContact(key=_key(contact), contact=contact)


def _found(request: Request, key: str) -> Contact:
    for contact in phone_of(request).contacts:
        if _key(contact) == key:
            return contact
    raise HTTPException(404, "there is no such contact, or it has changed")


@router.get("/contacts", tags=["contacts"])
def contacts(request: Request, text: Annotated[str, Query(max_length=200)] = "") -> list[KeyedContact]:
    """The contacts in which a text occurs; all without."""
    return [_keyed(contact) for contact in phone_of(request).contacts.search(text)]


@router.post("/contacts", tags=["contacts"], status_code=201)
def add_contact(request: Request, body: ContactFields) -> KeyedContact:
    """Adds a contact."""
    return _keyed(phone_of(request).contacts.add(Contact(**body.given())))


@router.patch("/contacts/{key}", tags=["contacts"])
def change_contact(request: Request, key: str, body: ContactFields) -> KeyedContact:
    """Changes a contact; it has another key then."""
    return _keyed(phone_of(request).contacts.update(_found(request, key), **body.given()))


@router.delete("/contacts/{key}", tags=["contacts"], status_code=204)
def remove_contact(request: Request, key: str) -> Response:
    """Removes a contact."""
    phone_of(request).contacts.remove(_found(request, key))
    return Response(status_code=204)


@router.get("/contacts/export", tags=["contacts"], response_class=Response)
def export_contacts(request: Request) -> Response:
    """All contacts as CSV."""
    headers = {"content-disposition": 'attachment; filename="contacts.csv"'}
    return Response(phone_of(request).contacts.export_csv(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/contacts/import", tags=["contacts"])
def import_contacts(request: Request, content: Content) -> Imported:
    """Takes over CSV as MicroSIP, Outlook and Google write it; the body is the file."""
    report = phone_of(request).contacts.import_csv(content)
    return Imported(added=report.added, updated=report.updated, unchanged=report.unchanged)


@router.post("/contacts/refresh", tags=["contacts"], status_code=202)
async def refresh_directory(request: Request) -> Response:
    """Fetches the users directory now; the event `directory` tells the outcome."""
    await phone_of(request).request_async("refresh_directory")
    return Response(status_code=202)


# --- history


@router.get("/history", tags=["history"])
def history(
    request: Request,
    number: Annotated[Optional[str], Query(max_length=200)] = None,
    kind: Annotated[Optional[list[CallType]], Query()] = None,
    since: Moment = None,
    before: Moment = None,
    text: Annotated[Optional[str], Query(max_length=200)] = None,
    order: Order = Order.NEWEST_FIRST,
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[HistoryCall]:
    """Calls that were; all conditions must hold."""
    found = phone_of(request).history.calls(
        number=number, kinds=kind, since=since, before=before, text=text, order=order, limit=limit, offset=offset
    )
    return [HistoryCall.of(call) for call in found]


@router.get("/history/export", tags=["history"], response_class=Response)
def export_history(request: Request, format: Annotated[str, Query(pattern="^(csv|xml|json)$")] = "csv") -> Response:
    """All calls, the oldest first."""
    headers = {"content-disposition": f'attachment; filename="calls.{format}"'}
    kind = {"csv": "text/csv; charset=utf-8", "xml": "application/xml", "json": "application/json"}[format]
    return Response(phone_of(request).history.export(format), media_type=kind, headers=headers)


@router.post("/history/import", tags=["history"])
def import_history(request: Request, content: Content, format: Annotated[str, Query(pattern="^(csv|xml|json|ini)$")] = "csv") -> Imported:
    """Takes over calls that are not there yet; the body is the file."""
    return Imported(added=phone_of(request).history.import_calls(content, format))


@router.get("/history/{id}", tags=["history"])
def one_of_history(request: Request, id: int) -> HistoryCall:
    """A call that was."""
    stored = phone_of(request).history.get(id)
    if stored is None:
        raise HTTPException(404, "there is no such call in the history")
    return HistoryCall.of(stored)


@router.delete("/history/{id}", tags=["history"], status_code=204)
def delete_of_history(request: Request, id: int) -> Response:
    """Deletes a call from the history. A recording stays."""
    if not phone_of(request).history.delete(id):
        raise HTTPException(404, "there is no such call in the history")
    return Response(status_code=204)


@router.get("/messages", tags=["messages"])
def messages(
    request: Request,
    number: Annotated[Optional[str], Query(max_length=200)] = None,
    since: Moment = None,
    before: Moment = None,
    text: Annotated[Optional[str], Query(max_length=200)] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[HistoryMessage]:
    """Messages that were, the newest first."""
    found = phone_of(request).history.messages(number=number, since=since, before=before, text=text, limit=limit, offset=offset)
    return [HistoryMessage.of(message) for message in found]


# --- recordings


@router.get("/recordings", tags=["recordings"])
def recordings(request: Request, limit: Limit = 50) -> list[RecordingFile]:
    """The newest recordings whose files are there."""
    found = []
    for stored in phone_of(request).history.recordings():
        call, path = HistoryCall.of(stored), Path(stored.recording)
        try:
            size = path.stat().st_size
        except OSError:
            # Gone meanwhile.
            continue
        if path.suffix.lower() not in SOUND:
            continue
        fields = call.model_dump(include={"id", "number", "name", "time", "duration"})
        found.append(RecordingFile(**fields, file=path.name, bytes=size))
        if len(found) == limit:
            break
    return found


@router.get("/recordings/{id}", tags=["recordings"], response_class=FileResponse)
def recording(request: Request, id: int) -> FileResponse:
    """The recording of a call of the history."""
    stored = phone_of(request).history.get(id)
    path = Path(stored.recording) if stored is not None and stored.recording else None
    kind = None if path is None else SOUND.get(path.suffix.lower())
    if path is None or kind is None or not path.is_file():
        raise HTTPException(404, "there is no recording of this call, or its file is gone")
    return FileResponse(path, media_type=kind, filename=path.name)


# --- settings


def _without(found: re.Match[str]) -> str:
    # The user of sip:user@host is no password.
    return found[0] if found["scheme"] is None and found["user"].lower() in _SCHEMES else f"{found['scheme'] or ''}{found['user']}:***@"


def _shown(value: Any) -> Any:
    """A value without what proves somebody's identity: in URLs, before the host and in the query."""
    if isinstance(value, (list, tuple)):
        return [_shown(it) for it in value]
    if not isinstance(value, str):
        return value
    if "://" not in value:
        return _CREDENTIALS.sub(_without, value)
    scheme, _, rest = value.partition("://")
    rest, mark, _ = rest.partition("?")
    _, at, host = rest.rpartition("@")
    return f"{scheme}://{'***@' + host if at else rest}{'?***' if mark else ''}"


def _changed(request: Request, name: str, value: Any) -> bool:
    """Whether this is another value than what was shown, of which a part may have been left out."""
    settings = phone_of(request).settings
    # For a secret it is no value at all, which is told.
    if settings.describe(name).is_secret or name not in settings:
        return True
    shown = _shown(settings[name])
    return "***" not in str(shown) or shown != value


@router.get("/settings", tags=["settings"])
def settings(request: Request) -> dict[str, dict[str, Any]]:
    """What all keys mean, typed, by section; no passwords."""
    document = phone_of(request).settings.document()
    sections = ["Settings", "Extensions", "Account0", *(f"Account{number}" for number in document.accounts())]
    return {name: {key: _shown(value) for key, value in (document.values(name) or {}).items()} for name in sections}


@router.get("/settings/keys", tags=["settings"])
def settings_keys(request: Request) -> list[Key]:
    """All keys there are, with their meaning and what is allowed."""
    return list(phone_of(request).settings.keys_known())


@router.get("/settings/warnings", tags=["settings"])
def settings_warnings(request: Request) -> list[str]:
    """What is wrong in the settings file."""
    return [str(warning) for warning in phone_of(request).settings.warnings()]


@router.patch("/settings", tags=["settings"])
def change_settings(request: Request, body: Values) -> list[str]:
    """Sets several keys at once, all or none; those that changed."""
    for name in body.values:
        check_guarded(request, name)
    return phone_of(request).settings.change({name: value for name, value in body.values.items() if _changed(request, name, value)})


@router.get("/settings/{section}/{key}", tags=["settings"])
def setting(request: Request, section: str, key: str) -> Value:
    """What a key means; a secret is `***`."""
    value = phone_of(request).settings[f"{section}/{key}"]
    return Value(value=_shown(value))


@router.put("/settings/{section}/{key}", tags=["settings"], status_code=204)
def set_setting(request: Request, section: str, key: str, body: Value) -> Response:
    """Sets a key; the phone acts upon it at once."""
    check_guarded(request, key)
    name = f"{section}/{key}"
    if _changed(request, name, body.value):
        phone_of(request).settings[name] = body.value
    return Response(status_code=204)


@router.delete("/settings/{section}/{key}", tags=["settings"], status_code=204)
def reset_setting(request: Request, section: str, key: str) -> Response:
    """Sets a key to its default."""
    check_guarded(request, key)
    del phone_of(request).settings[f"{section}/{key}"]
    return Response(status_code=204)
