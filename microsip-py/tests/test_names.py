"""What holds for everything that is public: twins, fields, values, documentation."""

from __future__ import annotations

import ast
import dataclasses
import enum
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import microsip

ROOT = Path(__file__).resolve().parent.parent
#: Where the macros are used, not where they are made.
SOURCES = [path for path in sorted((ROOT / "src").rglob("*.rs")) if path.parent.name != "base"]
CORE = ROOT.parent / "microsip-core" / "src"

needs_sources = pytest.mark.skipif(not SOURCES, reason="only with the sources in Rust")


def modules() -> list[ModuleType]:
    """The package's modules that are public."""
    found = [microsip]
    for info in pkgutil.walk_packages(microsip.__path__, "microsip."):
        if not any(part.startswith("_") for part in info.name.split(".")):
            found.append(importlib.import_module(info.name))
    return found


def public() -> list[tuple[str, Any]]:
    """What they export, once each."""
    found: dict[tuple[str, int], Any] = {}
    for module in modules():
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            found.setdefault((name, id(value)), value)
    return [(name, value) for (name, _), value in found.items()]


def classes() -> list[type]:
    return [value for _, value in public() if inspect.isclass(value)]


def named(name: str) -> Any:
    """What Rust calls so."""
    *path, last = name.split(".")
    return getattr(importlib.import_module(".".join(["microsip", *path])), last)


def split(text: str) -> Iterator[str]:
    """The parts between commas outside brackets; parameters of closures are left out."""
    depth, part = 0, ""
    for char in re.sub(r"//[^\n]*|\|[^|]*\|", "", text):
        depth += (char in "([{<") - (char in ")]}>")
        if char == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += char
    if part.strip():
        yield part.strip()


def uses(macro: str, brackets: str) -> Iterator[tuple[str, str, str]]:
    """Uses of a macro in Rust: the core's name, Python's, what is in the last brackets."""
    opened = rf"{macro}!\(\s*(?:core::)?([\w:]+)(.*?)\"([\w.]+)\"\s*[{re.escape(brackets)}]"
    for source in SOURCES:
        text = source.read_text()
        for found in re.finditer(opened, text, re.DOTALL):
            if ";" in found[2]:
                continue
            depth, at = 1, found.end()
            while depth:
                depth += (text[at] in "([{") - (text[at] in ")]}")
                at += 1
            yield found[1], found[3], text[found.end() : at - 1]


@needs_sources
def test_settings_have_the_fields_that_rust_reads() -> None:
    seen = {}
    for _, name, body in uses("settings", "{"):
        fields = [part.split(":")[0].split()[0] for part in split(body) if part]
        kind = named(name)
        assert sorted(field.name for field in dataclasses.fields(kind)) == sorted(fields), name
        seen[name] = kind
    assert {"EndpointConfig", "AccountConfig", "CallOptions", "TlsConfig", "CallPolicy", "GuardConfig"} <= set(seen)


@needs_sources
def test_values_of_enums_are_those_of_the_engine() -> None:
    functions = re.compile(r"pub (?:const )?fn name\(self\).*?\n    \}", re.DOTALL)
    names = "\n".join(found for path in CORE.rglob("*.rs") for found in functions.findall(path.read_text()))
    compared = 0
    seen = set()
    for core, name, body in uses("names", "[{"):
        kind = named(name)
        seen.add(kind)
        members = {member.name.replace("_", "").lower(): member for member in kind}
        variants = [part.partition("=")[::2] for part in split(body)]
        assert len(variants) == len(members), name
        for variant, value in variants:
            member = members[variant.strip().replace("_", "").lower()]
            if value:
                assert member.value == value.strip().strip('"'), name
            for theirs in re.findall(rf"\b{core}::{variant.strip()} => \"([^\"]+)\"", names):
                assert member.value == theirs, f"{name}.{member.name}"
                compared += 1
    ours = {kind for kind in classes() if issubclass(kind, enum.Enum)}
    assert len(seen & ours) > 30 and (compared > 50 or not CORE.exists())


