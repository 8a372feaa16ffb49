"""What a tester with bad intentions tries: words that break out of their place, doors that should be shut."""

from email import message_from_bytes, policy

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.people import merging
from roundtable.actions.roundtables import polling
from roundtable.domain import calendars, links
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.polls import Vote
from roundtable.mail.letters import letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import (
    AT,
    a_person,
    a_poll,
    a_roundtable,
    a_series,
    a_token,
    an_account,
    an_invitation,
    an_office,
    both,
)
from tests.pages import PageClient

BROKEN = 'Kim"\r\nBcc: alle@boese.example\r\n\r\nBitte zahlen Sie'
LONG_AND_BACKWARDS = "\u202e" + "שלום עולם " * 8
DELEGATE = {"given_name": "Mira", "family_name": "Roth", "function": "Referentin", "email": "mira@organisation.example"}


@pytest.fixture
def invitation(session: Session) -> Invitation:
    return an_invitation(session)


def named(client: PageClient, session: Session, invitation: Invitation, expect: int = 303, **words: str) -> None:
    token = a_token(session, invitation=invitation)
    client.get(client.url("guest.invitation.delegate_form", token=token))
    client.submit(expect=expect, **{**DELEGATE, **words})


@pytest.mark.parametrize("name", [BROKEN, LONG_AND_BACKWARDS, "Ÿ" * 80, "a\u2028b\tc", 'O\'Neill, "Kim"; x'])
def test_a_name_stays_in_its_place_in_every_letter(session: Session, invitation: Invitation, name: str) -> None:
    """However it came into the address book."""
    person, office = invitation.person, invitation.roundtable.series.office
    person.given_name, person.family_name, office.name = name, name, both(name)
    person.function = both(name)
    invitation.roundtable.motto = both(name)
    session.flush()
    letter = letters.invitation(invitation, a_token(session, invitation=invitation), at=AT)
    sent = message_from_bytes(letter.message, policy=policy.default)
    assert sent["Bcc"] is None
    assert [each.addr_spec for each in sent["To"].addresses] == [person.email]
    assert [each.addr_spec for each in sent["From"].addresses] == [office.sender_email]
    assert letter.recipient == person.email
    head, _, _ = letter.message.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert not any(each in sent["Subject"] + str(sent["To"]) for each in "\r\n\u202e\u2028")
    for line in outbox.read(letter).calendar.decode().split("\r\n"):
        assert not line.startswith("Bcc")


def test_a_delegate_is_a_name_and_no_message(client: PageClient, session: Session, invitation: Invitation) -> None:
    """The letter goes in the office's name to an address that a guest has typed."""
    for field in ("given_name", "family_name", "function"):
        for words in ("Jetzt zahlen: https://boese.example", "www.boese.example", "x" * 201):
            named(client, session, invitation, 422, **{field: words})
            assert client.page.select(f"#{field}-error"), (field, words)
    named(client, session, invitation, 422, given_name="boese.example")
    assert session.scalars(select(Letter)).all() == []
    named(
        client,
        session,
        invitation,
        given_name="K\u202eim\r\n\r\nBcc",
        family_name="מזרחי",
        function="A\x00\u2066B\r\nC",
    )
    delegate = session.scalars(select(Person).where(Person.email == DELEGATE["email"])).one()
    assert (delegate.given_name, delegate.family_name) == ("Kim Bcc", "מזרחי")
    assert delegate.function.in_("de") == "AB C"


def test_an_organisers_own_line_stays_one_line(client: PageClient, session: Session, invitation: Invitation) -> None:
    office = invitation.roundtable.series.office
    client.sign_in(an_account(session, office))
    client.get(client.url("desk.people.edit", person_id=invitation.person_id))
    client.submit("main form.rt-form", family_name="Müller\r\n\r\nBcc: x@y.example\u202e", phone="1\r\n2")
    session.refresh(invitation.person)
    assert invitation.person.family_name == "Müller Bcc: x@y.example"
    assert invitation.person.phone == "1 2"


