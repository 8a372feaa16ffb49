"""Deeds. What people do: one function is one deed, named with a verb; no commit inside, no knowledge of pages."""
