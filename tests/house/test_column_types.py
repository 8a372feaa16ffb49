"""A closed set is a type: what the database refuses, the type checker refuses before."""

import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from sqlalchemy import CheckConstraint
from sqlalchemy import inspect as mapped

import roundtable.models  # noqa: F401 - all tables
from roundtable.db import Base
from roundtable.domain.guests.invitations import Answer
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.office.offices import PERMISSIONS, Deed, OfficeMember, Role

# Typed with the table of letters.
OF_MAIL = "roundtable.mail"


def _closed_sets() -> Iterator[tuple[str, set[str], Any]]:
    """Each column that takes certain words only: the words the database knows, and the type of what it holds."""
    for mapper in Base.registry.mappers:
        model, table = mapper.class_, mapper.local_table
        for check in mapped(model).local_table.constraints if not model.__module__.startswith(OF_MAIL) else ():
            found = re.search(r"(\w+) IN (\(.+\))$", str(check.sqltext)) if isinstance(check, CheckConstraint) else None
            if found is not None:
                held = eval(inspect.get_annotations(model)[found[1]], vars(sys.modules[model.__module__]))
                yield f"{table}.{found[1]}", set(re.findall(r"'(\w*)'", found[2])), get_args(held)[0]


def _words(type_: Any) -> set[str]:
    """What a Literal, or one that may be None, allows."""
    literals = [type_] if get_origin(type_) is Literal else get_args(type_)
    return {word for each in literals if get_origin(each) is Literal for word in get_args(each)}


def test_columns_with_certain_words_have_a_type_with_the_same_words() -> None:
    sets = list(_closed_sets())
    assert len(sets) > 10
    assert [(name, words) for name, words, held in sets if _words(held) != words] == []


def test_every_role_has_its_deeds_and_every_deed_somebody_who_may() -> None:
    assert set(PERMISSIONS) == set(get_args(Role))
    assert frozenset().union(*PERMISSIONS.values()) == set(get_args(Deed))


def test_what_is_spelt_wrong_is_refused_by_the_type_checker() -> None:
    """mypy reports what is ignored for nothing (warn_unused_ignores): if it lets one of these pass, it fails here."""
    assert not OfficeMember(role="owner").may("invit")  # type: ignore[arg-type]
    assert Answer(kind="accepted").kind != "acceptd"  # type: ignore[comparison-overlap]
    assert Registration().state != "wating"  # type: ignore[comparison-overlap]
