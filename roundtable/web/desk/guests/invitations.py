"""Invitations at the desk: who answered what; choose, look at the letters, send; record an answer; take one back."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from werkzeug.wrappers import Response as Redirect

from roundtable import clock
from roundtable.actions.guests import answering, inviting
from roundtable.clean_text import cleaned_line
from roundtable.db import db
from roundtable.documents import tables
from roundtable.documents.tables import Table
from roundtable.domain.guests import standings, waiting_list
from roundtable.domain.guests.invitations import Answer, Given, Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.office.history import Entry
from roundtable.domain.people.people import PRECEDENCE, Person, fits
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Member
from roundtable.mail.outbox import figures
from roundtable.mail.outbox.mailings import Mailing
from roundtable.phrases import language
from roundtable.web import downloads
from roundtable.web.desk.guests import answer_table, answers
from roundtable.web.desk.guests.answer_form import AnswerForm
from roundtable.web.desk.parts import selection
from roundtable.web.desk.parts.history import latest_of
from roundtable.web.desk.parts.rights import may, me, own_roundtable_or_404
from roundtable.web.desk.parts.selection import from_spans
from roundtable.web.edge import deed
from roundtable.web.paging import slice_of

routes = Blueprint("invitations", __name__, url_prefix="/roundtables/<int:roundtable_id>/invitations")

FOUND_AT_MOST = 20
MAILINGS_SHOWN = 3


@routes.get("/")
def index(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    standing, words = _asked()
    counts = standings.figures(db.session(), roundtable)
    latest = (
        select(Mailing).where(Mailing.roundtable_id == roundtable.id).order_by(Mailing.id.desc()).limit(MAILINGS_SHOWN)
    )
    mailings = list(db.session.scalars(latest))
    number = request.args.get("page", 1, type=int)
    page = answers.page(db.session(), roundtable, counts, standing=standing, words=words, number=number)
    return render_template(
        "desk/invitations/index.html",
        roundtable=roundtable,
        standing=standing,
        counts=counts,
        asked_for=words,
        page=page,
        mailings=mailings,
        progress=figures.progress(db.session(), mailings),
        to_announce=_to_announce(roundtable) if counts["not_sent"] else 0,
        places=waiting_list.places_in_line(db.session(), roundtable) if counts["waiting"] else {},
        can_remind=counts["silent"] and not roundtable.is_over(clock.now()) and roundtable.takes_answers(clock.now()),
    )


def _asked() -> tuple[standings.Standing | None, str]:
    """Which standing, and which words to look for."""
    standing = request.args.get("standing")
    return standing if standing in standings.STANDINGS else None, cleaned_line(request.args.get("q", ""))[:200]


@routes.get("/answers.csv")
def as_csv(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    return downloads.made(tables.as_csv(_table(roundtable)), downloads.CSV, *_named(roundtable))


@routes.get("/answers.xlsx")
def as_workbook(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    return downloads.made(tables.as_workbook([_table(roundtable)]), downloads.XLSX, *_named(roundtable))


def _table(roundtable: Roundtable) -> Table:
    """The list as it is filtered, with all its pages."""
    standing, words = _asked()
    rows = answers.every_row(db.session(), roundtable, standing=standing, words=words)
    office = roundtable.series.office
    return answer_table.table(
        rows,
        waiting_list.places_in_line(db.session(), roundtable),
        roundtable.series.zone,
        with_addresses=may("reach", office),
        with_notes=may("care", office),
    )


def _named(roundtable: Roundtable) -> tuple[str, ...]:
    return _("Answers"), roundtable.series.name.in_(language()), str(roundtable.number), roundtable.day.isoformat()


def _to_announce(roundtable: Roundtable) -> int:
    """How many have got neither a save-the-date nor an invitation."""
    waiting = select(func.count()).where(
        Invitation.roundtable_id == roundtable.id,
        Invitation.is_open,
        ~Invitation.has_been_told,
    )
    return db.session.scalar(waiting) or 0


def _invited(roundtable: Roundtable) -> Select[int]:
    return select(Invitation.person_id).where(Invitation.roundtable_id == roundtable.id, Invitation.is_open)


def _others(roundtable: Roundtable, words: str, chosen: set[int]) -> list[Person]:
    """People of the office's address book: those chosen, then those who fit all of these words."""
    people = (
        select(Person)
        .outerjoin(Person.organisation)
        .where(Person.office_id == roundtable.series.office_id)
        .options(contains_eager(Person.organisation))
        .order_by(*PRECEDENCE)
    )
    found = list(db.session.scalars(people.where(Person.id.in_(chosen)))) if chosen else []
    if words:
        fitting = people.where(*fits(words), Person.id.not_in(chosen))
        found += db.session.scalars(fitting.limit(FOUND_AT_MOST))
    return found


