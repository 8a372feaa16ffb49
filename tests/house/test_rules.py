"""``docs/rules.md`` says of every rule where it is kept and which test proves it; both have to be there."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
RULE = re.compile(r"^\*\*([0-9]+)\. ", re.MULTILINE)
CITED = re.compile(r"\(rule ([0-9]+)\)")


def _rules() -> dict[int, str]:
    """Each rule's text by its number."""
    parts = RULE.split((HOUSE / "docs" / "rules.md").read_text("utf-8"))[1:]
    return {int(number): text for number, text in zip(parts[::2], parts[1::2], strict=True)}


def _named(text: str, line: str) -> list[str]:
    found = re.search(rf"^- {line}: (.*)$", text, re.MULTILINE)
    return re.findall(r"`([^`]+)`", found[1]) if found else []


def test_the_forty_rules_stand_there_in_their_order() -> None:
    assert list(_rules()) == list(range(1, 41))


def test_every_rule_names_where_it_is_kept_and_a_test_that_is_there() -> None:
    wrong = []
    for number, text in _rules().items():
        places, proofs = _named(text, "Kept in"), _named(text, "Proved by")
        wrong += [f"rule {number}: {place} is not there" for place in places if not (HOUSE / place).exists()]
        wrong += [f"rule {number} names no place" for _ in range(not places)]
        wrong += [f"rule {number} names no test" for _ in range(not proofs)]
        for proof in proofs:
            file, _, name = proof.partition("::")
            path = HOUSE / file
            if not path.is_file() or f"def {name}(" not in path.read_text("utf-8"):
                wrong.append(f"rule {number}: {proof} is not there")
    assert not wrong


def test_every_rule_that_is_cited_is_one() -> None:
    rules = _rules()
    unknown = [
        f"{path.relative_to(HOUSE)}: rule {number}"
        for folder, kind in (("roundtable", "*.py"), ("tests", "*.py"), ("templates", "*.*"))
        for path in sorted((HOUSE / folder).rglob(kind))
        for number in CITED.findall(path.read_text("utf-8"))
        if int(number) not in rules
    ]
    assert not unknown
