"""A Great Expectations class for every rule family.

Families that carry the name of a GX core expectation become subclasses of that GX class, so they keep its kwargs and
their checks. The pipeline's own families become ``BatchExpectation`` subclasses with the family's arguments as kwargs.
GX registers each class, by name, when it is made; a core subclass takes the place of GX's class and behaves like it
outside contracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from gx.expectations.importing import import_great_expectations
from gx.rules.family import Family

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

_lock = RLock()


def class_name(expectation: str) -> str:
    """GX's class name of an expectation.

    >>> class_name("expect_column_pair_values_a_to_be_greater_than_b")
    'ExpectColumnPairValuesAToBeGreaterThanB'
    """
    return "".join(part.capitalize() for part in expectation.split("_"))


def core_class(expectation: str) -> type[Expectation] | None:
    """GX's own class of that name, if GX has one."""
    import_great_expectations()
    from great_expectations.expectations import core

    found: type[Expectation] | None = getattr(core, class_name(expectation), None)
    return found


def expectation_classes(families: Mapping[str, Family]) -> dict[str, type[Expectation]]:
    """The class of every family, by expectation name; the same classes on every call."""
    return {name: expectation_class(name, families) for name in families}


def expectation_class(expectation: str, families: Mapping[str, Family]) -> type[Expectation]:
    """The class of a rule's expectation.

    An expectation without a family is one of GX's core expectations, which has run through GX by then.
    """
    family = families.get(expectation)
    fields = tuple(family.Kwargs.model_fields) if family else ()
    with _lock:
        made = _made(expectation, fields, (family.__doc__ or "") if family else "")
        from great_expectations.expectations.registry import register_expectation

        register_expectation(made)  # GX builds expectations by name: another family's class may have taken it since
        return made


@cache
def _made(expectation: str, fields: tuple[str, ...], doc: str) -> type[Expectation]:
    import_great_expectations()
    from great_expectations.expectations.expectation import BatchExpectation

    from gx.expectations.mixin import ServedExpectation

    base = core_class(expectation) or BatchExpectation
    attributes = {"__module__": __name__, "__doc__": doc or base.__doc__, **_added_fields(fields, base)}
    metaclass: Any = type(base)
    made: type[Expectation] = metaclass(class_name(expectation), (ServedExpectation, base), attributes)
    return made


def _added_fields(fields: Iterable[str], base: type[Expectation]) -> dict[str, Any]:
    """Pydantic fields for the arguments that the base class lacks; the family has checked their values."""
    added = [name for name in fields if name not in base.__fields__]
    success_keys = tuple(dict.fromkeys((*base.success_keys, *added)))
    return {"__annotations__": dict.fromkeys(added, Any), **dict.fromkeys(added), "success_keys": success_keys}


def kwargs_of(arguments: Any) -> dict[str, Any]:
    """A rule's arguments as GX kwargs: JSON values, without those that are null; our defaults need not be GX's."""
    if isinstance(arguments, Mapping):
        return dict(arguments)
    kwargs: dict[str, Any] = arguments.model_dump(mode="json", exclude_none=True)
    return kwargs
