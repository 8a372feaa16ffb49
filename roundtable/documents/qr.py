"""A QR code as a picture, sharp at any size: for pages, plates and typst alike. Never of a secret address."""

from functools import lru_cache

import segno

# Light modules around it, without which phones do not find it (ISO/IEC 18004).
BORDER = 4


# Drawing one takes longer than the rest of its page, and one address always looks the same.
@lru_cache(maxsize=256)
def svg(text: str) -> str:
    """An SVG element without style, script or size of its own; typst reads it as ``image(bytes(svg))``."""
    # M: still readable with a seventh of it soiled.
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(border=BORDER, omitsize=True, svgclass=None, lineclass=None, light="#fff")
