"""A letter as bytes (RFC 5322) and back: written strictly, read leniently."""
