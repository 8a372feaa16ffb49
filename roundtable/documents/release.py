"""A press release as PDF and as plain text, made from its frozen content alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from roundtable.documents.printing import CannotBePrinted, compiled, refuse_unprintable, texts
from roundtable.documents.writing import as_text

LABELS = {
    "de": {
        "kind": "Pressemitteilung",
        "contact": "Kontakt",
        "phone": "Tel.:",
        "channels": "Social Media",
        "agreed": "Was vereinbart wurde",
        "decisions": "Beschlüsse",
        "commitments": "Vereinbarungen",
        "elsewhere": "Im Wortlaut des Protokolls, das auf Englisch geführt wird.",
        "corrections": "Berichtigungen",
        "page": "Seite",
        "of": "von",
        "open": "„",
        "close": "“",
    },
    "en": {
        "kind": "Press release",
        "contact": "Contact",
        "phone": "Tel.:",
        "channels": "Social media",
        "agreed": "What was agreed",
        "decisions": "Decisions",
        "commitments": "Commitments",
        "elsewhere": "In the words of the minutes, which are kept in German.",
        "corrections": "Corrections",
        "page": "Page",
        "of": "of",
        "open": "“",
        "close": "”",
    },
}


def in_quotation_marks(words: str, language: str) -> str:
    """„So“ in German, “so” in English."""
    return f"{LABELS[language]['open']}{words}{LABELS[language]['close']}"


def release_pdf(content: Mapping[str, Any], language: str) -> bytes:
    """A tagged PDF (PDF/UA-1, ISO 14289-1). The same content costs once: it is frozen.

    Raises:
        CannotBePrinted
    """
    return _compiled(json.dumps({**content, "language": language, "labels": LABELS[language]}, sort_keys=True))


@lru_cache(maxsize=64)
def _compiled(data: str) -> bytes:
    try:
        return compiled("release.typ", data)
    except CannotBePrinted:
        refuse_unprintable(" ".join(texts(json.loads(data))))
        raise


def release_text(content: Mapping[str, Any], language: str) -> str:
    """The release to paste anywhere: no markup, one line a paragraph."""
    labels, contact = LABELS[language], content["contact"]
    parts = [content["title"], content["dateline"], content["issuing_line"]]
    parts += [f"{labels['corrections']}\n{_lines(content['corrections'])}"] if content["corrections"] else []
    parts.append(as_text(content["blocks"]))
    parts += [f"{each['attribution']}: {in_quotation_marks(each['text'], language)}" for each in content["quotes"]]
    parts += _agreed(content, language)
    address = [contact["office"], contact["street"], f"{contact['postcode']} {contact['city']}".strip()]
    address += [f"{labels['phone']} {contact['phone']}" if contact["phone"] else "", contact["email"]]
    parts.append("\n".join(line for line in [labels["contact"], *address] if line))
    if content["channels"]:
        names = [f"{each['name']}: {each['url']}" if each["url"] else each["name"] for each in content["channels"]]
        parts.append("\n".join([content["channels_intro"], *names]).strip())
    return "\n\n".join(part for part in parts if part) + "\n"


def _agreed(content: Mapping[str, Any], language: str) -> list[str]:
    labels, agreed = LABELS[language], [*content["decisions"], *content["commitments"]]
    if not agreed:
        return []
    is_elsewhere = any(each.get("lang", language) != language for each in agreed)
    parts = [f"{labels['agreed']}\n{labels['elsewhere']}" if is_elsewhere else labels["agreed"]]
    for kind in ("decisions", "commitments"):
        lines = [f"– {each['text']}{_whose(each)}" for each in content[kind]]
        parts += ["\n".join([labels[kind], *lines])] if lines else []
    return parts


def _whose(agreed: Mapping[str, str]) -> str:
    known = [agreed[key] for key in ("who", "until") if agreed.get(key)]
    return f" ({', '.join(known)})" if known else ""


def _lines(corrections: list[dict[str, str]]) -> str:
    return "\n".join(f"{each['on']}: {each['note']}" for each in corrections)
