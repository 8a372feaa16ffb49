"""Which addresses there are: what can be looked at, and numbers that a database can hold."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from roundtable.domain.roundtables.roundtables import Roundtable

LARGEST_NUMBER = 2**31 - 1


class NumberConverter(IntegerConverter):
    """A number of ours. A larger one is an address that does not exist, not an error of the database."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, max=LARGEST_NUMBER, **options)


def nearest_page(path: str) -> str:
    """The longest part of a path that can be looked at: where a deed was asked for, when nothing says so."""
    adapter = current_app.create_url_adapter(request)
    while adapter is not None and path.strip("/"):
        for candidate in (path, path.rstrip("/")):
            try:
                adapter.match(candidate, method="GET")
            except HTTPException:
                continue
            return candidate
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return "/"


def absolute(endpoint: str, **values: Any) -> str:
    """An address as it stands in a calendar file or on paper: with the host that people see."""
    return f"{current_app.config['ROUNDTABLE'].origin}{url_for(endpoint, **values)}"


def public_page(roundtable: Roundtable, *, language: str, at: datetime) -> str | None:
    """The page that everybody may see; None while the roundtable has none."""
    return public_pages(language=language, at=at)(roundtable)


def public_pages(*, language: str, at: datetime) -> Callable[[Roundtable], str | None]:
    """The same for many: each series' address is built once."""
    of_series: dict[str, str] = {}

    def page(roundtable: Roundtable) -> str | None:
        if not roundtable.is_shown(at):
            return None
        slug = roundtable.series.slug
        if slug not in of_series:
            of_series[slug] = absolute("public.series.show", lang=language, slug=slug)
        return f"{of_series[slug]}{roundtable.number}/"

    return page
