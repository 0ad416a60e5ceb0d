"""Values with a meaning of their own: the absent value, and enumerations with labels."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, final


@final
class NoValueType:
    """The type of :data:`NoValue`, the value of a port that holds none. Test by identity.

    It is truthy, its repr and JSON text is ``<NoValue>``, and copying or pickling gives the same object.
    """

    __slots__ = ()
    _instance: NoValueType | None = None

    def __new__(cls) -> NoValueType:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "<NoValue>"

    def __reduce__(self) -> tuple[type[NoValueType], tuple[()]]:
        return (NoValueType, ())

    def __copy__(self) -> NoValueType:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> NoValueType:
        return self


NoValue: Final = NoValueType()


_SCALARS = frozenset({bool, int, float, str, bytes, type(None)})


def certainly_equal(first: Any, second: Any) -> bool:
    """Whether two values are equal, as far as that can be told without running code of the user."""
    if first is second:
        return True
    kind = type(first)
    if kind is not type(second):
        return False
    if kind in _SCALARS:
        return bool(first == second)
    if kind not in (list, tuple, dict) or len(first) != len(second):
        return False
    if kind is dict:
        # Of two dicts with the same keys in another order it cannot be told, and that is fine.
        return certainly_equal(list(first), list(second)) and certainly_equal(
            list(first.values()), list(second.values())
        )
    return all(map(certainly_equal, list(first), list(second)))


class DataEnum(Enum):
    """An enumeration whose members are ``NAME = (value, label)``; a bare value is its own label."""

    @property
    def data(self) -> Any:
        """The value that a function receives."""
        return self.value[0] if isinstance(self.value, tuple) else self.value

    @property
    def label(self) -> str:
        """The text that a person chooses by."""
        return str(self.value[1]) if isinstance(self.value, tuple) and len(self.value) > 1 else self.name

    @classmethod
    def member(cls, given: Any) -> DataEnum:
        """The member meant by a member, name, value, label or "Class.NAME".

        Raises:
            ValueError: nothing of this enumeration is meant by ``given``.
        """
        if isinstance(given, cls):
            return given
        for member in cls:
            names = (member.name, f"{cls.__name__}.{member.name}", member.label)
            if (isinstance(given, str) and given in names) or given == member.data:
                return member
        raise ValueError(f"{given!r} is no member of {cls.__name__}: {', '.join(m.name for m in cls)}")

    @classmethod
    def v(cls, given: Any) -> Any:
        """The value for a member, name, value, label or "Class.NAME"."""
        return cls.member(given).data
