"""For the day: who comes, as sheets for the reception; what they need, as numbers for the caterer and the house."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, get_template_attribute, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from roundtable import clock
from roundtable.db import db
from roundtable.documents import caterer as kitchen
from roundtable.documents import guests
from roundtable.documents.caterer import Group
from roundtable.documents.guests import Guest, Heading
from roundtable.domain.guests import needs
from roundtable.domain.guests.expected import by_alphabet, expected
from roundtable.domain.guests.registrations import Registration, seating_of
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.phrases import language, moment, when_exactly
from roundtable.web import downloads
from roundtable.web.desk.parts.rights import may, own_roundtable_or_404

routes = Blueprint("reception", __name__, url_prefix="/roundtables/<int:roundtable_id>/reception")


@routes.get("/")
def show(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    session = db.session()
    return render_template(
        "desk/reception/show.html",
        roundtable=roundtable,
        seating=seating_of(session, roundtable),
        numbers=needs.numbers(session, roundtable) if _knows_needs(roundtable) else None,
        stated=needs.needs_of(session, roundtable) if _knows_needs(roundtable) else [],
    )


def _knows_needs(roundtable: Roundtable) -> bool:
    """Health data: for those who arrange it, not for everybody at the desk."""
    return may("care", roundtable.series.office)


@routes.get("/guests.pdf")
def guest_list(roundtable_id: int) -> Response:
    """``order``: ``precedence`` or ``alphabet``; ``needs=yes``: with what each needs, for whoever may know."""
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    is_alphabet, with_needs = request.args.get("order") == "alphabet", _wants_needs(roundtable)
    seated = expected(db.session(), roundtable)
    people = _in_words(roundtable, by_alphabet(seated) if is_alphabet else seated, with_needs)
    pdf = guests.guest_list(_heading(roundtable), people, is_alphabet=is_alphabet, with_remarks=with_needs)
    name = _("Guest list by alphabet") if is_alphabet else _("Guest list by precedence")
    return downloads.made(pdf, downloads.PDF, name, *_named(roundtable))


@routes.get("/guests.xlsx")
def workbook(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    with_needs = _wants_needs(roundtable)
    seated = expected(db.session(), roundtable)
    content = guests.guest_workbook(
        _heading(roundtable),
        _in_words(roundtable, seated, with_needs),
        _in_words(roundtable, by_alphabet(seated), with_needs),
        with_remarks=with_needs,
    )
    return downloads.made(content, downloads.XLSX, _("Guest list"), *_named(roundtable))


@routes.get("/plates.pdf")
def plates(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    people = _in_words(roundtable, expected(db.session(), roundtable))
    pdf = guests.name_plates(_heading(roundtable), people)
    return downloads.made(pdf, downloads.PDF, _("Name plates"), *_named(roundtable))


@routes.get("/badges.pdf")
def badges(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    pdf = guests.badges(_heading(roundtable), _in_words(roundtable, expected(db.session(), roundtable)))
    return downloads.made(pdf, downloads.PDF, _("Badges"), *_named(roundtable))


@routes.get("/caterer.pdf")
def caterer(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "care")
    pdf = kitchen.caterer_sheet(_heading(roundtable), *_needed(roundtable))
    return downloads.made(pdf, downloads.PDF, _("For the caterer"), *_named(roundtable))


@routes.get("/caterer.xlsx")
def caterer_workbook(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "care")
    content = kitchen.caterer_workbook(_heading(roundtable), *_needed(roundtable))
    return downloads.made(content, downloads.XLSX, _("For the caterer"), *_named(roundtable))


def _needed(roundtable: Roundtable) -> tuple[str, list[Group]]:
    """How many have a seat, and the page's numbers in the page's words; what nobody needs is left out."""
    said = needs.numbers(db.session(), roundtable)
    diet, access, interpretation = (
        get_template_attribute("components/needs.html", f"{each}_word") for each in ("diet", "access", "interpretation")
    )

    def lines(word: Callable[[str], Markup], numbers: dict[str, int]) -> list[tuple[str, int]]:
        return [(word(key).unescape().strip(), number) for key, number in numbers.items()]

    groups = [
        Group(_("Food"), lines(diet, said.diets), said.diet_notes),
        Group(_("Access"), lines(access, said.access), said.access_notes),
        Group(_("Interpretation"), lines(interpretation, said.interpretation), []),
    ]
    seats = ngettext("One person has a seat.", "%(num)d people have a seat.", said.people)
    return seats, [each for each in groups if each.lines or each.notes]


def _wants_needs(roundtable: Roundtable) -> bool:
    return request.args.get("needs") == "yes" and _knows_needs(roundtable)


def _named(roundtable: Roundtable) -> tuple[str, str, str]:
    return roundtable.series.name.in_(language()), str(roundtable.number), roundtable.day.isoformat()


def _heading(roundtable: Roundtable) -> Heading:
    series, lang = roundtable.series, language()
    return Heading(
        office=series.office.name.in_(lang),
        series=series.name.in_(lang),
        roundtable=_("Roundtable %(number)s", number=roundtable.number),
        when=when_exactly(roundtable),
        made=_("As of %(moment)s", moment=moment(clock.now(), series.zone)),
        language=lang,
    )


def _in_words(roundtable: Roundtable, seated: Sequence[Registration], with_needs: bool = False) -> list[Guest]:
    stated = {each.invitation_id: each for each in needs.needs_of(db.session(), roundtable)} if with_needs else {}
    on_site = get_template_attribute("components/needs.html", "on_site_in_words")
    return [
        Guest(
            title=each.person.title,
            given_name=each.person.given_name,
            family_name=each.person.family_name,
            function=each.person.function.in_(language()),
            organisation=_organisation(each),
            comes=_comes(each),
            # A macro speaks HTML; paper does not.
            remark=" ".join(on_site(stated[each.invitation_id]).unescape().split())
            if each.invitation_id in stated
            else "",
        )
        for each in seated
    ]


def _organisation(registration: Registration) -> str:
    """Whose seat it is, else where the person comes from."""
    organisation = registration.organisation or registration.person.organisation
    return organisation.label if organisation is not None else ""


def _comes(registration: Registration) -> str:
    if registration.instead_of is not None:
        return str(_("for %(name)s", name=registration.instead_of.name))
    brought_by = registration.invitation.brought_by
    return str(_("with %(name)s", name=brought_by.person.name)) if brought_by is not None else ""
