"""Two of each thing of the house, more if one likes, and the addresses of all pages that show them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from roundtable import files
from roundtable.actions.post import receiving
from roundtable.actions.press import publishing
from roundtable.actions.roundtables import polling, preparing
from roundtable.domain import calendars, links
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import (
    DEEDS,
    DeedOfLetter,
    DeedOfMessage,
    DeedOfOrganisation,
    DeedOfPerson,
    DeedOfRelease,
    RecordedDeed,
    Things,
)
from roundtable.domain.office.offices import OfficeMember
from roundtable.domain.office.uploads import Upload
from roundtable.domain.people import addresses
from roundtable.domain.people.people import Organisation, Person, Rank
from roundtable.domain.press.quotes import Quote
from roundtable.domain.press.releases import Release
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Attendance, Decision, Minutes
from roundtable.domain.roundtables.agenda import AgendaItem, Paper, PaperVersion
from roundtable.domain.roundtables.polls import Poll, PollVoter
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Member, Series
from roundtable.mail.inbox.inbox import ReceivedMessage
from roundtable.mail.letters import letters, subscriptions
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter
from roundtable.settings import Settings
from roundtable.sheets import reading
from tests.factories import (
    a_member,
    a_person,
    a_poll,
    a_roundtable,
    a_series,
    a_sign_up,
    an_account,
    an_agenda_item,
    an_invitation,
    an_office,
    an_organisation,
    both,
)
from tests.mail import replies, returns

PDF = b"%PDF-1.7\n%%EOF\n"


@dataclass
class Everything:
    """``held`` was a week ago and has minutes, quotes and a release; ``coming`` is in four weeks. One seat each."""

    session: Session
    at: datetime
    settings: Settings
    owner: Account = field(init=False)
    series: Series = field(init=False)
    held: Roundtable = field(init=False)
    coming: Roundtable = field(init=False)
    poll: Poll = field(init=False)

    def __post_init__(self) -> None:
        office = an_office(self.session)
        self.owner = an_account(self.session, office, "owner")
        self.series = a_series(self.session, office)
        self.held = a_roundtable(self.session, self.series, number=1, seats=1, starts_at=self.at - timedelta(days=7))
        self.coming = a_roundtable(self.session, self.series, number=2, seats=1, registration_opened_at=self.at)
        self.session.add(Minutes(roundtable=self.held, begun_at=self.at, attendance_closed_at=self.at))
        self.session.add(Rank(office=office, number=10, name=both("Präsidien", "Presidents")))
        upload = Upload(office=office, account=self.owner, uploaded_at=self.at, file_name="liste.csv", content=b"")
        upload.content = reading.read(b"Name;E-Mail;Notiz\nKim Brandt;kim@verein.example;neu\nohne Adresse").as_bytes()
        self.session.add(upload)
        self.poll = a_poll(self.session, self.series)
        self.series.rhythm = "FREQ=MONTHLY;INTERVAL=3;BYDAY=3WE"
        self.more(2)
        self._release(self.held)

    def more(self, number: int) -> None:
        """Add this many of each to the same series and roundtables."""
        for _ in range(number):
            organisation = an_organisation(self.session, self.series.office)
            person = a_person(self.session, self.series.office, organisation=organisation, naming_basis="agreed")
            a_member(self.session, self.series, person)
            for roundtable in (self.held, self.coming):
                self._invite(roundtable, person)
                a_sign_up(self.session, roundtable, confirmed_at=self.at)
                self._agenda(roundtable, person)
            self._mailbox(person)
            self._poll(person)
            self._minutes(person)
            self._quotes(person)
            self._history(person)
            self._release(a_roundtable(self.session, self.series, starts_at=self.at - timedelta(days=300)))
        self.session.commit()

    def _invite(self, roundtable: Roundtable, person: Person) -> None:
        invitation = an_invitation(self.session, roundtable, person)
        token = links.issue(self.session, at=self.at, invitation=invitation)
        letter = letters.invitation(invitation, token, at=self.at)
        letter.mailing = Mailing(roundtable=roundtable, kind="invitation", queued_at=self.at, send_after=self.at)
        outbox.queue(self.session, letter)
        invitation.record("accepted", at=self.at)
        registrations.register(self.session, invitation, at=self.at)

    def _mailbox(self, person: Person) -> None:
        """A question in HTML, and an answer from a calendar that nobody vouches for."""
        question = returns.in_html(person.email, self.at).replace(b"antwort@", self.series.office.slug.encode() + b"@")
        self.series.office.reply_email = f"{self.series.office.slug}@lindenau.example"
        receiving.receive(self.session, question, at=self.at)
        uid = self.coming.calendar_uid
        receiving.receive(self.session, replies.google(uid, person.email, "DECLINED", self.at), at=self.at)

    def _poll(self, person: Person) -> None:
        polling.add_voter(self.session, self.poll, person)
        polling.ask(self.session, self.poll, at=self.at)
        (voter,) = (each for each in polling.voters_of(self.session, self.poll) if each.person_id == person.id)
        polling.vote(self.session, voter, {self.poll.dates[0].id: "yes"}, comment="Gern früh.", at=self.at)

    def _agenda(self, roundtable: Roundtable, person: Person) -> None:
        item = an_agenda_item(self.session, roundtable, speaker=person)
        stored = files.put(self.settings.data / "papers", PDF)
        preparing.add_paper(item, stored, title="Entwurf", file_name="entwurf.pdf", by=self.owner, at=self.at)

    def _minutes(self, person: Person) -> None:
        minutes, item = self.held.minutes, self.held.agenda[-1]
        assert minutes is not None
        was_there = Attendance(person=person, organisation=person.organisation, state="present", recorded_at=self.at)
        minutes.attendance.append(was_there)
        self.session.flush()
        minutes.note_on(item).text = "Der Rat nimmt Kenntnis."
        minutes.decisions.append(Decision(item=item, text="Die Karte wird fortgeschrieben.", is_public=True))
        commitment = Commitment(
            series=self.series,
            roundtable=self.held,
            item=item,
            text="Wir legen die Daten offen.",
            organisation=person.organisation,
            person=person,
            due_on=date(2026, 9, 30),
            is_public=True,
        )
        commitment.report("under_way", "Die Hälfte steht.", at=self.at, by=person)
        self.session.add(commitment)
        self.session.flush()

    def _quotes(self, person: Person) -> None:
        for language in ("de", "en"):
            quote = Quote(
                roundtable=self.held,
                person=person,
                language=language,
                text="Wärme ist Gemeinschaftssache.",
                attribution=person.name,
                written_at=self.at,
            )
            quote.release(at=self.at)
            self.session.add(quote)
        self.session.flush()

    def things(self, deed: RecordedDeed) -> Things:
        """What an entry of this deed leads to."""
        first = self._first
        held: Things = {"roundtable_id": self.held.id}
        if deed in get_args(DeedOfPerson):
            return {"person_id": first(Person).id}
        if deed in get_args(DeedOfOrganisation):
            return {"organisation_id": first(Organisation).id}
        if deed in get_args(DeedOfRelease):
            return {**held, "release_id": first(Release, Release.roundtable_id == self.held.id).id}
        if deed in get_args(DeedOfLetter):
            return {**held, "letter_id": first(Letter, Letter.roundtable_id == self.held.id).id}
        if deed in get_args(DeedOfMessage):
            return {"message_id": first(ReceivedMessage).id}
        if deed in ("agreements_changed", "paper_removed"):
            return held
        if deed in ("quote_release_recorded", "quotes_changed"):
            return {**held, "quote_id": first(Quote).id}
        if deed == "gave_seat_out_of_turn":
            return {**held, "invitation_id": first(Invitation, Invitation.roundtable_id == self.held.id).id}
        return {}

    def _history(self, person: Person) -> None:
        """Each thing has a deed of its own; each person all that may be said about people."""
        office_id = self.series.office_id
        addresses.remember(self.session, person, [f"alt-{person.email}"], at=self.at)
        for deed in DEEDS:
            things: Things = {"person_id": person.id, "roundtable_id": self.held.id}
            details = '{"versions": 1, "readers": 2}' if deed == "paper_removed" else ""
            said = {"about": person.name, "details": details}
            history.record(self.session, office_id, deed, at=self.at, by=self.owner, **said, **things)

    def _release(self, roundtable: Roundtable) -> None:
        for language in ("de", "en"):
            release = publishing.begin(self.session, roundtable, language, at=self.at, by=self.owner)
            publishing.publish(self.session, release, at=self.at, by=self.owner, alone_because="Eilbedürftig.")

    def addresses(
        self, rules: Iterator[Rule], languages: tuple[str, ...] = ("de",)
    ) -> Iterator[tuple[Rule, str, dict[str, Any]]]:
        """Each rule's endpoint with values that lead to something, for both roundtables."""
        for rule in rules:
            for roundtable in (self.held, self.coming) if "roundtable_id" in rule.arguments else (self.held,):
                for language in languages:
                    values = {name: self._value(rule, name, roundtable, language) for name in rule.arguments}
                    if None not in values.values():
                        yield rule, rule.endpoint, values

    def _value(self, rule: Rule, name: str, roundtable: Roundtable, language: str) -> Any:
        first = self._first
        of_press = rule.endpoint.startswith("public.press.")
        match name:
            case "lang" | "language":
                return language
            case "token":
                return self._token(rule.endpoint)
            case "slug":
                return first(Release, Release.language == language).slug if of_press else self.series.slug
            case "year":
                return first(Release, Release.language == language).year
            case "number":
                return 1 if rule.endpoint.startswith("desk.") else roundtable.number
            case "roundtable_id":
                return roundtable.id
            case "office":
                return self.series.office.slug
            case "series_id":
                return self.series.id
            case "other_id":
                model = Organisation if "organisation_id" in rule.arguments else Person
                return self.session.scalars(select(model.id).order_by(model.id.desc())).first()
            case "kind":
                return "invitation"
            case "part":
                return "html"
            case "stamp" | "name":
                return None
        mine = {
            "commitment_id": (Commitment,),
            "decision_id": (Decision,),
            "invitation_id": (Invitation, Invitation.roundtable_id == roundtable.id),
            "item_id": (AgendaItem, AgendaItem.roundtable_id == roundtable.id),
            "companion_id": (Invitation, Invitation.brought_by_id.is_not(None)),
            "letter_id": (Letter,),
            "mailing_id": (Mailing, Mailing.roundtable_id == roundtable.id),
            "member_id": (Member,),
            "poll_id": (Poll,),
            "voter_id": (PollVoter,),
            "organisation_id": (Organisation,),
            "paper_id": (Paper, Paper.item_id.in_([item.id for item in roundtable.agenda])),
            "person_id": (Person,),
            "received_id": (ReceivedMessage,),
            "quote_id": (Quote, Quote.roundtable_id == roundtable.id),
            "rank_id": (Rank,),
            "upload_id": (Upload,),
            "sign_up_id": (SignUp, SignUp.roundtable_id == roundtable.id),
            "version_id": (PaperVersion,),
        }
        assert name in mine, f"tell tests/house/everything.py what <{name}> in {rule.rule} is"
        found = first(*mine[name])
        return None if found is None else found.id

    def _first(self, model: Any, *where: Any) -> Any:
        return self.session.scalars(select(model).where(*where).order_by(model.id)).first()

    def _token(self, endpoint: str) -> str:
        if endpoint.startswith("guest.digest."):
            address = subscriptions.end_address(self._first(OfficeMember))
            return address.rstrip("/").rpartition("/")[2]
        if endpoint.startswith("guest_feeds."):
            token = calendars.renew(self.session, self._first(Invitation).person, at=self.at)
            self.session.commit()
            return token
        thing: dict[str, Any] = {"invitation": self._first(Invitation)}
        if endpoint.startswith("guest.quote."):
            thing = {"quote": self._first(Quote)}
        if endpoint.startswith("guest.commitments."):
            thing = {"commitment": self._first(Commitment)}
        if endpoint.startswith("guest.poll."):
            thing = {"poll_voter": self._first(PollVoter)}
        if endpoint.startswith("guest.sign_up."):
            thing = {"sign_up": self._first(SignUp)}
        token = links.issue(self.session, at=self.at, **thing)
        self.session.commit()
        return token
