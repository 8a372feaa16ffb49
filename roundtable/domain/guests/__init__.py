"""Who is invited, what they answered, and where they sit."""
