"""The page of an agenda that an address asks for."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import request, url_for
from sqlalchemy.orm.interfaces import ORMOption

from roundtable.db import db
from roundtable.domain.roundtables import agenda
from roundtable.domain.roundtables.agenda import ON_A_PAGE, AgendaItem, Part
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.addresses import LARGEST_NUMBER


@dataclass
class AgendaPage:
    """``number``, ``pages`` and ``url_for`` are what the pagination asks for."""

    roundtable: Roundtable
    part: Part
    only_public: bool

    @property
    def items(self) -> list[tuple[AgendaItem, datetime]]:
        return self.part.items

    @property
    def number(self) -> int:
        return self.part.number

    @property
    def pages(self) -> int:
        return self.part.pages

    @cached_property
    def opening(self) -> Part:
        """The first page, whichever this one is."""
        if self.number == 1:
            return self.part
        return agenda.part_of(db.session(), self.roundtable, 1, only_public=self.only_public)

    def url_for(self, number: int) -> str:
        asked: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), "page": number}
        return url_for(str(request.endpoint), **asked, _anchor="agenda")


def page_asked_for(roundtable: Roundtable, *load: ORMOption, only_public: bool = False) -> AgendaPage:
    """``load``: what to read with the items."""
    number = min(max(1, request.args.get("page", 1, type=int)), LARGEST_NUMBER // ON_A_PAGE)
    return AgendaPage(
        roundtable, agenda.part_of(db.session(), roundtable, number, *load, only_public=only_public), only_public
    )
