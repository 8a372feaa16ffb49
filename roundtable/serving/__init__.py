"""Processes: pages, letters, the reply mailbox, and what they share."""
