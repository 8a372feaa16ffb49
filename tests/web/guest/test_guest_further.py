"""Around an answer: who comes along, what is needed, being named, and answering for somebody."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.guests import accompanying, answering, consenting, inviting
from roundtable.actions.guests.named_guests import TooManyNamed
from roundtable.domain.guests import needs
from roundtable.domain.guests.consents import Consent
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.guests.needs import Needs
from roundtable.domain.guests.registrations import Registration
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_person, a_roundtable, a_series, a_token, an_invitation, an_office, an_organisation
from tests.pages import PageClient

COMPANION: dict[str, Any] = dict(
    given_name="Noa", family_name="Lenz", function="Beraterin", email="noa+tisch@organisation.example"
)


@pytest.fixture
def invitation(session: Session) -> Invitation:
    office = an_office(session)
    roundtable = a_roundtable(session, a_series(session, office), companions=1, seats=2)
    return an_invitation(session, roundtable, a_person(session, office, organisation=an_organisation(session, office)))


def _url(
    client: PageClient, session: Session, invitation: Invitation, page: str = "invitation.show", **link: bool
) -> str:
    return client.url(f"guest.{page}", token=a_token(session, invitation=invitation, **link))


def test_a_companion_is_named_after_a_yes_and_has_an_own_page(
    client: PageClient, session: Session, invitation: Invitation
) -> None:
    url = _url(client, session, invitation, "companions.show")
    client.get(url)
    client.submit("main form", 422, **COMPANION)
    assert "Bitte sagen Sie zuerst, ob Sie kommen" in client.text()
    assert client.one("#family_name")["value"] == "Lenz"
    answering.accept(session, invitation, at=AT)
    client.get(url)
    client.submit("main form", **COMPANION)
    client.follow()
    assert "Noa Lenz hat einen Platz" in client.text()
    assert not client.page.select("#family_name"), "nobody more may be brought"
    (companion,) = session.scalars(select(Invitation).where(Invitation.brought_by_id == invitation.id))
    (letter,) = session.scalars(select(Letter).where(Letter.kind == "companion_invitation"))
    assert letter.recipient == COMPANION["email"]
    client.get(_url(client, session, companion))
    words = client.text()
    assert f"Sie kommen mit {invitation.person.name}" in words
    assert "Vertretung" not in words
    client.get(url)
    client.submit(f"#leave-{companion.id} form")
    session.expire_all()
    assert companion.revoked_at is not None
    client.get(_url(client, session, companion), 404)


def test_an_organisation_fills_its_seats_and_no_more(session: Session, invitation: Invitation) -> None:
    invitation.seats, invitation.roundtable.companions, invitation.roundtable.seats_per_organisation = 2, 0, 1
    answering.accept(session, invitation, at=AT)
    accompanying.bring(session, invitation, at=AT, **COMPANION)
    with pytest.raises(accompanying.NobodyMoreToBring):
        accompanying.bring(session, invitation, at=AT, **{**COMPANION, "email": "drei@organisation.example"})
    answering.decline(session, invitation, at=AT)
    (left,) = session.scalars(select(Registration).where(Registration.withdrawn_at.is_(None)))
    assert left.person.family_name == "Lenz", "the organisation keeps its other seat"


def test_companions_stay_at_home_with_whom_they_came(session: Session, invitation: Invitation) -> None:
    answering.accept(session, invitation, at=AT)
    accompanying.bring(session, invitation, at=AT, **COMPANION)
    waiting = an_invitation(session, invitation.roundtable)
    assert answering.accept(session, waiting, at=AT).state == "waiting"
    answering.decline(session, invitation, at=AT)
    live = session.scalars(select(Registration).where(Registration.withdrawn_at.is_(None))).all()
    assert [(each.person_id, each.state) for each in live] == [(waiting.person_id, "confirmed")]


def test_a_guest_sees_of_a_known_person_only_what_they_typed(
    client: PageClient, session: Session, invitation: Invitation
) -> None:
    known = a_person(session, invitation.person.office, given_name="Geheim", family_name="Agent")
    url = _url(client, session, invitation, "invitation.delegate_form")
    client.get(url)
    client.submit("main form", **{**COMPANION, "email": known.email.upper()})
    client.follow()
    assert "Noa Lenz" in client.text()
    assert "Agent" not in client.text()
    (letter,) = session.scalars(select(Letter).where(Letter.kind == "answer_received"))
    assert "Agent" not in outbox.read(letter).text


def test_ten_people_a_day_and_no_more(session: Session, invitation: Invitation) -> None:
    answering.accept(session, invitation, at=AT)
    for number in range(10):
        answering.delegate(session, invitation, at=AT, **{**COMPANION, "email": f"n{number}@organisation.example"})
    with pytest.raises(TooManyNamed):
        answering.delegate(session, invitation, at=AT, **COMPANION)
    answering.delegate(session, invitation, at=AT + timedelta(days=2), **COMPANION)


def test_needs_are_kept_changed_and_taken_back(client: PageClient, session: Session, invitation: Invitation) -> None:
    answering.accept(session, invitation, at=AT)
    url = _url(client, session, invitation, "needs.show")
    client.get(url)
    client.submit("main form", access=["wheelchair", "guide_dog"], diet="vegan", diet_note="keine Nüsse")
    client.follow()
    assert "vegan · keine Nüsse · Rollstuhlplatz · kommt mit Assistenzhund" in client.text()
    counted = needs.numbers(session, invitation.roundtable)
    assert (counted.people, counted.diets, counted.access) == (
        1,
        {"": 0, "vegan": 1},
        {"wheelchair": 1, "guide_dog": 1},
    )
    client.get(url)
    client.submit("main form", access=[], diet="", diet_note="")
    assert session.scalar(select(func.count()).select_from(Needs)) == 0


def test_consents_are_word_for_word_and_can_be_withdrawn(
    client: PageClient, session: Session, invitation: Invitation
) -> None:
    url = _url(client, session, invitation, "consents.show")
    client.get(url)
    assert not client.page.select("input[checked]")
    sentence = client.text("label[for=named]")
    client.submit("main form", named="y")
    (consent,) = session.scalars(select(Consent))
    assert (consent.kind, consent.words, consent.withdrawn_at) == ("named", sentence, None)
    assert invitation.person.naming_basis == "agreed"
    client.get(url)
    client.submit("main form", named=[], photographed="y")
    session.expire_all()
    assert invitation.person.naming_basis is None
    assert {each.kind: each.withdrawn_at is None for each in session.scalars(select(Consent))} == {
        "named": False,
        "photographed": True,
    }


def test_nobody_agrees_for_somebody_else(client: PageClient, session: Session, invitation: Invitation) -> None:
    """Neither by a name in the address nor by the assistant's own link; but they can take back what was agreed to."""
    invitation.person.assistant_email = "buero@organisation.example"
    by_address = _url(client, session, invitation, "consents.show") + "?given_by=Kim"
    by_link = _url(client, session, invitation, "consents.show", is_for_assistant=True)
    for url in (by_address, by_link):
        client.get(url)
        assert not client.page.select("main input[type=checkbox], main form button")
        client.post(url, {"named": "y"}, expect=422)
        assert "Nur die eingeladene Person kann" in client.text()
    session.expire_all()
    assert (invitation.person.naming_basis, list(session.scalars(select(Consent)))) == (None, [])
    consenting.agree(session, invitation, "named", words="…", at=AT)
    session.commit()
    client.get(by_link)
    client.submit("main form", named=[])
    session.expire_all()
    assert invitation.person.naming_basis is None


