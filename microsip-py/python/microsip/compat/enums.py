"""Enumerations of MicroSIP's formats. Where one is asked for, its value as a text will do."""

from __future__ import annotations

import enum

__all__ = [
    "CallType",
    "DirectoryFormat",
    "DirectoryStatus",
    "Disposition",
    "ImportWarningKind",
    "IniWarningKind",
    "Line",
    "LinkScheme",
    "MergeKey",
    "Order",
    "PlaceKind",
    "SectionKind",
    "ShortcutAction",
    "Switch",
    "TimeFormat",
    "WindowStart",
]


class PlaceKind(enum.Enum):
    """How the place of the settings file was chosen."""

    #: Beside the program.
    PORTABLE = "portable"
    #: In the user's directory.
    PER_USER = "per_user"
    #: By its name.
    GIVEN = "given"


class SectionKind(enum.Enum):
    """The sections of the settings file."""

    SETTINGS = "settings"
    #: ``[Account1]`` and following; ``[Account0]`` is the local account.
    ACCOUNT = "account"
    #: The call list, a ring of 1000.
    CALLS = "calls"
    #: Ten texts, newest first.
    DIALED = "dialed"
    #: Eight buttons.
    SHORTCUTS = "shortcuts"
    #: The old contact list.
    CONTACTS = "contacts"
    #: What MicroSIP does not have; it leaves the section alone.
    EXTENSIONS = "extensions"


class Disposition(enum.Enum):
    """What becomes of a key."""

    #: It does what it does in MicroSIP.
    HONOURED = "honoured"
    #: Kept: it is about a window, a button or the updater, and there is none.
    NO_WINDOW = "no_window"
    #: Kept, but the phone has no such function, such as video.
    UNSUPPORTED = "unsupported"
    #: Of old versions or of other people's copies; kept.
    OBSOLETE = "obsolete"
    #: Not a key of MicroSIP; kept. Mostly a typing error.
    UNKNOWN = "unknown"


class IniWarningKind(enum.Enum):
    """What kind of trouble an `IniWarning` tells of."""

    #: The value is none of those allowed; the default is used.
    WRONG_VALUE = "wrong_value"
    #: The value is outside the range; the nearest allowed one, or the default, is used.
    OUT_OF_RANGE = "out_of_range"
    #: The value is longer than MicroSIP reads; it is used whole here.
    TOO_LONG = "too_long"
    #: The value has characters that cannot be; they are used as they are.
    BROKEN_TEXT = "broken_text"
    #: The key is there twice in its section; the first one counts.
    DUPLICATE_KEY = "duplicate_key"
    #: The section is there twice; the first one counts.
    DUPLICATE_SECTION = "duplicate_section"
    #: The line is neither a section, a key, a comment nor blank; it is ignored and kept.
    MALFORMED_LINE = "malformed_line"
    #: The key stands before the first section; it is ignored and kept.
    OUTSIDE_SECTION = "outside_section"
    #: The stored password cannot be read with the key in use.
    UNREADABLE_PASSWORD = "unreadable_password"
    #: The account lacks a value it cannot be without.
    MISSING = "missing"


class ShortcutAction(enum.Enum):
    """What a shortcut does."""

    CALL = "call"
    VIDEO = "video"
    MESSAGE = "message"
    DTMF = "dtmf"
    TRANSFER = "transfer"
    ATTENDED_TRANSFER = "attended_transfer"
    CONFERENCE = "conference"
    RUN_BATCH = "run_batch"
    CALL_URL = "call_url"
    POP_URL = "pop_url"


class MergeKey(enum.Enum):
    """When an entry means a contact that is there already."""

    #: By number: MicroSIP up to 3.21.
    NUMBER = "number"
    #: By number and name: MicroSIP from 3.22.
    NUMBER_AND_NAME = "number_and_name"


class ImportWarningKind(enum.Enum):
    """The class of an `ImportWarning`."""

    #: An entry has no number at all and was left out.
    NO_NUMBER = "no_number"
    #: A value is none of those allowed; the default was used.
    BAD_VALUE = "bad_value"
    #: The text was not in the encoding it should be.
    ENCODING = "encoding"
    #: An entry has another form than expected and was left out.
    BAD_ENTRY = "bad_entry"
    #: A value was cut to what its format can hold.
    CUT = "cut"


class DirectoryFormat(enum.Enum):
    """The format of a users directory."""

    CSV = "csv"
    JSON = "json"
    #: Root ``contacts``: MicroSIP's own.
    XML_CONTACTS = "xml_contacts"
    #: ``YealinkIPPhoneBook``.
    XML_YEALINK = "xml_yealink"
    #: Any other root with ``entry`` or ``DirectoryEntry``.
    XML_ENTRIES = "xml_entries"


class DirectoryStatus(enum.Enum):
    """The state a directory tells of a number."""

    UNKNOWN = "unknown"
    OFFLINE = "offline"
    ONLINE = "online"
    AWAY = "away"
    BUSY = "busy"
    RING = "ring"
    PHONE = "phone"


class CallType(enum.Enum):
    """The direction and fate of a call."""

    #: We called.
    OUTGOING = "outgoing"
    #: Somebody called and was answered.
    INCOMING = "incoming"
    #: Somebody called and was not answered.
    MISSED = "missed"
    #: Somebody called and was answered by another device.
    ELSEWHERE = "elsewhere"


class Order(enum.Enum):
    """In which order answers come."""

    NEWEST_FIRST = "newest_first"
    OLDEST_FIRST = "oldest_first"


class TimeFormat(enum.Enum):
    """How an export writes times."""

    #: ``2026-02-03T04:05:06Z``.
    RFC3339 = "rfc3339"
    #: Seconds since 1970.
    UNIX = "unix"


class Line(enum.Enum):
    """Which account makes a call."""

    #: The active account.
    ACCOUNT = "account"
    #: The local account, for calls to addresses.
    LOCAL = "local"


class Switch(enum.Enum):
    """How a state is to be changed."""

    ON = "on"
    OFF = "off"
    TOGGLE = "toggle"


class WindowStart(enum.Enum):
    """How the window starts; there is none here."""

    NORMAL = "normal"
    MINIMIZED = "minimized"
    HIDDEN = "hidden"


class LinkScheme(enum.Enum):
    """The schemes of links that are understood."""

    SIP = "sip"
    #: TLS is required.
    SIPS = "sips"
    TEL = "tel"
    CALLTO = "callto"
    DIAL = "dial"
    DIALPAD = "dialpad"
    #: MicroSIP's commands.
    MSIP = "msip"
