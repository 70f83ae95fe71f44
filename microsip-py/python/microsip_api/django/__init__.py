"""The call history in Django: models and admin over the phone's own database (the extra ``django``)::

    # settings.py
    from microsip_api.django import phone_database

    INSTALLED_APPS = [..., "microsip_api.django"]
    DATABASES = {"default": {...}, "microsip": phone_database()}
    DATABASE_ROUTERS = ["microsip_api.django.Router"]

The tables are the phone's: Django never makes, changes or migrates them, and both may use the file at the same time, from processes of
their own (two copies of SQLite in one process do not see each other's locks). ``models.Contact``
is a copy that the phone writes; contacts themselves are in ``Contacts.xml`` (`microsip_api.MicroSIP.contacts`).
"""

from __future__ import annotations

from typing import Any, Optional

from microsip.compat import HistoryStore, database
from microsip.compat.ini import PathLike

__all__ = ["ALIAS", "LABEL", "SCHEMA_VERSION", "Router", "phone_database"]

#: The name of the phone's database in ``DATABASES``.
ALIAS = "microsip"
#: The label of the application.
LABEL = "microsip"
#: The version of the tables that the models know (``PRAGMA user_version``).
SCHEMA_VERSION = 2


def phone_database(ini: Optional[PathLike] = None, timeout: float = 10) -> dict[str, Any]:
    """What stands in ``DATABASES`` for the phone of a settings file; the file is made if it is not there yet.

    `timeout` is how many seconds to wait while the phone writes.
    """
    path = database(ini)
    # With the tables, so that an admin that is opened before the first call is empty and not broken.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    HistoryStore(path).close()
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": {"timeout": timeout}}


class Router:
    """Sends the models of this application to the phone's database, and keeps migrations of all others away from it."""

    def db_for_read(self, model: Any, **hints: Any) -> Optional[str]:
        """Where a model is read."""
        return ALIAS if model._meta.app_label == LABEL else None

    def db_for_write(self, model: Any, **hints: Any) -> Optional[str]:
        """Where a model is written."""
        return self.db_for_read(model)

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> Optional[bool]:
        """Relations stay within a database."""
        labels = {one._meta.app_label, other._meta.app_label}
        return None if LABEL not in labels else labels == {LABEL}

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> Optional[bool]:
        """Nothing migrates the phone's database."""
        return False if db == ALIAS or app_label == LABEL else None
