"""Writing minutes at the desk: attendance, notes, decisions, commitments, approval."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.guests.registrations import register
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Attendance, Decision, Note
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from tests import factories
from tests.pages import PageClient


@pytest.fixture
def roundtable(session: Session, at: datetime) -> Roundtable:
    return factories.a_roundtable(session, starts_at=at - timedelta(hours=2))


@pytest.fixture
def item(session: Session, roundtable: Roundtable) -> AgendaItem:
    return factories.an_agenda_item(session, roundtable)


@pytest.fixture
def desk(client: PageClient, session: Session, roundtable: Roundtable) -> PageClient:
    """Signed in as an organiser of the roundtable's office."""
    client.sign_in(factories.an_account(session, roundtable.series.office, "organiser"))
    return client


def guests(session: Session, roundtable: Roundtable, number: int) -> None:
    office = roundtable.series.office
    for _ in range(number):
        organisation = factories.an_organisation(session, office)
        person = factories.a_person(session, office, organisation=organisation)
        factories.an_invitation(session, roundtable, person)


def note_url(client: PageClient, item: AgendaItem) -> str:
    return client.url("desk.minutes.save_note", roundtable_id=item.roundtable_id, item_id=item.id)


def test_recording_attendance(desk: PageClient, session: Session, roundtable: Roundtable, at: datetime) -> None:
    coming, silent = (factories.an_invitation(session, roundtable) for _ in range(2))
    coming.record("accepted", at=at)
    register(session, coming, at=at)
    desk.get(desk.url("desk.attendance.show", roundtable_id=roundtable.id))
    assert desk.one(f"input[name=person-{coming.person_id}][checked]")["value"] == "present"

    chosen: dict[str, Any] = {f"person-{silent.person_id}": "excused"}
    desk.submit(**chosen)

    recorded = {row.person_id: row.state for row in session.scalars(select(Attendance))}
    assert recorded == {coming.person_id: "present", silent.person_id: "excused"}
    desk.follow()


