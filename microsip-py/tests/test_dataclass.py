"""Our dataclasses are those of the standard library, only later."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import threading
from collections.abc import Callable
from dataclasses import field
from typing import Any, Optional

import pytest

from microsip._dataclass import dataclass


@dataclass(frozen=True)
class Base:
    """Base."""

    number: int


@dataclass(frozen=True)
class Derived(Base):
    """Derived."""

    name: str = "x"
    secret: Optional[str] = field(default=None, repr=False)
    items: list[int] = field(default_factory=list)

    @property
    def double(self) -> int:
        return 2 * self.number


@dataclass(frozen=True)
class Checked:
    """Checked."""

    number: int = 1

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("negative")


@dataclass(frozen=True, repr=False)
class Quiet(Base):
    """Quiet."""

    def __repr__(self) -> str:
        return "quiet"


def is_made(cls: type) -> bool:
    return isinstance(vars(cls)["__dataclass_fields__"], dict)


def test_a_class_is_made_when_it_is_first_used() -> None:
    uses: list[Callable[[Any], object]] = [
        lambda it: it(3),
        lambda it: it.__match_args__,
        dataclasses.fields,
        dataclasses.is_dataclass,
        inspect.signature,
    ]
    for use in uses:
        later: Any = dataclass(frozen=True)(_another())
        assert not is_made(later)
        use(later)
        assert is_made(later)


def _another() -> type:
    return type("Another", (), {"__annotations__": {"number": "int"}, "__module__": __name__, "__doc__": "Another."})


def test_it_has_all_that_a_dataclass_has() -> None:
    one = Derived(1, secret="s")
    assert repr(one) == "Derived(number=1, name='x', items=[])"
    assert one == Derived(1, "x", "s") != Derived(2)
    assert Base(1) != one
    assert hash(Base(7)) == hash(Base(7))
    assert [it.name for it in dataclasses.fields(one)] == ["number", "name", "secret", "items"]
    assert Derived.__match_args__ == ("number", "name", "secret", "items")
    assert dataclasses.replace(one, number=5).double == 10
    assert dataclasses.asdict(Base(1)) == {"number": 1}
    assert pickle.loads(pickle.dumps(one)) == one == copy.deepcopy(one)
    assert list(inspect.signature(Derived).parameters) == ["number", "name", "secret", "items"]
    assert Derived.name == "x" and Derived.secret is None and not hasattr(Derived, "items")
    assert repr(Quiet(1)) == "quiet"
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'number'"):
        Derived()  # type: ignore[call-arg]
    with pytest.raises(ValueError):
        Checked(-1)


def test_it_is_frozen_before_and_after_it_is_made() -> None:
    for made in (Base(1), Derived(1), Quiet(1)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            made.number = 2  # type: ignore[misc]
        with pytest.raises(dataclasses.FrozenInstanceError):
            del made.number  # pyright: ignore[reportAttributeAccessIssue]
        with pytest.raises(dataclasses.FrozenInstanceError):
            made.other = 2  # type: ignore[attr-defined]


def test_others_can_derive_from_it() -> None:
    @dataclasses.dataclass(frozen=True)
    class Standard(Base):
        more: int = 2

    class Plain(Base):
        pass

    assert Standard(1) == Standard(1, 2)
    plain = Plain(4)
    plain.note = "allowed, as with the standard library"  # type: ignore[attr-defined]
    assert repr(plain).endswith("Plain(number=4)")


def test_threads_may_be_the_first_at_once() -> None:
    for _ in range(50):
        cls: Any = dataclass(frozen=True)(_another())
        gate = threading.Barrier(8)
        seen: list[object] = []

        def use(cls: Any = cls, gate: threading.Barrier = gate, seen: list[object] = seen) -> None:
            gate.wait()
            seen.append((cls(1).number, cls(1) == cls(1), hash(cls(2)) == hash(cls(2)), repr(cls(3))))

        threads = [threading.Thread(target=use) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [(1, True, True, "Another(number=3)")] * 8


def test_where_the_standard_library_makes_none_match_args_are_there_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in Python 3.9; Rust compares its fields with these."""
    real: Any = dataclasses.dataclass

    def older(**options: bool) -> Callable[[type], type]:
        def decorate(cls: type) -> type:
            made: Any = real(**options)(cls)
            del made.__match_args__
            kind: type = made
            return kind

        return decorate

    monkeypatch.setattr(dataclasses, "dataclass", older)

    @dataclass(frozen=True)
    class Late:
        number: int
        hidden: int = field(default=1, init=False)

    @dataclass(frozen=True, order=True)
    class Early:
        number: int

    for kind in (Late, Early):
        assert kind.__match_args__ == ("number",)
        assert kind(3) == kind(3) and repr(kind(3)).endswith("(number=3, hidden=1)" if kind is Late else "(number=3)")
