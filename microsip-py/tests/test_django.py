"""The call history in Django, in a process of its own: Django is configured once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from phones import settings_file

PROGRAM = r"""
import datetime, io, sys
import django
from django.conf import settings
from microsip.compat import CallQuery, CallRecord, Contact as PhoneContact, HistoryStore, MessageRecord, StoredCall, database
from microsip_api.django import phone_database

ini = sys.argv[1]
settings.configure(
    SECRET_KEY="x", USE_TZ=True, ROOT_URLCONF="__main__", ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                    "django.contrib.messages", "microsip_api.django"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages"]}}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}, "microsip": phone_database(ini)},
    DATABASE_ROUTERS=["microsip_api.django.Router"],
)
django.setup()
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import path
from microsip_api.django.models import Call, Contact, Message
urlpatterns = [path("admin/", admin.site.urls)]

UTC = datetime.timezone.utc
begun = datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)
store = HistoryStore(database(ini))
store.add_call(StoredCall(CallRecord("+49 30 100", "Ann Ünal", "missed", begun, 0, "Missed Call"), account="work"))
store.add_call(CallRecord("200", "Bob", "outgoing", begun + datetime.timedelta(hours=1), 60, "Call Ended"))
store.add_message(MessageRecord("100", "Ann", True, begun, "hello", 200))
store.replace_contacts([PhoneContact("100", "Ann", starred=True, extra=(("colour", "red"),))])

# What the phone wrote is read, typed.
assert [call.number for call in Call.objects.all()] == ["200", "+49 30 100"]
missed = Call.objects.get(kind=Call.Kind.MISSED)
assert missed.time == begun and missed.get_kind_display() == "missed" and str(missed) == "missed Ann Ünal", missed
assert Call.objects.filter(time__gt=begun).count() == 1 and Call.objects.filter(time__gte=begun, time__lt=begun).count() == 0
assert Call.objects.filter(time__in=[begun]).count() == 1
assert Message.objects.get(outgoing=True).text == "hello" and str(Message.objects.get()) == "to Ann"
assert Contact.objects.get().details == PhoneContact("100", "Ann", starred=True, extra=(("colour", "red"),))

# What Django writes, the phone finds.
missed.name = "Anna"
missed.save(update_fields=["name"])
assert store.count_calls(CallQuery(text="anna")) == 1 and store.count_calls(CallQuery(text="ünal")) == 0
Call.objects.create(number="sip:300@x", time=begun, kind=Call.Kind.INCOMING)
assert store.calls(number="300")[0].call.time == begun
Call.objects.filter(number="sip:300@x").delete()
assert store.count_calls() == 2
for refused in (Contact.objects.get().save, Contact.objects.get().delete):
    try:
        refused()
    except TypeError:
        pass
    else:
        raise AssertionError("a contact was changed")

# Nothing migrates it.
call_command("migrate", verbosity=0)
call_command("migrate", database="microsip", verbosity=0)
tables = [it.name for it in __import__("django.db", fromlist=["connections"]).connections["microsip"].introspection.get_table_list(
    __import__("django.db", fromlist=["connections"]).connections["microsip"].cursor())]
assert set(tables) - {"django_migrations"} == {"calls", "messages", "contacts"}, tables
call_command("check", databases=["default", "microsip"], stdout=io.StringIO())

# The admin shows it.
from django.contrib.auth.models import User
User.objects.create_superuser("root", password="root")
client = Client()
assert client.login(username="root", password="root")
page = client.get("/admin/microsip/call/?q=ANNA")
assert page.status_code == 200 and b"Anna" in page.content and b"Bob" not in page.content
assert client.get(f"/admin/microsip/call/{missed.pk}/change/").status_code == 200
assert client.get("/admin/microsip/call/add/").status_code == 403
assert b"hello" in client.get("/admin/microsip/message/").content
assert client.post(f"/admin/microsip/contact/{Contact.objects.get().pk}/delete/", {"post": "yes"}).status_code == 403
assert client.post(f"/admin/microsip/call/{missed.pk}/delete/", {"post": "yes"}).status_code == 302
assert store.count_calls() == 1

# A file that these models do not know is told.
from django.core.management.base import SystemCheckError
from django.db import connections
connections["microsip"].cursor().execute("PRAGMA user_version = 99")
try:
    call_command("check", databases=["microsip"])
except SystemCheckError as e:
    assert "microsip.E003" in str(e)
else:
    raise AssertionError("nothing was told")
print("fine")
"""


def test_the_history_is_read_searched_and_kept_searchable_by_django(tmp_path: Path) -> None:
    settings = settings_file(tmp_path, "127.0.0.1")
    command = [sys.executable, "-X", "dev", "-c", PROGRAM, str(settings)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd="python")
    assert done.stdout.strip() == "fine", done.stderr
