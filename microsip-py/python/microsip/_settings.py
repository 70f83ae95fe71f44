"""How settings show themselves."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

#: The password in a SIP URI.
_IN_URI = re.compile(r"(?i)\b(sips?:[^\s:@<>\"]+):[^\s@<>\"]*@")


def _masked(text: str) -> str:
    return _IN_URI.sub(r"\1:***@", text)


def shown(self: Any) -> str:
    """What was set, without secrets: neither fields that hold one, nor passwords within addresses."""
    parts = []
    for field in dataclasses.fields(self):
        value = getattr(self, field.name)
        if field.repr and value != field.default:
            parts.append(f"{field.name}={_masked(repr(value))}")
    return f"{type(self).__name__}({', '.join(parts)})"
