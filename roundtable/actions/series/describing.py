"""What a series is, when it meets, what each roundtable begins with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from roundtable.domain.series.series import Series


def describe(
    session: Session, series: Series, fields: Mapping[str, Any], *, timezone: str, is_public: bool, at: datetime
) -> None:
    """New or there already; ``fields`` are its own by name. Raises ZoneInUse."""
    with session.no_autoflush, series.revised(at):
        series.count_time_in(timezone)
        for name, value in fields.items():
            setattr(series, name, value)
        series.show_publicly(is_public, at=at)
    session.add(series)