def _members(roundtable: Roundtable, words: str) -> Select[Member]:
    """Those of the series who are not invited yet, by precedence."""
    return (
        select(Member)
        .join(Member.person)
        .outerjoin(Person.organisation)
        .where(Member.series_id == roundtable.series_id, Member.person_id.not_in(_invited(roundtable)), *fits(words))
        .options(contains_eager(Member.person).contains_eager(Person.organisation))
        .order_by(*PRECEDENCE)
    )


@routes.get("/prepare")
def prepare_form(roundtable_id: int) -> str:
    return _prepare_form(own_roundtable_or_404(roundtable_id, "invite"))


def _prepare_form(roundtable: Roundtable, error: str | None = None) -> str:
    session, words, sought = db.session(), selection.words_asked_for("words"), selection.words_asked_for()
    page = slice_of(_members(roundtable, sought), per_page=selection.PER_PAGE, number=selection.page_asked_for())
    rows = session.execute(_members(roundtable, "").with_only_columns(Member.person_id, Member.role)).all()
    chosen = selection.ticked(
        "people",
        offered=[row.person_id for row in rows],
        proposed=[row.person_id for row in rows if row.role != "host"],
        found=session.scalars(_members(roundtable, sought).with_only_columns(Member.person_id)),
    )
    also = set(request.form.getlist("others", type=int))
    others = _others(roundtable, words, also)
    invited = _invited(roundtable).where(Invitation.person_id.in_([each.id for each in others]))
    invited_members = select(func.count()).where(
        Member.series_id == roundtable.series_id, Member.person_id.in_(_invited(roundtable))
    )
    return render_template(
        "desk/invitations/prepare_form.html",
        roundtable=roundtable,
        page=page,
        members=len(rows),
        is_long=len(rows) > selection.PER_PAGE,
        sought=sought,
        chosen=chosen,
        along=selection.along("people", chosen, [each.person_id for each in page]),
        invited_members=session.scalar(invited_members) or 0,
        invited=set(session.scalars(invited)) if others else set(),
        words=words,
        others=others,
        also=also,
        found_at_most=FOUND_AT_MOST,
        error=error,
    )


@routes.post("/prepare")
def prepare(roundtable_id: int) -> Redirect | str | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    if selection.is_only_looking():
        return _prepare_form(roundtable)
    ids = set(request.form.getlist("people", type=int)) | set(request.form.getlist("others", type=int))
    ids |= from_spans(request.form.get("people-elsewhere", ""))
    chosen = select(Person).where(Person.id.in_(ids), Person.office_id == roundtable.series.office_id)
    people = list(db.session.scalars(chosen.order_by(*PRECEDENCE)))
    if not people:
        return _prepare_form(roundtable, error=_("Please choose at least one person.")), 422
    with deed():
        prepared = inviting.prepare(db.session(), roundtable, people, at=clock.now())
    new, already = len(prepared.new), len(prepared.already)
    if already:
        flash(ngettext("One person was already invited.", "%(num)d people were already invited.", already), "info")
    if not new:
        return redirect(url_for(".index", roundtable_id=roundtable.id), 303)
    flash(ngettext("One invitation is prepared. Nothing has been sent yet.",
                   "%(num)d invitations are prepared. Nothing has been sent yet.", new), "success")  # fmt: skip
    return redirect(url_for("desk.mailings.preview", roundtable_id=roundtable.id), 303)


