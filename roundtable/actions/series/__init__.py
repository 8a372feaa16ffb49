"""Series: what recurs."""
