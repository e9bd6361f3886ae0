"""Timed work, reported by `make bench` and never asserted in the tests."""
