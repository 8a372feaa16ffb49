"""Who hosts and who works here: offices, accounts, and what went on record."""
