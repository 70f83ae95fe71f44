"""What the classes that stand for something of the engine have in common."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, cast


class _Native(Protocol):
    @property
    def id(self) -> int: ...


Self = TypeVar("Self", bound="Handle")


class Handle:
    """Names something of the engine: cheap, usable from any thread, and harmless once that is gone.

    Handles of the same thing are equal and have the same hash. A copy is the same handle, so that events can be copied.
    """

    __slots__ = ("__weakref__", "_native")
    _native: Any

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is given by the engine, not made")

    @classmethod
    def _of(cls: type[Self], native: object) -> Self:
        self = object.__new__(cls)
        self._native = native
        return self

    @property
    def id(self) -> int:
        """Its number; never used twice by one endpoint."""
        return cast(int, self._native.id)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Handle) or type(other) is not type(self):
            return NotImplemented
        return other.id == self.id

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    def __repr__(self) -> str:
        return f"<microsip.{type(self).__name__} {self.id}>"

    def __copy__(self: Self) -> Self:
        return self

    def __deepcopy__(self: Self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> Any:
        raise TypeError(f"{type(self).__name__} names something of this process and cannot be pickled")
