"""What waits, goes out, and what became of it."""
