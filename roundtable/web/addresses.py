"""Which addresses there are: what can be looked at, and numbers that a database can hold."""

from typing import Any

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

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
