"""What holds for everything public in `microsip.compat` and `microsip_api`: documentation, twins."""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import microsip_api
from microsip import _all, compat

PACKAGES = pytest.mark.parametrize("package", [compat, microsip_api], ids=lambda it: it.__name__)
SOURCES = [*Path(compat.__file__).parent.glob("*.py"), *Path(microsip_api.__file__).parent.rglob("*.py")]


def public(package: ModuleType) -> list[tuple[str, Any]]:
    return [(name, getattr(package, name)) for name in package.__all__]


@PACKAGES
def test_every_public_name_is_documented_and_exported_once(package: ModuleType) -> None:
    missing = []
    for name, value in public(package):
        doc = vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
        if not doc or doc.startswith(f"{name}("):
            missing.append(name)
        for part, member in vars(value).items() if inspect.isclass(value) else ():
            function = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
            if part.startswith("_") or isinstance(member, enum.Enum) or not (callable(function) or isinstance(function, property)):
                continue
            if not (inspect.getdoc(function) or "").strip():
                missing.append(f"{name}.{part}")
    assert not missing
    assert len(set(package.__all__)) == len(package.__all__)
    assert not set(compat.__all__) & set(_all.__all__)


@PACKAGES
def test_everything_that_is_awaited_has_a_twin_that_waits(package: ModuleType) -> None:
    seen = 0
    for _, kind in public(package):
        for name in dir(kind) if inspect.isclass(kind) else ():
            function = inspect.getattr_static(kind, name)
            if name.startswith("_") or not inspect.iscoroutinefunction(function):
                continue
            twin = inspect.getattr_static(kind, name.removesuffix("_async"))
            twin = twin.fget if isinstance(twin, property) else twin
            assert callable(twin)
            assert inspect.signature(function) == inspect.signature(twin), f"{kind.__name__}.{name}"
            seen += 1
    assert seen > 5


def test_every_field_is_documented() -> None:
    missing = []
    for path in SOURCES:
        lines = path.read_text().splitlines()
        for kind in ast.walk(ast.parse("\n".join(lines))):
            if not isinstance(kind, ast.ClassDef) or not any("dataclass" in ast.dump(it) for it in kind.decorator_list):
                continue
            for part in kind.body:
                if (
                    isinstance(part, ast.AnnAssign)
                    and isinstance(part.target, ast.Name)
                    and not lines[part.lineno - 2].strip().startswith("#:")
                ):
                    missing.append(f"{path.name}: {kind.name}.{part.target.id}")
    assert not missing


def test_keywords_are_the_fields_of_their_settings() -> None:
    fields = {field.name: field.type for field in dataclasses.fields(compat.CallQuery)}
    hints = {key: getattr(hint, "__forward_arg__", hint) for key, hint in compat.CallQueryFields.__annotations__.items()}
    assert hints == fields