def test_every_enum_is_made_of_its_values() -> None:
    for kind in classes():
        if issubclass(kind, enum.Enum):
            assert len({member.value for member in kind}) == len(kind.__members__), kind
            for member in kind:
                assert kind(member.value) is member
                assert isinstance(member.value, str) and member.name == member.name.upper()


def test_keywords_are_the_fields_of_their_settings() -> None:
    everything = dict(public())
    twins = [name for name in everything if name.endswith("Fields")]
    assert len(twins) > 5
    for name in twins:
        twin, kind = everything[name], everything[name.removesuffix("Fields")]
        hints = {key: getattr(hint, "__forward_arg__", hint) for key, hint in twin.__annotations__.items()}
        fields = {field.name: field for field in dataclasses.fields(kind)}
        # What is given by place is no keyword.
        missing = set(fields) - set(hints)
        assert missing <= {"aor", "action", "body", "package"} and not set(hints) - set(fields), name
        for key, hint in hints.items():
            assert hint == fields[key].type, f"{name}.{key}"
            assert fields[key].default is not dataclasses.MISSING, f"{name}.{key} may be left out"


def members(kind: type) -> Iterator[tuple[str, Any]]:
    for name, value in vars(kind).items():
        if not name.startswith("_"):
            yield name, inspect.unwrap(value.__func__) if isinstance(value, (classmethod, staticmethod)) else value


def test_everything_that_is_awaited_has_a_twin_that_waits() -> None:
    seen = 0
    owners: list[Any] = [*classes(), *modules()]
    for owner in owners:
        for name, function in vars(owner).items():
            if name.startswith("_") or not inspect.iscoroutinefunction(function) or function.__module__.rpartition(".")[2].startswith("_"):
                continue
            assert name.endswith("_async"), f"{owner.__name__}.{name}"
            twin = inspect.unwrap(vars(owner)[name.removesuffix("_async")])
            assert inspect.signature(function) == inspect.signature(twin), f"{owner.__name__}.{name}"
            assert not inspect.iscoroutinefunction(twin)
            seen += 1
    assert seen > 5


def test_every_public_name_is_documented() -> None:
    missing = []
    for name, value in public():
        if not inspect.isclass(value) and not inspect.isroutine(value) and not inspect.ismodule(value):
            continue
        doc = vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
        # A dataclass without one gets its signature.
        if not doc or doc.startswith(f"{name}("):
            missing.append(name)
        if inspect.isclass(value):
            for part, member in members(value):
                documented = callable(member) or isinstance(member, property)
                if documented and not isinstance(member, enum.Enum) and not (member.__doc__ or "").strip():
                    missing.append(f"{name}.{part}")
    assert not missing


def test_every_field_is_documented() -> None:
    missing = []
    package = Path(microsip.__file__).parent
    for path in sorted(package.glob("*.py")):
        lines = path.read_text().splitlines()
        for kind in ast.walk(ast.parse("\n".join(lines))):
            is_data = isinstance(kind, ast.ClassDef) and any("dataclass" in ast.dump(it) for it in kind.decorator_list)
            if not is_data:
                continue
            assert isinstance(kind, ast.ClassDef)
            for part in kind.body:
                if not isinstance(part, ast.AnnAssign) or not isinstance(part.target, ast.Name) or part.target.id.startswith("_"):
                    continue
                # A constant of a class is told about where it is first named.
                if "ClassVar" not in ast.dump(part.annotation) and not lines[part.lineno - 2].strip().startswith("#:"):
                    missing.append(f"{path.name}: {kind.name}.{part.target.id}")
    assert not missing


def test_no_name_is_exported_twice() -> None:
    for module in modules():
        names = list(getattr(module, "__all__", ()))
        assert len(set(names)) == len(names), sorted({name for name in names if names.count(name) > 1})
