"""Two people editing the same thing: the second keeps the own text and is shown the other's."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from roundtable.web.forms import Form


@dataclass(frozen=True, slots=True)
class Other:
    label: str
    value: Any


def seal_of(stored: Mapping[str, Any]) -> str:
    """What a form was filled with: the version of a thing that counts none itself."""
    return sha256(repr(sorted(stored.items())).encode()).hexdigest()[:16]


def others_values(form: Form, stored: Mapping[str, Any]) -> list[Other]:
    """What stands there now, for each field where it is not what was typed."""
    return [
        Other(str(form[name].label.text), value)
        for name, value in stored.items()
        if name in form and (form[name].data or None) != (value or None)
    ]
