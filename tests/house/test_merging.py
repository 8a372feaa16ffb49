"""No table may be forgotten when two entries of the address book become one."""

from typing import Any

import pytest

from roundtable.actions.people import invitations, merging
from roundtable.domain import references
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.roundtables.polls import PollVoter


@pytest.mark.parametrize(("model", "said"), [(Person, merging.OF_PEOPLE), (Organisation, merging.OF_ORGANISATIONS)])
def test_every_key_to_an_entry_has_its_place_in_a_merge(model: Any, said: dict[str, str | None]) -> None:
    keys = references.pointing_at(model.__table__)
    assert set(keys) == set(said), "say in actions/people/merging.py what this key is"
    once = {name for name, column in keys.items() if references.is_unique(column)}
    assert once <= merging.SETTLED, "say in actions/people/clashes.py what happens where both have it, then here"


def test_every_key_to_an_invitation_moves_or_is_settled() -> None:
    keys = references.pointing_at(Invitation.__table__)  # type: ignore[arg-type]  # a table, not a join
    once = {name for name, column in keys.items() if references.is_unique(column)}
    assert once == set(invitations.SETTLED)


def test_every_key_to_a_voter_moves_or_is_recorded() -> None:
    keys = references.pointing_at(PollVoter.__table__)  # type: ignore[arg-type]  # a table, not a join
    assert set(keys) == {"personal_links.poll_voter_id", "votes.voter_id"}, (
        "say in actions/people/clashes.py what moves"
    )
