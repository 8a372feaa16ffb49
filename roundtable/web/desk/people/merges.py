"""Two entries become one: which value stays, what moves, what stands in the way; then one deed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.actions.people import entry_history, merging
from roundtable.clean_text import cleaned_line
from roundtable.db import db
from roundtable.domain.people.people import MOST_WORDS, Organisation, Person, fits, folded
from roundtable.web.desk.parts.rights import me
from roundtable.web.desk.people.address_book import own_organisation_or_404, own_person_or_404, values_seen
from roundtable.web.edge import deed

routes = Blueprint("merges", __name__)

FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Choice:
    """One field in which the entries differ; ``is_theirs``: the other's value is proposed, or was chosen."""

    field: str
    ours: str
    theirs: str
    is_theirs: bool


@routes.get("/people/<int:person_id>/merge/")
def people(person_id: int) -> str:
    """Whom to merge with, where nobody was found as a duplicate."""
    person = own_person_or_404(person_id, "invite")
    words = cleaned_line(request.args.get("q", ""))[:200]
    found = (
        select(Person)
        .outerjoin(Person.organisation)
        .where(Person.office_id == person.office_id, Person.id != person.id, *fits(words))
        .options(joinedload(Person.organisation))
        .order_by(Person.sorted_as, Person.id)
        .limit(FOUND_AT_MOST)
    )
    others = list(db.session.scalars(found)) if words else []
    return render_template("desk/merges/people.html", person=person, words=words, found=others)


@routes.get("/organisations/<int:organisation_id>/merge/")
def organisations(organisation_id: int) -> str:
    organisation = own_organisation_or_404(organisation_id, "invite")
    words = cleaned_line(request.args.get("q", ""))[:200]
    sought = [Organisation.sought_as.contains(word, autoescape=True) for word in folded(words).split()[:MOST_WORDS]]
    found = (
        select(Organisation)
        .where(Organisation.office_id == organisation.office_id, Organisation.id != organisation.id, *sought)
        .order_by(Organisation.sought_as, Organisation.id)
        .limit(FOUND_AT_MOST)
    )
    others = list(db.session.scalars(found)) if words else []
    return render_template("desk/merges/organisations.html", organisation=organisation, words=words, found=others)


@routes.get("/people/<int:person_id>/merge/<int:other_id>/")
def person(person_id: int, other_id: int) -> Response | str:
    return _preview(own_person_or_404(person_id, "invite"), own_person_or_404(other_id, "invite"))


@routes.get("/organisations/<int:organisation_id>/merge/<int:other_id>/")
def organisation(organisation_id: int, other_id: int) -> Response | str:
    keep = own_organisation_or_404(organisation_id, "invite")
    return _preview(keep, own_organisation_or_404(other_id, "invite"))


@routes.post("/people/<int:person_id>/merge/<int:other_id>/")
def merge_people(person_id: int, other_id: int) -> Response | tuple[str, int]:
    keep, lose = own_person_or_404(person_id, "invite"), own_person_or_404(other_id, "invite")
    return _merge(keep, lose, merging.merge_people, url_for("desk.person.show", person_id=keep.id))


@routes.post("/organisations/<int:organisation_id>/merge/<int:other_id>/")
def merge_organisations(organisation_id: int, other_id: int) -> Response | tuple[str, int]:
    keep, lose = own_organisation_or_404(organisation_id, "invite"), own_organisation_or_404(other_id, "invite")
    after = url_for("desk.organisations.show", organisation_id=keep.id)
    return _merge(keep, lose, merging.merge_organisations, after)


def _preview(keep: Any, lose: Any) -> str:
    template = "desk/merges/person.html" if isinstance(keep, Person) else "desk/merges/organisation.html"
    return render_template(
        template,
        keep=keep,
        lose=lose,
        choices=_choices(keep, lose),
        preview=merging.preview(db.session(), keep, lose, at=clock.now()),
        seen=values_seen(keep, lose),
    )


def _choices(keep: Any, lose: Any) -> list[Choice]:
    """The fields that differ; what was chosen already stays chosen, else whatever says something is proposed."""
    session = db.session()
    ours, theirs = entry_history.values_of(session, keep), entry_history.values_of(session, lose)
    asked = request.method == "POST"
    return [
        Choice(name, mine, theirs[name], request.form.get(name) == "theirs" if asked else not mine)
        for name, mine in ours.items()
        if mine != theirs[name]
    ]


def _merge(keep: Any, lose: Any, join: Callable[..., None], after: str) -> Response | tuple[str, int]:
    """What the page showed is what happens: if either entry has changed since, it is shown again."""
    if request.form.get("seen") != values_seen(keep, lose):
        flash(_("One of the entries was changed meanwhile. Please look again; nothing is merged yet."), "warning")
        return _preview(keep, lose), 409
    name, kept = lose.name, keep.name
    theirs = [name for name, chosen in request.form.items() if chosen == "theirs"]
    with deed():
        join(db.session(), keep, lose, theirs=theirs, at=clock.now(), by=me())
    flash(_("%(other)s is merged into %(name)s. The history says what moved.", other=name, name=kept), "success")
    return redirect(after, 303)
