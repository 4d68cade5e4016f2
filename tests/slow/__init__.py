"""Tests that take minutes or other programs: engines, faults, hostile files, the corpus."""
