"""The application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from django.apps import AppConfig
from django.core import checks
from django.db import DatabaseError, connections

from . import ALIAS, LABEL, SCHEMA_VERSION


class PhoneConfig(AppConfig):
    """The phone's history."""

    name = "microsip_api.django"
    label = LABEL
    verbose_name = "Phone"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        """Django knows all applications."""
        checks.register(check_database, checks.Tags.database)


def check_database(app_configs: Optional[Sequence[Any]] = None, databases: Optional[Sequence[str]] = None, **kwargs: Any) -> list[Any]:
    """Tells what keeps the models from working."""
    if ALIAS not in connections:
        hint = f'Add "{ALIAS}": microsip_api.django.phone_database() to DATABASES.'
        return [checks.Error(f"There is no database {ALIAS!r}.", hint=hint, id="microsip.E001")]
    if databases is not None and ALIAS not in databases:
        return []
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("PRAGMA user_version")
            version = cursor.fetchone()[0]
    except DatabaseError as e:
        return [checks.Error(f"The phone's database cannot be read: {e}", id="microsip.E002")]
    if version != SCHEMA_VERSION:
        text = f"The phone's database has version {version} of its tables; these models know {SCHEMA_VERSION}."
        return [checks.Error(text, hint="Use the microsip_api that belongs to the phone.", id="microsip.E003")]
    return []
