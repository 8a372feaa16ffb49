"""What the second person answers for, and whether it is still what they saw (rule 18)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from roundtable.domain.press.releases import Release

# The next date is news, not text.
LOOKED_AT = (
    "title",
    "dateline",
    "issuing_line",
    "blocks",
    "quotes",
    "decisions",
    "commitments",
    "contact",
    "channels",
    "channels_intro",
)


def looked_at(content: dict[str, Any]) -> dict[str, Any]:
    return {key: content[key] for key in LOOKED_AT}


def seal(release: Release, content: dict[str, Any]) -> str:
    """Of the page and of the moment it may be read from."""
    embargo = release.embargo_until.astimezone(UTC).isoformat() if release.embargo_until is not None else None
    seen = {**looked_at(content), "embargo_until": embargo}
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def is_still_approved(release: Release, *contents: dict[str, Any]) -> bool:
    """Whether one of these pages is the one that the second person saw."""
    return release.is_approved and release.approved_digest in [seal(release, each) for each in contents]
