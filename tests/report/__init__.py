"""Tests of the room that makes the management report."""
