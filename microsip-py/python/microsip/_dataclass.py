"""Dataclasses that are made when they are first used.

`dataclasses.dataclass` writes the methods of a class as text and compiles them: up to a millisecond for each class. There are two hundred
here, of which a program uses some. Here a class gets them when somebody asks for one of them. To type checkers it is the decorator of
the standard library.
"""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    _lock = threading.RLock()

    #: What is looked for in a class, and leads to its being made.
    _LAZY = ("__init__", "__repr__", "__eq__", "__hash__", "__match_args__", "__dataclass_fields__", "__dataclass_params__")

    class _Lazy:
        """Stands where an attribute of a class will be."""

        __slots__ = ("make", "name")

        def __init__(self, make: Callable[[], None], name: str) -> None:
            self.make = make
            self.name = name

        def __get__(self, instance: Any, owner: type) -> Any:
            self.make()
            return getattr(owner if instance is None else instance, self.name)

    def dataclass(*, frozen: bool, repr: bool = True, **others: bool) -> Callable[[type], type]:
        """As the standard one, for frozen classes."""

        def decorate(cls: type) -> type:
            if not frozen or others:
                return _standard(cls, frozen=frozen, repr=repr, **others)
            own = dict(vars(cls))

            def make() -> None:
                with _lock:
                    if isinstance(vars(cls).get("__dataclass_fields__"), _Lazy):
                        _complete(cls, own, repr)

            for name in _LAZY:
                if name not in own and not (name == "__repr__" and not repr):
                    setattr(cls, name, _Lazy(make, name))
            _freeze(cls)
            return cls

        return decorate

    def _standard(cls: type, **options: bool) -> type:
        made = dataclasses.dataclass(**options)(cls)
        if "__match_args__" not in vars(made):
            # Python 3.9, which matches nothing; Rust looks here for the fields.
            made.__match_args__ = tuple(field.name for field in dataclasses.fields(made) if field.init)
        return made

    def _complete(cls: type, own: dict[str, Any], repr: bool) -> None:
        """Has a double of the class made, and takes over what that has got: at no moment is there less than before."""
        body = {name: value for name, value in own.items() if name not in ("__dict__", "__weakref__")}
        double = _standard(type(cls)(cls.__name__, cls.__bases__, body), frozen=True, repr=repr)
        made = {name: value for name, value in vars(double).items() if name not in own or value is not own[name]}
        for name in ("__setattr__", "__delattr__", "__dict__", "__weakref__"):
            made.pop(name, None)
        # Last, since it tells that all is there.
        fields = made.pop("__dataclass_fields__")
        for name, value in made.items():
            setattr(cls, name, value)
        for name, value in own.items():
            # A field without a default is no attribute of the class.
            if isinstance(value, dataclasses.Field) and name not in made:
                delattr(cls, name)
        cls.__dataclass_fields__ = fields

    def _freeze(cls: type) -> None:
        def __setattr__(self: Any, name: str, value: object) -> None:
            if type(self) is cls or name in cls.__dataclass_fields__:
                raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
            super(cls, self).__setattr__(name, value)

        def __delattr__(self: Any, name: str) -> None:
            if type(self) is cls or name in cls.__dataclass_fields__:
                raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
            super(cls, self).__delattr__(name)

        cls.__setattr__ = __setattr__
        cls.__delattr__ = __delattr__
