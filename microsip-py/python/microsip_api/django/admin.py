"""Calls, messages and contacts in the admin: to be looked at, searched and deleted."""

from __future__ import annotations

from typing import Any, Optional

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .models import Call, Contact, Message


class _Searched(admin.ModelAdmin):
    """What was is not made up."""

    list_per_page = 50
    show_full_result_count = False
    search_help_text = "in numbers, names and texts"
    search_fields = ("folded",)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Nobody may add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Optional[Any] = None) -> bool:
        """Nobody may change."""
        return False

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """As the phone searches."""
        return queryset.filter(folded__contains=search_term.lower()) if search_term else queryset, False


@admin.register(Call)
class CallAdmin(_Searched):
    """Calls."""

    list_display = ("time", "kind", "name", "number", "duration", "info", "account", "recorded")
    list_filter = ("kind", "account")

    @admin.display(boolean=True)
    def recorded(self, call: Call) -> bool:
        """Whether there is a recording."""
        return bool(call.recording)


@admin.register(Message)
class MessageAdmin(_Searched):
    """Messages."""

    list_display = ("time", "outgoing", "name", "number", "text", "status")
    list_filter = ("outgoing",)


@admin.register(Contact)
class ContactAdmin(_Searched):
    """Contacts; they are changed elsewhere."""

    list_display = ("name", "number")

    def has_delete_permission(self, request: HttpRequest, obj: Optional[Any] = None) -> bool:
        """Nobody may delete."""
        return False
