"""Letters to those who were not invited and registered by themselves. ``thread_id``: as in ``writing.write``."""

from datetime import datetime

from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters.composing import Addressee, compose, link_to
from roundtable.mail.outbox.outbox import Letter


def confirm_address(sign_up: SignUp, token: str, *, at: datetime, thread_id: str | None = None) -> Letter:
    """Of what a stranger typed it quotes the name alone: nobody shall send advertisements through us."""
    return compose(
        "confirm_address",
        office=sign_up.roundtable.series.office,
        to=Addressee.signed_up(sign_up),
        at=at,
        roundtable=sign_up.roundtable,
        thread_id=thread_id,
        is_reply=True,
        state=sign_up.state,
        link=_own_page(sign_up, token),
    )


def already_invited(invitation: Invitation, token: str, *, at: datetime) -> Letter:
    """In place of ``confirm_address``: they have a personal link, and here it is once more."""
    person = invitation.person
    return compose(
        "confirm_address",
        office=invitation.roundtable.series.office,
        to=Addressee.person(person),
        person=person,
        at=at,
        roundtable=invitation.roundtable,
        thread_id=invitation.thread_id,
        is_reply=True,
        state="invited",
        link=link_to("guest.invitation.show", lang=person.language, token=token),
    )


def sign_up_received(sign_up: SignUp, token: str, *, at: datetime, thread_id: str | None = None) -> Letter:
    """The address is confirmed, and the office decides."""
    return compose(
        "sign_up_received",
        office=sign_up.roundtable.series.office,
        to=Addressee.signed_up(sign_up),
        at=at,
        roundtable=sign_up.roundtable,
        thread_id=thread_id,
        is_reply=True,
        link=_own_page(sign_up, token),
    )


def turned_away(sign_up: SignUp, *, at: datetime, thread_id: str | None = None) -> Letter:
    """With the organiser's own words, where there are any."""
    return compose(
        "turned_away",
        office=sign_up.roundtable.series.office,
        to=Addressee.signed_up(sign_up),
        at=at,
        roundtable=sign_up.roundtable,
        thread_id=thread_id,
        is_reply=True,
        organisers_words=sign_up.turned_away_words,
        link=_public_page(sign_up.roundtable, sign_up.language, at),
    )


def _own_page(sign_up: SignUp, token: str) -> str:
    return link_to("guest.sign_up.show", lang=sign_up.language, token=token)


def _public_page(roundtable: Roundtable, lang: str, at: datetime) -> str:
    if not roundtable.is_shown(at):
        return link_to("public.home.show", lang=lang)
    return link_to("public.roundtables.show", lang=lang, slug=roundtable.series.slug, number=roundtable.number)
