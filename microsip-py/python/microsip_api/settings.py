"""The settings, as a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Optional

from microsip.compat import IniFile, IniWarning, Key, SettingsReport, find_key, known_keys
from microsip.compat.ini import IniValue
from microsip.exceptions import ErrorKind

from ._errors import error

if TYPE_CHECKING:
    from .phone import MicroSIP

__all__ = ["Settings", "SettingsSection"]

#: So often somebody else may write the file at the same moment.
_TRIES = 20


def _split(name: str, section: str = "Settings") -> tuple[str, str]:
    before, slash, key = name.partition("/")
    return (before, key) if slash else (section, name)


class SettingsSection(MutableMapping[str, IniValue]):
    """The keys of one section: ``Settings``, ``Extensions``, or ``AccountN``.

    Values are typed by the key: `bool`, `int`, `str`, tuples of texts or of ports. What the file does not say, or says wrongly, is the
    default. Passwords and other secrets can be set; read, they are ``***``, and no iteration has them. Deleting a key sets its default.
    """

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings = settings
        self._name = name

    @property
    def name(self) -> str:
        """The section's name."""
        return self._name

    def __getitem__(self, key: str) -> IniValue:
        return self._settings.document().value(self._name, key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._settings[f"{self._name}/{key}"] = value

    def __delitem__(self, key: str) -> None:
        del self._settings[f"{self._name}/{key}"]

    def _values(self) -> Mapping[str, IniValue]:
        return self._settings.document().values(self._name) or {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._values())

    def __len__(self) -> int:
        return len(self._values())

    def change(self, values: Optional[Mapping[str, Any]] = None, **more: Any) -> list[str]:
        """As `Settings.change`, for keys of this section."""
        given = {**(values or {}), **more}
        return self._settings.change({f"{self._name}/{key}": value for key, value in given.items()})

    def __repr__(self) -> str:
        return f"<microsip_api.SettingsSection [{self._name}]>"


class Settings(SettingsSection):
    """The settings file of a phone, live: what is set is written at once, and the phone acts upon it.

    ``settings["autoAnswer"] = "all"`` is a key of ``[Settings]``; keys of other sections are ``"Account1/domain"``,
    ``"Extensions/database"``, or ``settings.account(1)["domain"]``. Names of keys are MicroSIP's own, in any case; `keys_known` lists them
    with their meaning.
    Unknown keys are `KeyError`, wrong values `InvalidArgumentError` with what is allowed, and nothing is written then.
    """

    def __init__(self, phone: MicroSIP) -> None:
        super().__init__(self, "Settings")
        self._phone = phone

    def document(self) -> IniFile:
        """The file as it is now, to be read. Changes to it are not written; see `change`."""
        return IniFile.load_or_new(self._phone.place.settings)[0]

    def __getitem__(self, key: str) -> IniValue:
        return self.document().value(*_split(key))

    def __setitem__(self, key: str, value: Any) -> None:
        section, name = _split(key)
        known = self.describe(key)
        self._phone.request("set", section=section, key=name, value=known.text_of(value))

    def __delitem__(self, key: str) -> None:
        self[key] = self.describe(key).default

    def change(self, values: Optional[Mapping[str, Any]] = None, **more: Any) -> list[str]:
        """Sets several keys at once, all or none; the keys that changed, as ``Section/key``.

        Raises `BusyError` when somebody else writes the file again and again.
        """
        given = {**(values or {}), **more}
        for key in given:
            self.describe(key)
        path = self._phone.place.settings
        for _ in range(_TRIES):
            ini, there = IniFile.load_or_new(path)
            seen = ini.to_bytes() if there else None
            if not any([ini.set_checked(*_split(key), value) for key, value in given.items()]):
                return []
            if ini.save_over(seen):
                return self._phone.reload()
        raise error(ErrorKind.BUSY, "settings", "somebody else writes the file again and again")

    def describe(self, key: str) -> Key:
        """What a key means, and which values are allowed. Raises `KeyError`."""
        known = find_key(*_split(key))
        if known is None:
            raise KeyError(key)
        return known

    @staticmethod
    def keys_known(section: Optional[str] = None) -> tuple[Key, ...]:
        """All keys that mean something, or those of ``settings``, ``account`` or ``extensions``."""
        return known_keys(section)

    def section(self, name: str) -> SettingsSection:
        """The keys of a section, such as ``Extensions``."""
        return SettingsSection(self, name)

    def account(self, number: int) -> SettingsSection:
        """The keys of ``[AccountN]``; 0 is the local account."""
        return SettingsSection(self, f"Account{number}")

    def accounts(self) -> list[int]:
        """The numbers of the accounts there are."""
        return self.document().accounts()

    def add_account(self, domain: str, username: str, password: Optional[str] = None, **keys: Any) -> int:
        """Adds an account; its number, for `MicroSIP.use_account`. `keys` are others of its keys, such as ``transport="tls"``."""
        number = max(self.accounts(), default=0) + 1
        values: dict[str, Any] = {"domain": domain, "username": username, **keys}
        if password is not None:
            values["password"] = password
        self.account(number).change(values)
        return number

    def report(self) -> SettingsReport:
        """What becomes of each key of the file."""
        return self.document().report()

    def warnings(self) -> list[IniWarning]:
        """What is wrong in the file."""
        return self.document().warnings()

    def __repr__(self) -> str:
        return f"<microsip_api.Settings {str(self._phone.place.settings)!r}>"
