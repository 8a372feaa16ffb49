"""A rule stands once: whatever a thing answers, its table answers in SQL."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.hybrid import HybridExtensionType
from sqlalchemy.orm import Session

from roundtable import demo
from roundtable.db import Base, UTCDateTime
from roundtable.domain.press.releases import Release
from tests.factories import a_poll, an_invitation, both
from tests.house.everything import Everything

# Of a rule that asks for a moment.
MOMENTS = [timedelta(days=days) for days in (-1000, -31, -3, 0, 3, 1000)]


def _rules() -> Iterator[tuple[type[Any], str, bool]]:
    """Each rule of each model; True: it asks for a moment."""
    for model in sorted((each.class_ for each in Base.registry.mappers), key=lambda each: each.__name__):
        for name, rule in inspect(model).all_orm_descriptors.items():
            if isinstance(rule.extension_type, HybridExtensionType) and not name.startswith("_"):
                yield model, name, rule.extension_type is HybridExtensionType.HYBRID_METHOD


def _answer(of: Any, rule: str, moments: tuple[datetime, ...]) -> Any:
    return getattr(of, rule)(*moments) if moments else getattr(of, rule)


def _answers(session: Session, at: datetime) -> Iterator[tuple[str, Any, Any]]:
    """Each rule with what a thing says and what its row says."""
    for model, name, asks_for_a_moment in _rules():
        key = inspect(model).primary_key[0]
        for moments in [(at + after,) for after in MOMENTS] if asks_for_a_moment else [()]:
            for thing, said in session.execute(select(model, _answer(model, name, moments)).order_by(key)):
                yield f"{model.__name__}.{name}", _answer(thing, name, moments), said


def _models() -> list[type[Any]]:
    return list(dict.fromkeys(model for model, _, _ in _rules()))


def _vary(session: Session, at: datetime) -> None:
    """Wherever a moment is there in all rows or in none, the first row that can be otherwise is."""
    for model in _models():
        for name, column in inspect(model).columns.items():
            rows = list(session.scalars(select(model).order_by(inspect(model).primary_key[0])))
            if column.nullable and isinstance(column.type, UTCDateTime):
                for row in rows if len({getattr(each, name) is None for each in rows}) == 1 else ():
                    with suppress(IntegrityError), session.begin_nested():
                        setattr(row, name, at if getattr(row, name) is None else None)
                        session.flush()
                        break


def test_things_and_tables_agree_on_every_rule(everything: Everything) -> None:
    demo.load_season(everything.session, at=everything.at)
    everything.coming.cancel(both("Der Saal ist gesperrt.", "The hall is closed."), at=everything.at)
    release = everything.session.scalars(select(Release).where(Release.is_published)).first()
    assert release is not None
    release.withdraw("Ein Name war falsch.", at=everything.at)
    a_poll(everything.session, everything.series)
    an_invitation(everything.session, everything.held, sent_at=None)
    _vary(everything.session, everything.at)
    everything.session.expire_all()
    answers = list(_answers(everything.session, everything.at))
    assert [each for each in answers if each[1] != each[2]] == []
    said = {(rule, answer) for rule, answer, _ in answers if isinstance(answer, bool)}
    assert {rule for rule, answer in said if (rule, not answer) not in said} == set()
