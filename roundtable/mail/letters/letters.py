"""One function a letter. Each renders it complete, in the recipient's language; outbox.queue takes it from there.

``personal``: as in ``compose``, for letters that go out as a mailing.
"""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from roundtable.db import Bilingual
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.letter_kinds import KINDS, LetterKind
from roundtable.domain.people.people import Person
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.editions import Edition
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters import calendar_parts
from roundtable.mail.letters.composing import Addressee, compose, link_to
from roundtable.mail.outbox.outbox import Letter


class NobodyToAsk(Refused):
    sentence = _l("This commitment names no person. Please say first who reports on it.")


def _about_invitation(
    kind: LetterKind,
    invitation: Invitation,
    token: str | None,
    *,
    at: datetime,
    for_assistant: bool = False,
    **context: Any,
) -> Letter:
    """``context``: what the template needs, and ``compose`` takes by name, such as ``send_after`` and ``personal``."""
    roundtable, person = invitation.roundtable, invitation.person
    if token is not None:
        context["link"] = link_to("guest.invitation.show", lang=person.language, token=token)
    calendar = calendar_parts.part_of(
        kind,
        invitation,
        language=person.language,
        url=_public_page(roundtable, person.language, at),
        at=at,
        reads_replies=current_app.config["ROUNDTABLE"].reads_replies,
        for_assistant=for_assistant,
    )
    return compose(
        kind,
        office=roundtable.series.office,
        to=Addressee.assistant(person) if for_assistant else Addressee.person(person),
        person=person,
        at=at,
        roundtable=roundtable,
        invitation=invitation,
        calendar=calendar,
        # It takes place, and the entry of this one person goes.
        takes_back=calendar is not None and calendar.method == "CANCEL" and not roundtable.is_cancelled,
        thread_id=invitation.thread_id,
        is_reply=not for_assistant,
        alike=_alike(kind, invitation, for_assistant),
        **context,
    )


def _public_page(roundtable: Roundtable, lang: str, at: datetime) -> str | None:
    """None while the public does not see it."""
    if not roundtable.is_shown(at):
        return None
    return link_to("public.roundtables.show", lang=lang, slug=roundtable.series.slug, number=roundtable.number)


def _alike(kind: LetterKind, invitation: Invitation, for_assistant: bool) -> object:
    """Letters to whole circles say the same to all but the host; an assistant's names the person."""
    if not KINDS[kind].is_alike or for_assistant:
        return None
    return (invitation.roundtable.id, invitation.person is invitation.roundtable.series.host)


def invitation(invitation: Invitation, token: str, **said: Any) -> Letter:
    return _about_invitation("invitation", invitation, token, **said)


def save_the_date(invitation: Invitation, token: str, *, at: datetime, **said: Any) -> Letter:
    """Before the invitation: which day to keep free. Nothing is asked yet."""
    page = _public_page(invitation.roundtable, invitation.person.language, at)
    return _about_invitation("save_the_date", invitation, token, at=at, page=page, **said)


def reminder(invitation: Invitation, token: str, **said: Any) -> Letter:
    """To somebody who was invited and has not answered."""
    return _about_invitation("reminder", invitation, token, **said)


def delegate_invitation(invitation: Invitation, token: str, **said: Any) -> Letter:
    """To the delegate, naming who sends them."""
    return _about_invitation("delegate_invitation", invitation, token, **said)


def companion_invitation(invitation: Invitation, token: str, **said: Any) -> Letter:
    """To somebody who comes along, naming with whom."""
    return _about_invitation("companion_invitation", invitation, token, **said)


def seat_free(invitation: Invitation, token: str, **said: Any) -> Letter:
    """To somebody who moved up from the waiting list."""
    return _about_invitation("seat_free", invitation, token, **said)


def delegate_declined(
    invitation: Invitation, token: str, *, delegate: Invitation, at: datetime, for_assistant: bool = False
) -> Letter:
    """To the head, whose delegate does not come: they may answer again."""
    return _about_invitation(
        "delegate_declined", invitation, token, at=at, for_assistant=for_assistant, delegate=delegate
    )


def answer_received(
    invitation: Invitation,
    token: str,
    *,
    registration: Registration | None,
    place: int | None,
    at: datetime,
    for_assistant: bool = False,
) -> Letter:
    """``registration`` None: declined. ``place`` on the waiting list, counted from 1."""
    context: dict[str, Any] = {"registration": registration, "place": place}
    return _about_invitation("answer_received", invitation, token, at=at, for_assistant=for_assistant, **context)


def new_date(
    invitation: Invitation,
    token: str,
    *,
    because: Bilingual,
    before: Edition | None = None,
    registration: Registration | None = None,
    place: int | None = None,
    at: datetime,
    for_assistant: bool = False,
) -> Letter:
    """``because``: what is given in one language is read in the other too. ``before``: the roundtable as they knew it.

    ``registration``: theirs or their delegate's, with its ``place`` in line, counted from 1, where it waits.
    """
    context: dict[str, Any] = {"because": because.in_(invitation.person.language), "before": before}
    context |= {"registration": registration, "place": place}
    return _about_invitation("new_date", invitation, token, at=at, for_assistant=for_assistant, **context)


def changed(
    invitation: Invitation,
    token: str,
    *,
    before: Edition,
    words: Bilingual,
    registration: Registration | None = None,
    place: int | None = None,
    at: datetime,
    for_assistant: bool = False,
) -> Letter:
    """What is different from the roundtable as they knew it; ``words`` of the organiser may be empty.

    ``registration`` and ``place``: as in ``new_date``.
    """
    context: dict[str, Any] = {"before": before, "organisers_words": words.in_(invitation.person.language)}
    context |= {"registration": registration, "place": place}
    return _about_invitation("changed", invitation, token, at=at, for_assistant=for_assistant, **context)


def uninvited(invitation: Invitation, *, at: datetime, for_assistant: bool = False) -> Letter:
    """To somebody who was asked to come and is not any more: by the office, or by whoever named them."""
    return _about_invitation("uninvited", invitation, None, at=at, for_assistant=for_assistant)


def cancelled(invitation: Invitation, token: str, *, at: datetime, for_assistant: bool = False) -> Letter:
    """Links to the public page, or to the personal one where there is none."""
    lang = invitation.person.language
    link = _public_page(invitation.roundtable, lang, at) or link_to("guest.invitation.show", lang=lang, token=token)
    return _about_invitation("cancelled", invitation, None, at=at, link=link, for_assistant=for_assistant)


def quote_to_release(quote: Quote, token: str, *, at: datetime, thread_id: str | None = None) -> Letter:
    """``thread_id``: as in ``writing.write``."""
    return compose(
        "quote_to_release",
        office=quote.roundtable.series.office,
        to=Addressee.person(quote.person),
        person=quote.person,
        at=at,
        roundtable=quote.roundtable,
        quote=quote,
        thread_id=thread_id,
        is_reply=True,
        link=link_to("guest.quote.show", lang=quote.person.language, token=token),
    )


def report_due(
    commitment: Commitment, token: str, *, at: datetime, to: Person | None = None, thread_id: str | None = None
) -> Letter:
    """``to``: who answers for the organisation where no person is named. ``thread_id``: as in ``writing.write``.

    Raises NobodyToAsk.
    """
    person = to or commitment.person
    if person is None:
        raise NobodyToAsk
    return compose(
        "report_due",
        office=commitment.series.office,
        to=Addressee.person(person),
        person=person,
        at=at,
        roundtable=commitment.roundtable,
        commitment=commitment,
        thread_id=thread_id,
        is_reply=True,
        link=link_to("guest.commitments.show", lang=person.language, token=token),
    )
