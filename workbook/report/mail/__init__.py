"""A rendered report into a mail that is sent once, to allowed recipients, over a checked connection (post)."""
