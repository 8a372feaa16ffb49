"""What every form of the program has in common."""

from collections.abc import Iterator

import pytest
from wtforms import Field, StringField

import roundtable.web  # noqa: F401 - every form
from roundtable.web.forms import AtMost, Form


def _forms(kind: type[Form] = Form) -> Iterator[type[Form]]:
    for form in kind.__subclasses__():
        if form.__module__.startswith("roundtable."):
            yield form
        yield from _forms(form)


def _typed(form: type[Form]) -> Iterator[tuple[str, list[object]]]:
    """The fields that anything can be typed into, with what checks them; hidden ones carry what we gave out."""
    for name in dir(form):
        field = getattr(form, name)
        kind = getattr(field, "field_class", Field)
        if issubclass(kind, StringField) and kind.__name__ != "HiddenField":
            asked = field.kwargs.get("validators") or [*field.args, None, None][1]
            yield name, list(asked or [])


@pytest.mark.parametrize("form", sorted(set(_forms()), key=str))
def test_what_is_too_long_is_refused_before_anything_reads_it(form: type[Form]) -> None:
    for name, asked in _typed(form):
        kinds = [isinstance(each, AtMost) for each in asked]
        assert True in kinds, f"{form.__name__}.{name} may be of any length"
        readers = [callable(each) and not isinstance(each, type) and hasattr(each, "__code__") for each in asked]
        assert True not in readers[: kinds.index(True)], f"{form.__name__}.{name} is read before it is measured"
