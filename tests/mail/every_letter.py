"""One of each letter that we write, and a word of its subject in both languages."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests.digesting import News
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.office.offices import OfficeMember
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.roundtables.polls import PollVoter
from roundtable.mail.letters import digest_letters, letters, poll_letters, sign_up_letters
from roundtable.mail.outbox.outbox import Letter
from tests.factories import (
    AT,
    a_person,
    a_poll,
    a_roundtable,
    a_series,
    a_sign_up,
    an_account,
    an_invitation,
    an_office,
    both,
    worded,
)

TOKEN = "Zufall-Zufall-Zufall-Zufall-1234"


def an_invited(session: Session, language: str) -> Invitation:
    office = an_office(session)
    host = a_person(session, office, title="Dr.", family_name="Gastgeber")
    series = a_series(session, office, host=host)
    roundtable = a_roundtable(session, series, motto=both("Gemeinsam heizen"), map_url="https://karte.example/?a=1&b=2")
    return an_invitation(session, roundtable, a_person(session, office, language=language, title="Prof. Dr."))


def _accepted(invitation: Invitation, session: Session, place: int | None) -> Letter:
    invitation.record("accepted", at=AT)
    registration = registrations.register(session, invitation, at=AT)
    return letters.answer_received(invitation, TOKEN, registration=registration, place=place, at=AT)


def _declined(invitation: Invitation, session: Session) -> Letter:
    invitation.record("declined", at=AT)
    session.flush()
    return letters.answer_received(invitation, TOKEN, registration=None, place=None, at=AT)


def _delegate(invitation: Invitation, session: Session) -> Letter:
    person = a_person(session, invitation.person.office, language=invitation.person.language)
    ours = an_invitation(session, invitation.roundtable, person, delegated_by=invitation)
    return letters.delegate_invitation(ours, TOKEN, at=AT)


def _companion(invitation: Invitation, session: Session) -> Letter:
    person = a_person(session, invitation.person.office, language=invitation.person.language)
    ours = an_invitation(session, invitation.roundtable, person, brought_by=invitation)
    return letters.companion_invitation(ours, TOKEN, at=AT)


def _delegate_declined(invitation: Invitation, session: Session) -> Letter:
    ours = an_invitation(session, invitation.roundtable, delegated_by=invitation)
    return letters.delegate_declined(invitation, TOKEN, delegate=ours, at=AT)


def _changed(invitation: Invitation, session: Session) -> Letter:
    roundtable, told = invitation.roundtable, invitation.roundtable.calendar_sequence
    with roundtable.revised(AT):
        roundtable.address, roundtable.map_url = "Hafenstraße 2\n01234 Lindenau", ""
    before = roundtable.as_told(told)
    assert before is not None
    return letters.changed(invitation, TOKEN, before=before, words=worded("Der Ratssaal wird saniert."), at=AT)


def _uninvited_delegate(invitation: Invitation, session: Session) -> Letter:
    person = a_person(session, invitation.person.office, language=invitation.person.language)
    ours = an_invitation(session, invitation.roundtable, person, delegated_by=invitation, sent_at=AT)
    return letters.uninvited(ours, at=AT)


def _uninvited_companion(invitation: Invitation, session: Session) -> Letter:
    person = a_person(session, invitation.person.office, language=invitation.person.language)
    ours = an_invitation(session, invitation.roundtable, person, brought_by=invitation, sent_at=AT)
    return letters.uninvited(ours, at=AT)


def _cancelled(invitation: Invitation, session: Session) -> Letter:
    invitation.roundtable.cancel(worded("Sturmwarnung", "Storm warning"), at=AT)
    return letters.cancelled(invitation, TOKEN, at=AT)


def _quote(invitation: Invitation, session: Session) -> Letter:
    person, roundtable = invitation.person, invitation.roundtable
    words = {"text": "Wir fangen an.", "attribution": "R. Brandt, Vorsitz", "written_at": AT}
    quote = Quote(roundtable=roundtable, person=person, language=person.language, **words)
    return letters.quote_to_release(quote, TOKEN, at=AT)


def _report(invitation: Invitation, session: Session) -> Letter:
    roundtable, text = invitation.roundtable, "Ein Netzplan <bis Juni>"
    owed = Commitment(
        series=roundtable.series, roundtable=roundtable, text=text, person=invitation.person, due_on=AT.date()
    )
    return letters.report_due(owed, TOKEN, at=AT)


def _voter(invitation: Invitation, session: Session) -> PollVoter:
    poll = a_poll(session, invitation.roundtable.series)
    return PollVoter(poll=poll, person=invitation.person)


def _poll_closed(invitation: Invitation, session: Session) -> Letter:
    voter = _voter(invitation, session)
    return poll_letters.poll_closed(voter, chosen=voter.poll.dates[0], at=AT)


def _member(invitation: Invitation, session: Session) -> OfficeMember:
    office = invitation.person.office
    account = an_account(session, office, language=invitation.person.language)
    return session.scalars(select(OfficeMember).where(OfficeMember.account_id == account.id)).one()


def _news(invitation: Invitation, session: Session) -> Letter:
    return digest_letters.answer_news(invitation.record("accepted", at=AT), to=_member(invitation, session), at=AT)


def _digest(invitation: Invitation, session: Session) -> Letter:
    news = [News(invitation.roundtable, [invitation.record("accepted", at=AT)])]
    return digest_letters.digest(news, to=_member(invitation, session), at=AT)


def _sign_up(invitation: Invitation, session: Session, **values: Any) -> SignUp:
    return a_sign_up(session, invitation.roundtable, language=invitation.person.language, **values)


def _turned_away(invitation: Invitation, session: Session) -> SignUp:
    return _sign_up(invitation, session, confirmed_at=AT, turned_away_at=AT, turned_away_words="Im Herbst gern!")


# The kind, how it is written, and a word of its subject in German and in English.
LETTERS: dict[str, tuple[Callable[[Invitation, Session], Letter], str, str]] = {
    "save_the_date": (lambda it, _: letters.save_the_date(it, TOKEN, at=AT), "Tag frei", "keep the day free"),
    "invitation": (lambda it, _: letters.invitation(it, TOKEN, at=AT), "Einladung", "Invitation"),
    "reminder": (lambda it, _: letters.reminder(it, TOKEN, at=AT), "Kommen Sie?", "Will you come?"),
    "delegate_invitation": (_delegate, "Vertretung", "delegate"),
    "companion_invitation": (_companion, "Sie kommen mit", "You come along"),
    "answer_received": (lambda it, session: _accepted(it, session, None), "bestätigt", "confirmed"),
    "answer_received, waiting": (lambda it, session: _accepted(it, session, 3), "Warteliste", "waiting list"),
    "answer_received, declined": (_declined, "Absage", "cannot come"),
    "delegate_declined": (_delegate_declined, "Vertretung kann nicht kommen", "delegate cannot come"),
    "seat_free": (
        lambda it, _: letters.seat_free(it, TOKEN, at=AT),
        "frei geworden",
        "become free",
    ),
    "new_date": (
        lambda it, _: letters.new_date(it, TOKEN, because=worded("Streik"), at=AT),
        "Neuer Termin",
        "New date",
    ),
    "changed": (_changed, "Geändert", "Changed"),
    "uninvited": (lambda it, _: letters.uninvited(it, at=AT), "zurückgezogen", "withdrawn"),
    "uninvited, delegate": (_uninvited_delegate, "Vertretung ist beendet", "delegation has ended"),
    "uninvited, companion": (_uninvited_companion, "abgemeldet", "signed off"),
    "cancelled": (_cancelled, "Abgesagt", "Cancelled"),
    "quote_to_release": (_quote, "Zitat", "quote"),
    "report_due": (_report, "Vereinbarung", "commitment"),
    "confirm_address": (
        lambda it, session: sign_up_letters.confirm_address(_sign_up(it, session), TOKEN, at=AT),
        "Bitte bestätigen",
        "Please confirm",
    ),
    "confirm_address, known": (
        lambda it, session: sign_up_letters.confirm_address(_sign_up(it, session, confirmed_at=AT), TOKEN, at=AT),
        "bereits vor",
        "already",
    ),
    "confirm_address, invited": (
        lambda it, _: sign_up_letters.already_invited(it, TOKEN, at=AT),
        "bereits eingeladen",
        "invited already",
    ),
    "sign_up_received": (
        lambda it, session: sign_up_letters.sign_up_received(_sign_up(it, session), TOKEN, at=AT),
        "eingegangen",
        "has arrived",
    ),
    "turned_away": (
        lambda it, session: sign_up_letters.turned_away(_turned_away(it, session), at=AT),
        "kein Platz",
        "No seat",
    ),
    "poll": (lambda it, session: poll_letters.poll(_voter(it, session), TOKEN, at=AT), "Welcher Tag", "Which day"),
    "poll_reminder": (
        lambda it, session: poll_letters.poll_reminder(_voter(it, session), TOKEN, at=AT),
        "Erinnerung",
        "Reminder",
    ),
    "poll_closed": (_poll_closed, "Der Termin", "The date"),
    "answer_news": (_news, "Antwort von", "Answer from"),
    "digest": (_digest, "neue Antwort", "new answer"),
}


TO_A_COLLEAGUE = dict.fromkeys(("answer_news", "digest"), "Good day ")
TO_A_STRANGER = dict.fromkeys(
    ("confirm_address", "confirm_address, known", "sign_up_received", "turned_away"), "Good day "
)
OF_A_POLL = ("poll", "poll_reminder", "poll_closed")
NOT_DEAR = TO_A_COLLEAGUE | TO_A_STRANGER
WITHOUT_LINK = ("poll_closed", "uninvited", "uninvited, delegate", "uninvited, companion")
