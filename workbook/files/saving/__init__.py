"""Bytes onto disk: one run at a time, all or nothing, with backups (files floor)."""
