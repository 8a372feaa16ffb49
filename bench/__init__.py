"""Measurements that the README quotes. Run them with ``make bench``; figures compare within one run only."""
