"""The list of who answered what, for spreadsheet programs."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import get_template_attribute
from flask_babel import gettext as _

from roundtable.documents.tables import Table
from roundtable.domain.guests.invitations import Invitation
from roundtable.phrases import language, moment
from roundtable.web.desk.guests.answers import Row


def table(
    rows: Sequence[Row], places: Mapping[int, int], zone: ZoneInfo, *, with_addresses: bool, with_notes: bool
) -> Table:
    """A line a person; the words are those of the page. What its reader may not know is an empty column."""
    heads = [
        _("Title"),
        _("Given name"),
        _("Family name"),
        _("Function"),
        _("Organisation"),
        _("E-mail address"),
        _("Answer"),
        _("Place on the waiting list"),
        _("When"),
        _("How"),
        _("Note"),
        _("For or with whom"),
        _("Written to on"),
    ]
    known = {"with_addresses": with_addresses, "with_notes": with_notes}
    return Table(_("Answers"), heads, [_cells(row, places, zone, **known) for row in rows])


def _cells(row: Row, places: Mapping[int, int], zone: ZoneInfo, *, with_addresses: bool, with_notes: bool) -> list[str]:
    invitation, person, answer = row.invitation, row.invitation.person, row.invitation.answer
    return [
        person.title,
        person.given_name,
        person.family_name,
        person.function.in_(language()),
        person.organisation.label if person.organisation is not None else "",
        person.email if with_addresses else "",
        _words("standing_word", row.standing),
        str(places.get(invitation.id, "")),
        moment(answer.answered_at, zone) if answer is not None else "",
        _words("way", answer) if answer is not None else "",
        answer.note if answer is not None and with_notes else "",
        _company(invitation),
        moment(invitation.sent_at, zone) if invitation.sent_at is not None else "",
    ]


def _words(macro: str, about: Any) -> str:
    """What the page says about it, without its markup."""
    return " ".join(get_template_attribute("components/answers.html", macro)(about).unescape().split())


def _company(invitation: Invitation) -> str:
    if invitation.delegated_by is not None:
        return str(_("for %(name)s", name=invitation.delegated_by.person.name))
    if invitation.brought_by is not None:
        return str(_("with %(name)s", name=invitation.brought_by.person.name))
    if invitation.delegate is not None:
        return str(_("represented by %(name)s", name=invitation.delegate.person.name))
    return ""
