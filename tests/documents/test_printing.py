"""Printing where the compiler's threads are gone: a server forks its workers, and the demo has printed before."""

import pytest

from roundtable.documents import printing
from roundtable.documents.guests import Guest, Heading, badges
from roundtable.documents.printing import CannotBePrinted

HEADING = Heading("Stelle", "Reihe", "Roundtable 1", "heute", "Stand: jetzt", "de")


def test_a_process_that_was_forked_prints_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_threads_live_in", lambda: 0)
    assert badges(HEADING, [Guest("", "Ähm", "Müller", "", "")]).startswith(b"%PDF")
    with pytest.raises(CannotBePrinted) as refused:
        badges(HEADING, [Guest("", "Robin", "李", "", "")])
    assert refused.value.character == "李"
