"""vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) in, 3.0 out: the one that every address book takes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from roundtable.sheets.sheet import Row, Sheet, cell

# A card's own words for what it knows; what no standard has goes under a name of ours and comes back under it.
OURS = (
    "organisation_short",
    "assistant_email",
    "salutation_de",
    "salutation_en",
    "rank",
    "in_office_since",
    "naming_basis",
    "is_told_at_once",
)
HEADS = (
    "title",
    "given_name",
    "family_name",
    "name",
    "function_de",
    "function_en",
    "organisation",
    "email",
    "phone",
    "language",
    *OURS,
)
_LINES = re.compile("\r\n|\r|\n")
_PICTURES = re.compile(r"(?:[A-Za-z0-9-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:]", re.IGNORECASE)


def read(text: str) -> Sheet:
    """Each card is a row, its line the one it begins in. A card that cannot be read is a row in trouble."""
    return Sheet("vcf", HEADS, tuple(_row(line, card) for line, card in _cards(text)))


def is_card(text: str) -> bool:
    return text.lstrip("\ufeff \r\n\t")[:11].upper() == "BEGIN:VCARD"


def _cards(text: str) -> Iterator[tuple[int, str]]:
    """Pictures are left out: they are large, and nobody looks at them here."""
    begins, is_picture = 0, False
    lines: list[str] = []
    for number, line in enumerate(_LINES.split(text.lstrip("\ufeff")), start=1):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            if begins:
                yield begins, "\r\n".join(lines)
            begins, lines, is_picture = number, [], False
        if not begins:
            continue
        is_picture = is_picture if line[:1] in (" ", "\t") else _PICTURES.match(line) is not None
        if not is_picture:
            lines.append(line)
        if word == "END:VCARD":
            yield begins, "\r\n".join(lines)
            begins = 0
    if begins:
        yield begins, "\r\n".join(lines)


def _row(line: int, card: str) -> Row:
    import vobject  # noqa: PLC0415 - large, and needed on one page

    try:
        content = next(vobject.readComponents(card, allowQP=True, ignoreUnreadable=True)).contents
        found = _fields(content)
        return Row(line, tuple(cell(found.get(head, "")) for head in HEADS), "", tuple(_left_out(content)))
    except Exception:  # a broken card breaks the library in as many ways as there are lines
        return Row(line, (), "no_card")


def _fields(content: Mapping[str, list[Any]]) -> dict[str, str]:
    found = {each: _first(content, f"x-roundtable-{each.replace('_', '-')}") for each in OURS}
    if "n" in content:
        name = content["n"][0].value
        found["title"] = _words(name.prefix)
        found["given_name"] = f"{_words(name.given)} {_words(name.additional)}"
        found["family_name"] = _words(name.family)
    found["name"] = _first(content, "fn")
    for title in content.get("title") or content.get("role", []):
        spoken = str(title.params.get("LANGUAGE", ["de"])[0])[:2].lower()
        found.setdefault("function_en" if spoken == "en" else "function_de", _words(title.value))
    if "org" in content:
        name = content["org"][0].value[0]
        # A comma in it parts nothing (RFC 2426 3.5.5), but the library takes it so.
        found["organisation"] = ",".join(name) if isinstance(name, list) else name
    found["email"] = _mails(content)[0] if _mails(content) else ""
    found["phone"] = _plain(next(iter(_preferred(content, "tel")), ""))
    found["language"] = next(iter(_preferred(content, "lang")), "")
    for related in content.get("related", []):
        if {"agent", "assistant"} & {str(each).lower() for each in related.params.get("TYPE", [])}:
            found["assistant_email"] = found["assistant_email"] or _plain(_words(related.value))
    return found


def _words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


def _first(content: Mapping[str, list[Any]], name: str) -> str:
    return _words(content[name][0].value) if content.get(name) else ""


def _plain(value: str) -> str:
    return re.sub(r"^(?:tel|mailto):", "", value.strip(), flags=re.IGNORECASE)


def _preferred(content: Mapping[str, list[Any]], name: str) -> list[str]:
    """The preferred one first: PREF=1 in version 4, TYPE=pref in version 3; else as they stand."""

    def place(each: Any) -> int:
        if {"pref"} & {str(kind).lower() for kind in each.params.get("TYPE", [])} or "PREF" in each.singletonparams:
            return 0
        number = str(each.params.get("PREF", ["101"])[0])
        return int(number) if number.isdigit() else 101

    return [_words(each.value) for each in sorted(content.get(name, []), key=place)]


def _mails(content: Mapping[str, list[Any]]) -> list[str]:
    return list(dict.fromkeys(filter(None, (cell(_plain(each)) for each in _preferred(content, "email")))))


def _left_out(content: Mapping[str, list[Any]]) -> list[str]:
    return _mails(content)[1:]


def write(person: Mapping[str, str]) -> str:
    """One card, lines of at most 75 octets (RFC 2426 2.6)."""
    import vobject  # noqa: PLC0415 - as above

    card = vobject.vCard()
    card.add("n").value = vobject.vcard.Name(
        family=person["family_name"], given=person["given_name"], prefix=person["title"]
    )
    whole = (person["title"], person["given_name"], person["family_name"])
    card.add("fn").value = " ".join(filter(None, whole))
    for language in ("de", "en"):
        if person[f"function_{language}"]:
            title = card.add("title")
            title.value, title.language_param = person[f"function_{language}"], language
    if person["organisation"]:
        card.add("org").value = [person["organisation"]]
    for name, key in (("email", "email"), ("tel", "phone"), ("lang", "language")):
        if person[key]:
            card.add(name).value = person[key]
    for key in OURS:
        if person[key]:
            card.add(f"x-roundtable-{key.replace('_', '-')}").value = person[key]
    return str(card.serialize(validate=False))