def test_an_unhappy_vote_comes_too_late_whoever_kept_the_page_open(client: PageClient, session: Session) -> None:
    poll = a_poll(session, a_series(session, an_office(session)))
    polling.ask(session, poll, at=AT)
    voter = polling.voters_of(session, poll)[0]
    url = client.url("guest.poll.show", token=a_token(session, poll_voter=voter))
    client.get(url)
    form = {f"date-{date.id}": "yes" for date in poll.dates}
    polling.give_up(session, poll, at=AT)
    client.post(url, {**form, "comment": "Doch!"})
    client.follow()
    assert "abgeschlossen" in client.text("body") or "beendet" in client.text("body")
    assert not client.page.select("main form[method=post]")
    assert session.scalars(select(Vote)).all() == []
    assert client.knock("HEAD", url) == 200
    session.refresh(voter)
    assert (voter.comment, voter.answered_at) == ("", None)


@pytest.mark.parametrize("who", ["both", "keep", "lose"])
def test_of_two_merged_people_one_calendar_stays_and_the_other_is_shut(
    client: PageClient, session: Session, invitation: Invitation, who: str
) -> None:
    keep, office = invitation.person, invitation.roundtable.series.office
    lose = a_person(session, office)
    theirs = an_invitation(session, a_roundtable(session, invitation.roundtable.series), lose)
    urls = {
        each: f"/calendars/{calendars.renew(session, person, at=AT)}.ics"
        for each, person in (("keep", keep), ("lose", lose))
        if who in ("both", each)
    }
    for url in urls.values():
        client.get(url)
    merging.merge_people(session, keep, lose, theirs=[], at=AT, by=an_account(session, office))
    open_one = urls.pop("keep", None) or urls.pop("lose")
    client.get(open_one)
    for each in (invitation, theirs):
        assert each.roundtable.calendar_uid in client.answer.text
    for url in urls.values():
        client.get(url, 404, headers={"If-Modified-Since": "Tue, 01 Jan 2030 00:00:00 GMT"})


def test_every_door_answers_a_scanner_and_stays_as_it_was(
    client: PageClient, session: Session, invitation: Invitation
) -> None:
    token = a_token(session, invitation=invitation)
    urls = [client.url(f"guest.invitation.{each}", token=token) for each in ("show", "delegate_form", "decline_form")]
    urls += [client.url("guest.my_calendar.show", token=token), f"/i/{token}/calendar.ics"]
    for url in urls:
        for method in ("HEAD", "GET", "OPTIONS"):
            assert client.knock(method, url) == 200, f"{method} {url}"
            assert not [each for each in client.statements if each.split()[0] in ("INSERT", "UPDATE", "DELETE")]
        assert client.knock("PUT", url) in (405, 404)
    session.refresh(invitation)
    assert invitation.answer is None


def test_two_tabs_leave_the_last_word_and_both_on_record(
    client: PageClient, session: Session, invitation: Invitation
) -> None:
    token = a_token(session, invitation=invitation)
    answer = client.url("guest.invitation.answer", token=token)
    for kind in ("accepted", "declined", "accepted"):
        client.get(client.url("guest.invitation.show", token=token))
        client.post(answer, {"kind": kind})
    session.expire_all()
    assert [each.kind for each in invitation.answers] == ["accepted", "declined", "accepted"]
    assert invitation.answer is not None
    assert invitation.registration is not None
    links.revoke_links(session, invitation, at=AT)
    client.post(answer, {"kind": "declined"}, 404)


@pytest.mark.parametrize(("lang", "heading"), [("de", "Diese Seite gibt es nicht"), ("en", "This page does not exist")])
def test_a_mistyped_address_answers_in_the_language_it_names(client: PageClient, lang: str, heading: str) -> None:
    other = {"de": "en", "en": "de"}[lang]
    client.get(f"/{lang}/mistyped", 404, headers={"Accept-Language": other})
    assert client.text("h1") == heading
