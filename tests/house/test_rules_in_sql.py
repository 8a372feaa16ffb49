"""A rule stands once: whatever a thing answers, its table answers in SQL."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.ext.hybrid import HybridExtensionType
from sqlalchemy.orm import Session

from roundtable import demo
from roundtable.db import Base
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


def test_things_and_tables_agree_on_every_rule(everything: Everything) -> None:
    demo.load_season(everything.session, at=everything.at)
    everything.session.flush()
    everything.session.expire_all()
    answers = list(_answers(everything.session, everything.at))
    assert [each for each in answers if each[1] != each[2]] == []
    both_ways = {rule for rule, said, _ in answers if said is False} & {
        rule for rule, said, _ in answers if said is True
    }
    assert {rule for rule, said, _ in answers if isinstance(said, bool)} - both_ways == set()
