"""One function a letter. Each renders it complete, in the recipient's language; outbox.queue takes it from there."""

import re
from datetime import datetime
from email.headerregistry import Address
from typing import Any
from uuid import uuid4

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from roundtable.domain.commitments import Commitment
from roundtable.domain.invitations import Invitation
from roundtable.domain.offices import Office
from roundtable.domain.people import Person
from roundtable.domain.quotes import Quote
from roundtable.domain.refusals import Refused
from roundtable.domain.registrations import Registration
from roundtable.domain.roundtables import Roundtable
from roundtable.mail import message
from roundtable.mail.message import CannotBeWrittenTo
from roundtable.mail.outbox import Letter
from roundtable.settings import Settings

KINDS = (
    "invitation",
    "reminder",
    "delegate_invitation",
    "answer_received",
    "delegate_declined",
    "seat_free",
    "new_date",
    "cancelled",
    "quote_to_release",
    "report_due",
)


class NobodyToAsk(Refused):
    sentence = _l("This commitment names no person. Please say first who reports on it.")


def compose(
    kind: str,
    *,
    office: Office,
    person: Person,
    language: str,
    at: datetime,
    roundtable: Roundtable | None = None,
    send_after: datetime | None = None,
    **context: Any,
) -> Letter:
    """Render ``mail/<kind>.txt`` (the subject, a blank line, the text) and ``mail/<kind>.html``.

    Raises:
        CannotBeWrittenTo: the person's address, or the office's own, is none.
    """
    settings: Settings = current_app.config["ROUNDTABLE"]
    words = {"office": office, "person": person, "roundtable": roundtable, "lang": language, "at": at, **context}
    with force_locale(language):
        subject, _, text = _rendered(f"mail/{kind}.txt", words).partition("\n\n")
        html = _rendered(f"mail/{kind}.html", {**words, "subject": subject})
    office_name = office.name.in_(language)
    sender = message.address(office_name, office.sender_email)
    recipient = _recipient(person)
    message_id = f"<{uuid4()}@{settings.host}>"
    content = message.write(
        sender=sender,
        reply_to=message.address(office_name, office.reply_email),
        recipient=recipient,
        subject=subject,
        text=_tidy(text),
        html=html,
        language=language,
        at=at,
        message_id=message_id,
        thread_id=_thread_id(roundtable, settings.host) if roundtable else None,
    )
    return Letter(
        office=office,
        roundtable=roundtable,
        person=person,
        kind=kind,
        message_id=message_id,
        sender=sender.addr_spec,
        recipient=recipient.addr_spec,
        subject=message.one_line(subject),
        message=content,
        queued_at=at,
        send_after=send_after or at,
        state="waiting",
        state_since=at,
    )


def _recipient(person: Person) -> Address:
    try:
        return message.address(person.name, person.email)
    except CannotBeWrittenTo:
        # Among sixty letters only the name helps.
        words = _(
            "The e-mail address of %(name)s cannot be written to: “%(email)s”. Please correct it in the address book.",
            name=person.name,
            email=message.one_line(person.email),
        )
        raise CannotBeWrittenTo(words) from None


def _rendered(template: str, words: dict[str, Any]) -> str:
    # Not render_template: its context processors ask for a request, and a worker has none.
    return current_app.jinja_env.get_template(template).render(words).strip()


def _tidy(text: str) -> str:
    # "-- " with its blank begins a signature (RFC 3676 4.3).
    lines = "\n".join(line if line == "-- " else line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def _thread_id(roundtable: Roundtable, host: str) -> str:
    uid = roundtable.calendar_uid
    return f"<{uid}>" if "@" in uid else f"<{uid}@{host}>"


def _link(endpoint: str, **values: Any) -> str:
    """An absolute address, also where there is no request."""
    settings: Settings = current_app.config["ROUNDTABLE"]
    return settings.origin + current_app.url_map.bind(settings.host).build(endpoint, values)


def _about_invitation(kind: str, invitation: Invitation, token: str | None, *, at: datetime, **context: Any) -> Letter:
    roundtable, person = invitation.roundtable, invitation.person
    if token is not None:
        context["link"] = _link("guest.invitation.show", lang=person.language, token=token)
    return compose(
        kind,
        office=roundtable.series.office,
        person=person,
        language=person.language,
        at=at,
        roundtable=roundtable,
        invitation=invitation,
        **context,
    )


def invitation(invitation: Invitation, token: str, *, at: datetime, send_after: datetime | None = None) -> Letter:
    return _about_invitation("invitation", invitation, token, at=at, send_after=send_after)


def reminder(invitation: Invitation, token: str, *, at: datetime) -> Letter:
    """To somebody who was invited and has not answered."""
    return _about_invitation("reminder", invitation, token, at=at)


def delegate_invitation(
    invitation: Invitation, token: str, *, at: datetime, send_after: datetime | None = None
) -> Letter:
    """To the delegate, naming who sends them."""
    return _about_invitation("delegate_invitation", invitation, token, at=at, send_after=send_after)


def delegate_declined(invitation: Invitation, token: str, *, delegate: Person, at: datetime) -> Letter:
    """To the head, whose delegate does not come: they may answer again."""
    return _about_invitation("delegate_declined", invitation, token, at=at, delegate=delegate)


def answer_received(
    invitation: Invitation, token: str, *, registration: Registration | None, place: int | None, at: datetime
) -> Letter:
    """``registration`` None: declined. ``place`` on the waiting list, counted from 1."""
    context = {"registration": registration, "place": place}
    return _about_invitation("answer_received", invitation, token, at=at, **context)


def seat_free(registration: Registration, token: str, *, at: datetime) -> Letter:
    """To somebody who moved up from the waiting list."""
    return _about_invitation("seat_free", registration.invitation, token, at=at)


def new_date(invitation: Invitation, token: str, *, because: str, at: datetime) -> Letter:
    return _about_invitation("new_date", invitation, token, at=at, because=because)


def cancelled(invitation: Invitation, *, at: datetime) -> Letter:
    roundtable, lang = invitation.roundtable, invitation.person.language
    link = None
    series = roundtable.series
    if roundtable.is_public(at) and series.public_since is not None and series.public_since <= at:
        link = _link("public.roundtables.show", lang=lang, slug=series.slug, number=roundtable.number)
    return _about_invitation("cancelled", invitation, None, at=at, link=link)


def quote_to_release(quote: Quote, token: str, *, at: datetime) -> Letter:
    lang = quote.person.language
    return compose(
        "quote_to_release",
        office=quote.roundtable.series.office,
        person=quote.person,
        language=lang,
        at=at,
        roundtable=quote.roundtable,
        quote=quote,
        link=_link("guest.quote.show", lang=lang, token=token),
    )


def report_due(commitment: Commitment, token: str, *, at: datetime, to: Person | None = None) -> Letter:
    """``to``: who answers for the organisation where no person is named. Raises NobodyToAsk."""
    person = to or commitment.person
    if person is None:
        raise NobodyToAsk
    return compose(
        "report_due",
        office=commitment.series.office,
        person=person,
        language=person.language,
        at=at,
        roundtable=commitment.roundtable,
        commitment=commitment,
        link=_link("guest.commitments.show", lang=person.language, token=token),
    )
