"""Calls, messages and contacts, as the phone's database has them. Django does not manage the tables."""

from __future__ import annotations

import datetime
import json
from typing import Any, Optional

from django.db import models

from microsip.compat import Contact as PhoneContact
from microsip.compat import user_part

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)


class UnixTimeField(models.DateTimeField):
    """A moment, stored as whole seconds since 1970."""

    def get_internal_type(self) -> str:
        """How the column is made: it is there already, and holds numbers."""
        return "BigIntegerField"

    def from_db_value(self, value: Optional[int], expression: Any, connection: Any) -> Optional[datetime.datetime]:
        """From the column; what no datetime can say is the first or last there is."""
        if value is None:
            return None
        try:
            return EPOCH + datetime.timedelta(seconds=value)
        except OverflowError:
            return datetime.datetime.max.replace(tzinfo=UTC) if value > 0 else datetime.datetime.min.replace(tzinfo=UTC)

    def get_prep_value(self, value: Any) -> Optional[int]:
        """For the column, and for comparing with it."""
        if value is None or isinstance(value, int):
            return value
        moment = super().get_prep_value(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int((moment - EPOCH).total_seconds() // 1)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """As `get_prep_value`."""
        return value if prepared else self.get_prep_value(value)


class _Searched(models.Model):
    """What the phone searches by is kept in columns of its own."""

    number_key = models.TextField(editable=False)
    folded = models.TextField(editable=False)

    class Meta:
        abstract = True

    def _texts(self) -> list[str]:
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves it so that the phone finds it again; `QuerySet.update` does not take care of that."""
        self.number_key = user_part(self.number)
        self.folded = "\n".join(self._texts()).lower()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "number_key", "folded"}
        super().save(*args, **kwargs)


class Call(_Searched):
    """A call that was."""

    class Kind(models.IntegerChoices):
        """The direction and fate of a call."""

        OUTGOING = 0, "outgoing"
        INCOMING = 1, "incoming"
        MISSED = 2, "missed"
        ELSEWHERE = 3, "answered elsewhere"

    id = models.AutoField(primary_key=True)
    #: The peer: its user part, ``user@host`` if the host is not the account's domain.
    number = models.TextField()
    #: The contact's or the peer's own name.
    name = models.TextField(blank=True, default="")
    #: Direction and fate.
    kind = models.IntegerField(choices=Kind.choices, db_column="type", default=Kind.OUTGOING)
    #: Its start.
    time = UnixTimeField()
    #: Seconds connected; 0 if it never was.
    duration = models.PositiveIntegerField(default=0)
    #: How it ended, in words.
    info = models.TextField(blank=True, default="")
    #: The account it went over.
    account = models.TextField(blank=True, default="")
    #: SIP Call-ID.
    call_id = models.TextField("SIP Call-ID", blank=True, default="")
    #: Path of the recording.
    recording = models.TextField(blank=True, default="")

    class Meta:
        app_label = "microsip"
        db_table = "calls"
        managed = False
        ordering = ("-time", "-id")

    def _texts(self) -> list[str]:
        return [self.name, self.number, self.info]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name or self.number}"


class Message(_Searched):
    """A text message that was."""

    id = models.AutoField(primary_key=True)
    #: The peer.
    number = models.TextField()
    #: Its name.
    name = models.TextField(blank=True, default="")
    #: Sent by us.
    outgoing = models.BooleanField(default=False)
    #: When.
    time = UnixTimeField()
    #: What it says.
    text = models.TextField()
    #: The SIP status its delivery ended with, 0 for none yet and for received ones.
    status = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "microsip"
        db_table = "messages"
        managed = False
        ordering = ("-time", "-id")

    def _texts(self) -> list[str]:
        return [self.text]

    def __str__(self) -> str:
        return f"{'to' if self.outgoing else 'from'} {self.name or self.number}"


class Contact(models.Model):
    """A contact, as the phone has copied it from ``Contacts.xml``. Changes here would be lost; see `microsip_api.MicroSIP.contacts`."""

    id = models.AutoField(primary_key=True)
    number = models.TextField()
    name = models.TextField()
    number_key = models.TextField(editable=False)
    folded = models.TextField(editable=False)
    #: The whole contact, as JSON.
    contact = models.TextField(editable=False)

    class Meta:
        app_label = "microsip"
        db_table = "contacts"
        managed = False
        ordering = ("name", "id")

    @property
    def details(self) -> PhoneContact:
        """All its fields."""
        fields = json.loads(self.contact)
        fields["extra"] = tuple((name, value) for name, value in fields.get("extra", ()))
        return PhoneContact(**fields)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refused: it is a copy."""
        raise TypeError("contacts are changed in Contacts.xml: microsip_api.MicroSIP().contacts")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: it is a copy."""
        raise TypeError("contacts are changed in Contacts.xml: microsip_api.MicroSIP().contacts")

    def __str__(self) -> str:
        return self.name or self.number
