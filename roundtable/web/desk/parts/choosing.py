"""Choosing one person in a form: from a list while it is short, by searching where nobody finds anything in it."""

from typing import Any, TypeAlias

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager
from wtforms import SelectField
from wtforms.validators import StopValidation

from roundtable.db import db
from roundtable.domain.people.people import Person, fits
from roundtable.web.desk.parts import selection
from roundtable.web.forms import SelectChoice

LISTED_AT_MOST = 25
FOUND_AT_MOST = 10
NOBODY = 0
Order: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]


class PersonField(SelectField):
    """The id of one of those offered, ``NOBODY`` for nobody.

    ``is_listed``: all can be chosen from ``choices``. If not, those are whoever is chosen and whoever fits ``words``;
    what was typed and not looked for yet is looked for before anything is saved: if one person fits, that one is meant.
    """

    def __init__(self, label: Any, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=int, default=NOBODY, **kwargs)
        # What pages draw a list as.
        self.type = "SelectField"
        self.words, self.sought = "", ""
        self.is_listed, self.total, self.number_found = True, 0, 0

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        if formdata is not None:
            self.words, self.sought = (selection.words_asked_for(f"{self.name}-{each}") for each in ("words", "sought"))

    def offer(
        self,
        people: Select[Person],
        *order: Order,
        kept: ColumnElement[bool] | None = None,
        nobody: str | None = None,
    ) -> None:
        """``kept``: who else may stay chosen; ``nobody``: the words for it, where nobody may be chosen."""
        with_organisations = people.outerjoin(Person.organisation).options(contains_eager(Person.organisation))
        listed = list(db.session.scalars(with_organisations.order_by(*order).limit(LISTED_AT_MOST + 1)))
        self.is_listed = len(listed) <= LISTED_AT_MOST
        if self.is_listed:
            self.words = self.sought = ""
        else:
            listed = self._found(with_organisations.where(*fits(self.words)), order)
        if self.data:
            may_stay = Person.id.in_(people.with_only_columns(Person.id))
            chosen = select(Person).outerjoin(Person.organisation).options(contains_eager(Person.organisation))
            chosen = chosen.where(Person.id == self.data, may_stay if kept is None else may_stay | kept)
            listed = self._with(db.session.scalar(chosen), listed)
        first = [] if nobody is None else [(NOBODY, nobody)]
        self.choices = [SelectChoice(*each) for each in (*first, *((each.id, name_of(each)) for each in listed))]

    def _found(self, fitting: Select[Person], order: tuple[Order, ...]) -> list[Person]:
        if not self.words:
            return []
        counted = fitting.with_only_columns(Person.id).order_by(None).subquery()
        self.total = db.session.scalar(select(func.count()).select_from(counted)) or 0
        found = list(db.session.scalars(fitting.order_by(*order).limit(FOUND_AT_MOST)))
        self.number_found = len(found)
        if self.total == 1 and self.is_open:
            self.data = found[0].id
            self.raw_data = [str(self.data)]
        return found

    def _with(self, chosen: Person | None, listed: list[Person]) -> list[Person]:
        if chosen is None or chosen in listed:
            return listed
        return [*listed, chosen] if self.is_listed else [chosen, *listed]

    @property
    def is_open(self) -> bool:
        """Whether something was typed that has led to no choice yet."""
        return bool(self.words) and not selection.is_only_looking() and (self.words != self.sought or not self.data)

    def pre_validate(self, form: Any) -> None:
        if self.is_open and self.total != 1:
            if self.total:
                raise StopValidation(_("Please choose who is meant, or empty the search."))
            raise StopValidation(_("Nobody fits “%(words)s”. Please try other words.", words=self.words))
        if self.data not in [value for value, *_more in self.iter_choices()]:
            raise StopValidation(_("Please choose one person."))


def name_of(person: Person) -> str:
    return f"{person.name} ({person.organisation.label})" if person.organisation else person.name
