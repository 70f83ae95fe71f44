"""What is sent to the server and what it answers, where that is not of `microsip_api` itself."""

from __future__ import annotations

import datetime
from typing import Any, Optional, Union

from pydantic import BaseModel, ConfigDict, Field

from microsip.compat import CallType, Contact, StoredCall, StoredMessage

#: The longest number, name or address.
TARGET = 2000
#: The longest text.
TEXT = 32_000


class Body(BaseModel):
    """What is not known is refused, so that nothing misspelt is passed over. Values do not appear in errors."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class NewCall(Body):
    """Whom to call."""

    target: str = Field(min_length=1, max_length=TARGET, description="A number, a name or a URI, as a person types it.")
    secure: bool = Field(False, description="Demand TLS.")


class Target(Body):
    """A number, a name or a URI."""

    target: str = Field(min_length=1, max_length=TARGET)


class Other(Body):
    """Another call of ours."""

    call: int


class Code(Body):
    """A SIP status."""

    code: int = Field(486, ge=300, le=699)


class Digits(Body):
    """Keys of ``0-9 A-D * #``; a comma is a pause of a second."""

    digits: str = Field(min_length=1, max_length=256)


class Switch(Body):
    """On or off."""

    on: bool


class Sound(Body):
    """The microphone and the loudspeaker; what is left out stays."""

    microphone_muted: Optional[bool] = None
    speaker_muted: Optional[bool] = None
    microphone_volume: Optional[int] = Field(None, ge=0, le=100, description="In percent.")
    speaker_volume: Optional[int] = Field(None, ge=0, le=100, description="In percent.")


class Buttons(Body):
    """The buttons of MicroSIP's window; what is left out stays."""

    dnd: Optional[bool] = None
    auto_answer: Optional[bool] = None
    auto_conference: Optional[bool] = None
    forwarding: Optional[bool] = None


class OwnPresence(Body):
    """How we are."""

    status: str = Field(description="online, away, busy, on_the_phone, do_not_disturb, offline or auto")
    note: Optional[str] = Field(None, max_length=500)


class NewMessage(Body):
    """A text to somebody."""

    to: str = Field(min_length=1, max_length=TARGET)
    text: str = Field(min_length=1, max_length=TEXT)


class Password(Body):
    """A password, which is never told again."""

    password: str = Field(max_length=1040)


class NewAccount(Body):
    """An account. What is not told is the default; `/api/settings/keys` lists what can be."""

    domain: str = Field(min_length=1, max_length=TARGET)
    username: str = Field(min_length=1, max_length=TARGET)
    password: Optional[str] = Field(None, max_length=1040)
    settings: dict[str, Union[bool, int, str, list[Union[int, str]], None]] = Field(
        default_factory=dict, description="Other keys of the account, such as `server` or `transport`."
    )


class Value(Body):
    """The value of a setting: by its kind a truth value, a number, a text or a list."""

    value: Union[bool, int, str, list[Union[int, str]], None]


class Values(Body):
    """Settings, by ``Section/key`` or, of ``[Settings]``, by key alone."""

    values: dict[str, Union[bool, int, str, list[Union[int, str]], None]]


class ContactFields(Body):
    """A contact; of a change, what is left out stays."""

    number: Optional[str] = Field(None, max_length=TARGET)
    name: Optional[str] = Field(None, max_length=TARGET)
    firstname: Optional[str] = Field(None, max_length=TARGET)
    lastname: Optional[str] = Field(None, max_length=TARGET)
    phone: Optional[str] = Field(None, max_length=TARGET)
    mobile: Optional[str] = Field(None, max_length=TARGET)
    email: Optional[str] = Field(None, max_length=TARGET)
    address: Optional[str] = Field(None, max_length=TARGET)
    city: Optional[str] = Field(None, max_length=TARGET)
    state: Optional[str] = Field(None, max_length=TARGET)
    zip: Optional[str] = Field(None, max_length=TARGET)
    comment: Optional[str] = Field(None, max_length=TEXT)
    id: Optional[str] = Field(None, max_length=TARGET)
    info: Optional[str] = Field(None, max_length=TARGET)
    presence: Optional[bool] = None
    starred: Optional[bool] = None

    def given(self) -> dict[str, Any]:
        """What was not left out."""
        return self.model_dump(exclude_none=True)


class KeyedContact(BaseModel):
    """A contact, and what it is called by: its key is another one once it has changed."""

    key: str
    contact: Contact


class HistoryCall(BaseModel):
    """A call that was."""

    id: int
    number: str
    name: str
    kind: CallType
    time: datetime.datetime
    duration: int
    info: str
    account: str
    sip_call_id: str
    recorded: bool

    @classmethod
    def of(cls, stored: StoredCall) -> HistoryCall:
        """From what the database has."""
        call = stored.call
        assert isinstance(call.time, datetime.datetime)
        return cls(
            id=stored.id,
            number=call.number,
            name=call.name,
            kind=CallType(call.kind),
            time=call.time,
            duration=call.duration,
            info=call.info,
            account=stored.account,
            sip_call_id=stored.call_id,
            recorded=bool(stored.recording),
        )


class HistoryMessage(BaseModel):
    """A message that was."""

    id: int
    number: str
    name: str
    outgoing: bool
    time: datetime.datetime
    text: str
    status: int

    @classmethod
    def of(cls, stored: StoredMessage) -> HistoryMessage:
        """From what the database has."""
        message = stored.message
        assert isinstance(message.time, datetime.datetime)
        return cls(
            id=stored.id,
            number=message.number,
            name=message.name,
            outgoing=message.outgoing,
            time=message.time,
            text=message.text,
            status=message.status,
        )


class RecordingFile(BaseModel):
    """A recording whose file is there."""

    id: int = Field(description="The call's, in the history.")
    number: str
    name: str
    time: datetime.datetime
    duration: int
    file: str = Field(description="Its name, without the directory.")
    bytes: int


class Imported(BaseModel):
    """What an import did."""

    added: int
    updated: int = 0
    unchanged: int = 0
