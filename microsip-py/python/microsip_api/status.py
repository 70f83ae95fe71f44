"""How the phone, its accounts and its calls are at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from microsip import CallState, Direction, EndCause, EndedBy, HoldState, RegistrationState, Transport
from microsip.exceptions import ErrorKind

from ._errors import error, understood

__all__ = ["AccountStatus", "CallStatus", "PhoneStatus"]


@dataclass(frozen=True)
class CallStatus:
    """A call."""

    #: Its number: grows, and is never used again while the phone runs.
    id: int
    #: Where it is in its life.
    state: CallState
    #: Who called.
    direction: Direction
    #: The peer, as people dial it.
    number: str
    #: The contact's or the peer's own name; may be empty.
    name: str
    #: Our side, as name-addr.
    local: str
    #: The other side, as name-addr.
    remote: str
    #: The SIP Call-ID.
    sip_call_id: str
    #: Who holds it.
    hold: HoldState
    #: Whether commands without a call mean this one.
    selected: bool
    #: The newest SIP status of the INVITE; at the end the one it ended with.
    code: Optional[int] = None
    #: Its phrase.
    reason: str = ""
    #: Seconds since it was answered.
    duration: Optional[float] = None
    #: ``NAME/RATE/CHANNELS``.
    codec: Optional[str] = None
    #: The file it is recorded to, or was last.
    recording: Optional[Path] = None
    #: Whether it is being recorded now.
    is_recording: bool = False
    #: At the end, who ended it.
    ended_by: Optional[EndedBy] = None
    #: At the end, why.
    cause: Optional[EndCause] = None

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> CallStatus:
        """From what the phone answers. Raises `UnsupportedError` for what is not understood."""
        with understood():
            return cls._of(view)

    @classmethod
    def _of(cls, view: Mapping[str, Any]) -> CallStatus:
        recording, ended_by, cause = view.get("recording"), view.get("ended_by"), view.get("cause")
        return cls(
            id=view["call"],
            state=CallState(view["state"]),
            direction=Direction(view["direction"]),
            number=view.get("number", ""),
            name=view.get("name", ""),
            local=view["local"],
            remote=view["remote"],
            sip_call_id=view["sip_call_id"],
            hold=HoldState(view.get("hold", "none")),
            selected=view.get("selected", False),
            code=view.get("code"),
            reason=view.get("reason", ""),
            duration=view.get("duration"),
            codec=view.get("codec"),
            recording=None if recording is None else Path(recording),
            is_recording=view.get("is_recording", False),
            ended_by=None if ended_by is None else EndedBy(ended_by),
            cause=None if cause is None else EndCause(cause),
        )


@dataclass(frozen=True)
class AccountStatus:
    """An account of the settings."""

    #: N of ``[AccountN]``; 0 is the local account.
    account: int
    #: Its name for people.
    label: str
    #: Whether calls go over it.
    active: bool
    #: Its user name.
    username: str = ""
    #: Its domain.
    domain: str = ""
    #: Its registrar; empty for one that does not register.
    server: str = ""
    #: Its address, once it is in use.
    aor: Optional[str] = None
    #: Its registration, once it is in use.
    registration: Optional[RegistrationState] = None
    #: The registrar's SIP status.
    code: Optional[int] = None
    #: Why it could not register.
    error: Optional[str] = None

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> AccountStatus:
        """From what the phone answers. Raises `UnsupportedError` for what is not understood."""
        with understood():
            return cls._of(view)

    @classmethod
    def _of(cls, view: Mapping[str, Any]) -> AccountStatus:
        registration = view.get("registration")
        return cls(
            account=view["account"],
            label=view.get("label", ""),
            active=view.get("active", False),
            username=view.get("username", ""),
            domain=view.get("domain", ""),
            server=view.get("server", ""),
            aor=view.get("aor"),
            registration=None if registration is None else RegistrationState(registration),
            code=view.get("code"),
            error=(view.get("error") or {}).get("message"),
        )


@dataclass(frozen=True)
class PhoneStatus:
    """The phone."""

    #: The version of the program that runs it.
    version: str
    #: The process that runs it.
    pid: int
    #: Its settings file.
    settings: Path
    #: The number of the active account, 0 for none.
    account: int
    #: Its registration.
    registration: RegistrationState
    #: The accounts of the settings, and the local one where it exists.
    accounts: tuple[AccountStatus, ...]
    #: The calls there are.
    calls: tuple[CallStatus, ...]
    #: Whether a number waits for the registration.
    waiting_to_dial: bool
    #: Do not disturb.
    dnd: bool
    #: Whether incoming calls are answered automatically, as the settings say.
    auto_answer: bool
    #: Whether calls are joined into a conference automatically.
    auto_conference: bool
    #: Whether incoming calls are forwarded, as the settings say.
    forwarding: bool
    #: Whether nobody is heard from here.
    microphone_muted: bool
    #: Whether nobody is heard here.
    speaker_muted: bool
    #: Where it listens, ``"host:port"``.
    transports: tuple[tuple[Transport, str], ...] = field(default=())

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> PhoneStatus:
        """From what the phone answers. Raises `UnsupportedError` for what is not understood."""
        with understood():
            return cls._of(view)

    @classmethod
    def _of(cls, view: Mapping[str, Any]) -> PhoneStatus:
        buttons = view["buttons"]
        return cls(
            version=view["version"],
            pid=view["pid"],
            settings=Path(view["settings"]),
            account=view["account"],
            registration=RegistrationState(view["registration"]),
            accounts=tuple(AccountStatus.of(it) for it in view["accounts"]),
            calls=tuple(CallStatus.of(it) for it in view["calls"]),
            waiting_to_dial=view["waiting_to_dial"],
            dnd=buttons["dnd"],
            auto_answer=buttons["auto_answer"],
            auto_conference=buttons["auto_conference"],
            forwarding=buttons["forwarding"],
            microphone_muted=view["microphone_muted"],
            speaker_muted=view["speaker_muted"],
            transports=tuple((Transport(it["transport"]), it["address"]) for it in view["transports"]),
        )


def registered(views: list[dict[str, Any]]) -> Optional[AccountStatus]:
    """The active account once it is registered. Raises why it will not be."""
    with understood():
        for view in views:
            state = view.get("registration")
            if not view.get("active") or state is None or state == "none":
                continue
            if state == "registered":
                return AccountStatus.of(view)
            if state == "failed":
                told = view.get("error") or {}
                kind = ErrorKind(told["kind"]) if told.get("kind") in {it.value for it in ErrorKind} else ErrorKind.SIP
                raise error(kind, "register", str(told.get("message", "it failed")), str(told.get("code", "")), view.get("code"))
            return None
    raise error(ErrorKind.WRONG_STATE, "register", "the active account does not register")
