"""Nothing that holds personal data may lack an end (rule 26)."""

from roundtable.db import Base

# Tables without a word about anybody but those who work here.
OF_NOBODY = {"offices", "channels", "ranks", "series", "letter_wordings", "roundtables", "editions", "agenda_items"}
OF_NOBODY |= {"papers", "paper_versions", "polls", "poll_dates", "job_runs", "paces", "worker_beats", "mailbox_looks"}
# Who may sign in: until the office takes them away.
OF_COLLEAGUES = {"accounts", "office_members"}
# Kept by people, until they remove or merge an entry; what hangs on it goes with it.
ADDRESS_BOOK = {"people", "organisations", "members", "places_by_hand", "different_people", "different_organisations"}
# What a roundtable was and led to: the office's file, and what was published.
RECORD = {"invitations", "registrations", "minutes", "attendance", "notes", "decisions", "commitments", "reports"}
RECORD |= {"quotes", "releases", "published_versions"}
# Ends by itself, each proved in tests/actions (forgetting, signing_up, receiving): the rows, or the words in them.
FORGOTTEN = {"needs", "uploads", "sign_ups", "received_messages", "history", "personal_links", "private_calendars"}
FORGOTTEN |= {"answers", "poll_voters", "votes", "letters", "mailings", "consents"}


def test_every_table_says_when_it_ends() -> None:
    said = [OF_NOBODY, OF_COLLEAGUES, ADDRESS_BOOK, RECORD, FORGOTTEN]
    assert sum(map(len, said)) == len(set().union(*said))
    missing = "say here when it ends, and let actions/forgetting.py see to it"
    assert set().union(*said) == set(Base.metadata.tables), missing
