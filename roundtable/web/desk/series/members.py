"""Who belongs to a series: people, and organisations with their seats and their head."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from roundtable.actions.series.members import add_member, change_member, remove_member
from roundtable.db import db
from roundtable.domain.people.people import PRECEDENCE, Organisation, Person, fits
from roundtable.domain.refusals import Refused
from roundtable.domain.series.series import MEMBER_ROLES, Member, MemberRole, Series
from roundtable.web.desk.parts.rights import own_series_or_404
from roundtable.web.edge import deed
from roundtable.web.paging import slice_of

routes = Blueprint("members", __name__, url_prefix="/series/<int:series_id>/members")

FOUND_AT_MOST = 30
ALL_AT_MOST = 500
SEATS_AT_MOST = 99
PER_PAGE = 20


@dataclass(frozen=True)
class Wish:
    """What the page asked for one member; ``problem`` where it cannot be."""

    role: MemberRole
    seats: str
    problem: str = ""


@routes.get("/")
def edit(series_id: int) -> str:
    return _page(own_series_or_404(series_id, "plan"))


def _page(series: Series, wishes: dict[int, Wish] | None = None) -> str:
    words = request.args.get("words", "").strip()
    # Asked for without a word, it is the whole address book.
    is_asked = "words" in request.args
    number = number_found(series, words) if is_asked else 0
    return render_template(
        "desk/members/edit.html",
        series=series,
        members=slice_of(listed(series), per_page=PER_PAGE),
        wishes=wishes or {},
        words=words,
        is_asked=is_asked,
        found=found_people(series, words, FOUND_AT_MOST) if number else [],
        number_found=number,
        are_all_in=is_asked and not number and db.session.scalar(found_members(series, words).limit(1)) is not None,
        all_at_most=ALL_AT_MOST,
        roles=MEMBER_ROLES,
    )


def members_of(series: Series) -> list[Member]:
    """By precedence, all of them."""
    return list(db.session.scalars(listed(series)))


def listed(series: Series) -> Select[Member]:
    """The same, to be read in parts."""
    return (
        select(Member)
        .join(Member.person)
        .where(Member.series_id == series.id)
        .options(joinedload(Member.person).joinedload(Person.organisation), joinedload(Member.organisation))
        .order_by(*PRECEDENCE)
    )


def found_members(series: Series, words: str) -> Select[Member]:
    """Those of them who fit all words, or whose own organisation does."""
    return listed(series).outerjoin(Organisation, Organisation.id == Person.organisation_id).where(*fits(words))


def found_people(series: Series, words: str, at_most: int) -> list[Person]:
    """People of the office's address book who fit all words and do not belong to the series."""
    found = _fitting(series, words).options(joinedload(Person.organisation)).order_by(*PRECEDENCE)
    return list(db.session.scalars(found.limit(at_most)))


def number_found(series: Series, words: str) -> int:
    """How many there are of them in all."""
    found = _fitting(series, words).with_only_columns(func.count(Person.id))
    return db.session.scalar(found) or 0


def _fitting(series: Series, words: str) -> Select[Person]:
    there = select(Member.person_id).where(Member.series_id == series.id)
    book = select(Person).outerjoin(Person.organisation)
    return book.where(Person.office_id == series.office_id, Person.id.not_in(there), *fits(words))


@routes.post("/")
def update(series_id: int) -> Response | tuple[str, int]:
    """Roles and seats of all members on the page at once; a wrong number keeps what was typed."""
    series = own_series_or_404(series_id, "plan")
    members = members_of(series)
    wishes = {member.id: _wish(member) for member in members}
    if any(wish.problem for wish in wishes.values()):
        return _page(series, wishes), 422
    # A new host last: the one before gives it up then, though the page still says so of them.
    with deed():
        for member in sorted(members, key=lambda each: (wishes[each.id].role == "host", each.role != "host")):
            wish = wishes[member.id]
            change_member(db.session(), member, role=wish.role, seats=int(wish.seats))
    flash(_("The members are saved. Roundtables that are planned already stay as they are."), "success")
    return redirect(url_for(".edit", series_id=series.id, page=request.args.get("page"), _anchor="members"), 303)


def _wish(member: Member) -> Wish:
    role = request.form.get(f"role-{member.id}", member.role)
    seats = request.form.get(f"seats-{member.id}", str(member.seats)).strip()
    if role not in MEMBER_ROLES:
        abort(400)
    is_number = seats.isascii() and seats.isdigit() and 1 <= int(seats[:4]) <= SEATS_AT_MOST
    problem = "" if is_number else _("Please enter a number from 1 to %(most)s.", most=SEATS_AT_MOST)
    return Wish(role, seats, problem)


@routes.post("/add")
def add(series_id: int) -> Response:
    """``people``: ids; ``as`` says whether they belong, or their organisations with them as heads.

    With ``as`` everyone, all who fit ``words`` belong, ticked or not.
    """
    series = own_series_or_404(series_id, "plan")
    if request.form.get("as") == "everyone":
        people = found_people(series, request.form.get("words", ""), ALL_AT_MOST)
    else:
        people = _ticked(series)
    seats = 1 if request.form.get("as") == "organisation" else None
    added = 0
    with deed():
        for person in people:
            try:
                add_member(db.session(), series, person, seats=seats)
                added += 1
            except Refused as refusal:
                flash(f"{person.name}: {refusal}", "warning")
    if added:
        flash(ngettext("%(num)d member was added.", "%(num)d members were added.", added), "success")
    elif not people:
        flash(_("Please tick at least one person."), "warning")
    return redirect(url_for(".edit", series_id=series.id, words=request.form.get("words") or None, _anchor="add"), 303)


def _ticked(series: Series) -> list[Person]:
    chosen = select(Person).where(
        Person.id.in_(request.form.getlist("people", type=int)), Person.office_id == series.office_id
    )
    return list(db.session.scalars(chosen.options(joinedload(Person.organisation)).order_by(*PRECEDENCE)))


def _own_member_or_404(series: Series, member_id: int) -> Member:
    loaded = [joinedload(Member.person), joinedload(Member.organisation)]
    member = db.session.get(Member, member_id, options=loaded)
    if member is None or member.series_id != series.id:
        abort(404)
    return member


@routes.get("/<int:member_id>/remove")
def remove_form(series_id: int, member_id: int) -> str:
    member = _own_member_or_404(own_series_or_404(series_id, "plan"), member_id)
    return render_template("desk/members/remove_form.html", member=member)


@routes.post("/<int:member_id>/remove")
def remove(series_id: int, member_id: int) -> Response:
    series = own_series_or_404(series_id, "plan")
    member = _own_member_or_404(series, member_id)
    name = member.person.name
    with deed():
        remove_member(db.session(), member)
    flash(_("%(name)s does not belong to the series any more. Invitations that were sent stay.", name=name), "success")
    return redirect(url_for(".edit", series_id=series.id), 303)