def test_a_refused_attendance_keeps_what_was_chosen(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    invitation = factories.an_invitation(session, roundtable)
    roundtable.starts_at, roundtable.ends_at = at + timedelta(days=1), at + timedelta(days=1, hours=1)
    desk.get(desk.url("desk.attendance.show", roundtable_id=roundtable.id, lang="en"))

    chosen: dict[str, Any] = {f"person-{invitation.person_id}": "excused"}
    desk.submit(expect=422, **chosen)

    assert "from the day of the roundtable on" in desk.text()
    assert desk.one(f"input[name=person-{invitation.person_id}][checked]")["value"] == "excused"


def test_adding_somebody_who_came_instead(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    head = factories.an_invitation(session, roundtable).person
    somebody = factories.a_person(session, roundtable.series.office)
    desk.get(desk.url("desk.attendance.show", roundtable_id=roundtable.id))

    desk.submit(press="button[formaction$=more]", person=str(somebody.id), instead_of=str(head.id))
    desk.follow()

    assert desk.one(f"input[name=person-{head.id}][checked]")["value"] == "represented"
    desk.submit(press="button[formaction$=remove]")
    desk.follow()
    assert desk.one(f"input[name=person-{head.id}][checked]")["value"] == "excused"


def test_a_note_is_saved_by_button(desk: PageClient, session: Session, item: AgendaItem) -> None:
    desk.get(desk.url("desk.minutes.show", roundtable_id=item.roundtable_id))
    desk.submit("form[data-note]", text="Die Netze wachsen.")
    assert session.scalar(select(Note.text)) == "Die Netze wachsen."
    desk.follow()
    assert desk.one("form[data-note] textarea").get_text().strip() == "Die Netze wachsen."


def test_a_note_is_saved_as_one_types(desk: PageClient, item: AgendaItem) -> None:
    wants = {"Accept": "application/json"}
    desk.post(note_url(desk, item), {"text": "Die", "version": "0"}, expect=200, headers=wants)
    assert desk.answer.get_json()["version"] == 1
    assert "10:00" in desk.answer.get_json()["said"]

    desk.post(note_url(desk, item), {"text": "Die Netze", "version": "1"}, expect=200, headers=wants)
    assert desk.answer.get_json()["version"] == 2

    desk.post(note_url(desk, item), {"text": "Meins", "version": "1"}, expect=409, headers=wants)
    assert desk.answer.get_json()["theirs"] == "Die Netze"
    assert desk.answer.get_json()["version"] == 2


def test_the_second_writer_sees_both_texts_and_may_insist(desk: PageClient, session: Session, item: AgendaItem) -> None:
    desk.get(desk.url("desk.minutes.show", roundtable_id=item.roundtable_id))
    desk.submit("form[data-note]", text="Von Alex.")
    desk.post(note_url(desk, item), {"text": "Von Kim.", "version": "0"}, expect=409)

    assert desk.text("[data-theirs]:not([hidden]) blockquote") == "Von Alex."
    assert desk.one("form[data-note] textarea").get_text().strip() == "Von Kim."
    desk.submit("form[data-note]")
    assert session.scalar(select(Note.text)) == "Von Kim."


def test_decisions_and_commitments_come_and_go(desk: PageClient, session: Session, item: AgendaItem) -> None:
    organisation = factories.an_organisation(session, item.roundtable.series.office, short_name="HKL")
    desk.get(desk.url("desk.minutes.show", roundtable_id=item.roundtable_id))
    desk.submit("form[action$=decisions]", text="Wir tagen zweimal im Jahr.", is_public="y")
    desk.follow()
    desk.submit("form[action$=commitments]", text="Netzplan vorlegen", who="hkl", due_on="2026-06-30")
    desk.follow()

    assert "Wir tagen zweimal im Jahr." in desk.text()
    assert session.scalars(select(Decision)).one().is_public
    commitment = session.scalars(select(Commitment)).one()
    assert (commitment.organisation, commitment.due_on) == (organisation, date(2026, 6, 30))

    desk.submit("form[action*='/decisions/'][action$=remove]")
    desk.follow()
    desk.submit("form[action*='/commitments/'][action$=remove]")
    assert session.scalar(select(Decision.id)) is None
    assert session.scalar(select(Commitment.id)) is None


def test_an_unknown_name_is_refused_at_the_field(desk: PageClient, session: Session, item: AgendaItem) -> None:
    desk.get(desk.url("desk.minutes.show", roundtable_id=item.roundtable_id))
    desk.submit("form[action$=commitments]", expect=422, text="Netzplan vorlegen", who="Niemand", due_on="")
    assert desk.one("[name=who][aria-invalid]")["value"] == "Niemand"
    assert session.scalar(select(Commitment.id)) is None


def test_a_public_commitment_names_nobody_without_a_basis(
    desk: PageClient, session: Session, roundtable: Roundtable, item: AgendaItem
) -> None:
    nobody = factories.a_person(session, roundtable.series.office, given_name="Kim", family_name="Quellmann")
    factories.an_invitation(session, roundtable, nobody)
    session.commit()
    desk.get(desk.url("desk.minutes.show", roundtable_id=roundtable.id))
    said: dict[str, Any] = {"text": "Frau Quellmann legt den Plan vor.", "due_on": ""}
    desk.submit("form[action$=commitments]", expect=422, is_public="y", **said)
    assert "Quellmann" in desk.text("main .kern-error")
    assert session.scalar(select(Commitment.id)) is None
    desk.submit("form[action$=commitments]", is_public=None, **said)
    assert not session.scalars(select(Commitment)).one().is_public


def test_the_first_two_items_show_what_came_before(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    before = factories.a_roundtable(session, roundtable.series, number=roundtable.number - 1)
    for kind in ("approval_of_minutes", "state_of_commitments"):
        factories.an_agenda_item(session, roundtable, kind=kind)
    owed, done, new = (
        Commitment(series=roundtable.series, roundtable=where, text=text)
        for where, text in ((before, "Noch offen"), (before, "Längst getan"), (roundtable, "Von heute"))
    )
    session.add_all([owed, done, new])
    done.report("done", "", at=at)

    desk.get(desk.url("desk.minutes.show", roundtable_id=roundtable.id))

    assert desk.one(f"a[href='{desk.url('desk.minutes.read', roundtable_id=before.id)}']")
    assert "Noch offen" in desk.text()
    assert "Längst getan" not in desk.text()
    assert "Von heute" not in desk.text()


def test_approving_turns_the_surface_into_a_page_to_read(
    desk: PageClient, session: Session, roundtable: Roundtable, item: AgendaItem
) -> None:
    factories.an_invitation(session, roundtable)
    show = desk.url("desk.minutes.show", roundtable_id=roundtable.id, lang="en")
    desk.get(show)
    desk.submit("form[action$=approve]")
    desk.follow()
    assert "attendance" in desk.text("[role=alert]")
    desk.get(desk.url("desk.attendance.show", roundtable_id=roundtable.id))
    desk.submit()
    desk.get(show)
    desk.submit("form[data-note]", text="Die Netze wachsen.")
    desk.follow()
    desk.submit("form[action$=approve]")
    desk.follow()

    assert "Die Netze wachsen." in desk.text()
    desk.get(show, expect=302)
    desk.post(
        note_url(desk, item), {"text": "Doch nicht", "version": "1"}, expect=403, headers={"Accept": "application/json"}
    )
    desk.get(desk.url("desk.attendance.show", roundtable_id=roundtable.id))
    assert not desk.page.select("main input[type=radio]")


def test_viewers_read_and_write_nothing(client: PageClient, session: Session, item: AgendaItem) -> None:
    client.sign_in(factories.an_account(session, item.roundtable.series.office, "viewer"))
    client.get(client.url("desk.minutes.show", roundtable_id=item.roundtable_id), expect=302)
    client.follow()
    client.post(note_url(client, item), {"text": "x", "version": "0"}, expect=403)
    assert session.scalar(select(Note.id)) is None


@pytest.mark.parametrize("endpoint", ["desk.attendance.show", "desk.minutes.show", "desk.minutes.read"])
def test_thirty_people_cost_no_more_queries_than_one(
    desk: PageClient, session: Session, roundtable: Roundtable, item: AgendaItem, endpoint: str
) -> None:
    guests(session, roundtable, 1)
    desk.get(desk.url(endpoint, roundtable_id=roundtable.id))
    with_one = len(desk.statements)
    guests(session, roundtable, 29)
    for _ in range(5):
        factories.an_agenda_item(session, roundtable, speaker=factories.a_person(session, roundtable.series.office))
    desk.get(desk.url(endpoint, roundtable_id=roundtable.id))
    assert len(desk.statements) <= with_one, desk.statements


def test_names_are_suggested_for_what_is_typed_and_never_guessed(
    desk: PageClient, session: Session, roundtable: Roundtable, item: AgendaItem
) -> None:
    office = roundtable.series.office
    water = factories.an_organisation(session, office, name="Wasserwerk, Kanal & Co", short_name="WKC")
    kims = [
        factories.a_person(session, office, given_name="Kim", family_name="Ölßner", organisation=water)
        for _ in range(2)
    ]
    for _ in range(60):
        factories.a_person(session, office)
    desk.get(desk.url("desk.minutes.show", roundtable_id=roundtable.id))
    assert len(desk.page.select("datalist option")) == 20
    names = desk.url("desk.minutes.names", roundtable_id=roundtable.id, q="olssner kim")
    desk.get(names)
    assert desk.answer.get_json() == [f"Kim Ölßner, WKC, {each.email}" for each in kims]
    form = desk.url("desk.minutes.add_commitment", roundtable_id=roundtable.id, item_id=item.id)
    desk.post(form, {"text": "Netzplan", "who": "Kim Ölßner, WKC"}, 422)
    # Without JavaScript those who may be meant can be chosen now.
    assert [each["value"] for each in desk.page.select("datalist option")] == [
        f"Kim Ölßner, WKC, {each.email}" for each in kims
    ]
    desk.post(form, {"text": "Netzplan", "who": f"kim ölßner, WKC, {kims[1].email}"})
    desk.post(form, {"text": "Kanalplan", "who": "Wasserwerk, Kanal & Co"})
    promised = select(Commitment.person_id, Commitment.organisation_id).order_by(Commitment.id)
    assert session.execute(promised).all() == [(kims[1].id, water.id), (None, water.id)]