def _invitation_or_404(roundtable: Roundtable, invitation_id: int) -> Invitation:
    invitation = db.session.scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.roundtable_id == roundtable.id)
        .options(
            joinedload(Invitation.person).joinedload(Person.organisation),
            joinedload(Invitation.registration),
            joinedload(Invitation.delegated_by).joinedload(Invitation.person),
            selectinload(Invitation.delegates).joinedload(Invitation.person),
            selectinload(Invitation.answers).joinedload(Answer.recorded_by),
        )
    )
    if invitation is None:
        abort(404)
    return invitation


@routes.get("/<int:invitation_id>/")
def answer_form(roundtable_id: int, invitation_id: int) -> str:
    """One person: what they said so far, and what an organiser may record or do."""
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    return _answer_form(_invitation_or_404(roundtable, invitation_id), AnswerForm())


def _answer_form(invitation: Invitation, form: AnswerForm) -> str:
    held = invitation.registration
    waits = held is not None and held.is_waiting
    return render_template(
        "desk/invitations/answer_form.html",
        roundtable=invitation.roundtable,
        invitation=invitation,
        form=form,
        history=latest_of(Entry.invitation_id == invitation.id),
        place=waiting_list.place_in_line(db.session(), held) if held is not None and waits else None,
    )


@routes.post("/<int:invitation_id>/answer")
def answer(roundtable_id: int, invitation_id: int) -> Redirect | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    invitation = _invitation_or_404(roundtable, invitation_id)
    form = AnswerForm()
    if form.validate_on_submit():
        with deed(form) as done:
            said = _record(invitation, form)
        if done:
            flash(said, "success")
            return redirect(url_for(".index", roundtable_id=roundtable.id), 303)
    return _answer_form(_invitation_or_404(roundtable, invitation_id), form), 422


def _record(invitation: Invitation, form: AnswerForm) -> str:
    at, name = clock.now(), invitation.person.name
    given = Given(form.via.data, form.note.data or "", recorded_by=me())
    if form.kind.data == "declined":
        answering.decline(db.session(), invitation, at=at, given=given)
        return str(_("Recorded: %(name)s cannot come.", name=name))
    if form.kind.data == "accepted":
        held = answering.accept(db.session(), invitation, at=at, given=given)
    else:
        who = {each: getattr(form, each).data for each in ("given_name", "family_name", "function", "email")}
        held = answering.delegate(db.session(), invitation, at=at, given=given, **who)
        name = held.person.name
    if held.is_waiting:
        place = waiting_list.place_in_line(db.session(), held)
        return str(_("Recorded: %(name)s is number %(place)s on the waiting list.", name=name, place=place))
    return str(_("Recorded: %(name)s has a seat.", name=name))


@routes.post("/<int:invitation_id>/give-seat")
def give_seat(roundtable_id: int, invitation_id: int) -> Redirect:
    """Out of turn, with a reason that stays on record (rule 7)."""
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    held = _invitation_or_404(roundtable, invitation_id).registration
    if held is None:
        abort(404)
    because = request.form.get("because", "").strip()
    with deed():
        answering.give_seat(db.session(), held, because=because, at=clock.now(), by=me())
    flash(_("%(name)s has a seat now and is told by letter.", name=held.person.name), "success")
    return redirect(url_for(".index", roundtable_id=roundtable.id), 303)


@routes.post("/<int:invitation_id>/revoke")
def revoke(roundtable_id: int, invitation_id: int) -> Redirect:
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    invitation = _invitation_or_404(roundtable, invitation_id)
    with deed():
        moved = inviting.revoke(db.session(), invitation, at=clock.now())
    flash(
        _("The invitation of %(name)s is withdrawn; the link opens nothing any more.", name=invitation.person.name),
        "success",
    )
    if moved:
        flash(_("%(name)s moved up from the waiting list and is told by letter.", name=_names(moved)), "info")
    return redirect(url_for(".index", roundtable_id=roundtable.id), 303)


def _names(moved: list[Registration]) -> str:
    return ", ".join(each.person.name for each in moved)
