"""Command lines into calls, problems into text and exit codes (roof).

Exit codes of every command: 0 done, 1 errors in the workbook, 2 usage or a fault of ours, 4 a file that cannot be read,
5 a file that is busy, read-only or changed meanwhile, 6 a mail that was not (fully) sent. Data goes to standard output,
everything else to standard error.
"""

import os

# Looking for pydantic's plugins reads the metadata of every installed package; this tool has none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from workbook.cli.group import main

main.modules |= {
    "actuals": "measuring",
    "approve": "versions",
    "bridge": "versions",
    "check": "planning",
    "explain": "explaining",
    "export": "exporting",
    "help": "help",
    "lint": "linting",
    "new": "planning",
    "plan": "planning",
    "portfolio": "portfolio",
    "remove": "upkeep",
    "report": "reporting",
    "restore": "upkeep",
    "roll": "rolling",
}

__all__ = ["main"]