def test_an_office_holder_stays_one(session: Session, invitation: Invitation) -> None:
    invitation.person.naming_basis = "office_holder"
    consenting.agree(session, invitation, "named", words="…", at=AT)
    consenting.withdraw(session, invitation, "named", at=AT)
    assert invitation.person.naming_basis == "office_holder"


def test_the_assistant_gets_a_letter_and_the_record_says_who_answered(
    client: PageClient, session: Session, invitation: Invitation
) -> None:
    invitation.person.assistant_email = "buero@organisation.example"
    invitation.sent_at = None
    inviting.send(session, invitation.roundtable, [invitation], at=AT)
    session.flush()
    to = session.scalars(select(Letter).where(Letter.kind == "invitation").order_by(Letter.id)).all()
    assert [each.recipient for each in to] == [invitation.person.email, "buero@organisation.example"]
    text = outbox.read(to[1]).text
    # Above the greeting: in German the sentence after its comma goes on in small letters.
    assert text.index(f"richtet sich an {invitation.person.name}") < text.index("Guten Tag,")
    client.get(_url(client, session, invitation, is_for_assistant=True))
    assert f"Sie antworten für {invitation.person.name}" in client.text()
    client.submit(
        "main form.rt-choice-form" if client.page.select("main form.rt-choice-form") else "main form[method=post]"
    )
    answer = session.scalars(select(Answer)).one()
    assert (answer.kind, answer.given_by) == ("accepted", "buero@organisation.example")
    client.get(_url(client, session, invitation))
    assert "Von Ihrem Büro beantwortet: buero@organisation.example" in client.text()


def test_the_assistant_reads_of_the_head_and_never_that_they_come_themselves(
    client: PageClient, session: Session, invitation: Invitation
) -> None:
    invitation.person.assistant_email = "buero@organisation.example"
    name, url = invitation.person.name, _url(client, session, invitation, is_for_assistant=True)
    client.get(url)
    assert client.text("main .rt-choice--first .rt-choice__label") == "Zusagen"
    assert "Ich nehme teil" not in client.text()
    client.submit("main form[method=post]")
    client.follow()
    assert f"{name} kommt. Der Platz ist bestätigt." in client.text()
    client.get(f"{url}delegate")
    assert client.text("h1") == f"Wer kommt anstelle von {name}?"
    client.get(f"{url}decline")
    assert client.text("h1") == f"{name} kann nicht kommen?"
    client.submit("main form[method=post]", kind="declined")
    client.follow()
    assert f"{name} kann nicht kommen" in client.text("#answer")


def test_somebody_with_the_forwarded_letter_says_who_they_are(
    client: PageClient, session: Session, invitation: Invitation
) -> None:
    url = _url(client, session, invitation)
    client.get(f"{url}?given_by=Frau Büro \x00<b>")
    client.submit("main form[method=post]")
    assert session.scalars(select(Answer)).one().given_by == "Frau Büro <b>"


@pytest.mark.parametrize("page", ["companions.show", "needs.show", "consents.show"])
def test_looking_at_a_page_changes_nothing_and_a_wrong_link_reveals_nothing(
    client: PageClient, session: Session, invitation: Invitation, page: str
) -> None:
    answering.accept(session, invitation, at=AT)
    url = _url(client, session, invitation, page)
    client.get(url)
    assert len(client.statements) <= 12
    assert client.knock("HEAD", url) == 200
    assert not [each for each in client.statements if each.split()[0] in ("INSERT", "UPDATE", "DELETE")]
    wrong = client.url(f"guest.{page}", token="x" * 32)
    client.get(wrong, 404)
    assert client.knock("POST", wrong) == 404
