"""What rules are made of, so that each stands once: asked of a thing it answers, asked of its class it is SQL.

A rule is a hybrid property or method of a model. Its body joins these, and comparisons of what is never empty, by ``&``
and ``|``.
"""

from datetime import datetime
from typing import TypeAlias, cast

from sqlalchemy import BindParameter, and_, not_
from sqlalchemy.sql.operators import ColumnOperators

Moment: TypeAlias = datetime | BindParameter[datetime]


def is_set(value: object) -> bool:
    return cast(bool, value.is_not(None)) if isinstance(value, ColumnOperators) else value is not None


def is_unset(value: object) -> bool:
    return cast(bool, value.is_(None)) if isinstance(value, ColumnOperators) else value is None


def is_not(rule: bool) -> bool:
    """The contrary of another rule; ``~`` of a plain bool is a number."""
    return cast(bool, not_(rule)) if isinstance(rule, ColumnOperators) else not rule


def has_come(moment: datetime | None, at: Moment) -> bool:
    """Whether this moment is there and not later than ``at``; never unknown, so that its contrary can be asked, too."""
    if isinstance(moment, ColumnOperators):
        return cast(bool, and_(moment.is_not(None), moment <= at))
    return moment is not None and moment <= cast(datetime, at)
