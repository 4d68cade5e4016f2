"""What a person reads on a terminal or in a log: problems in four formats, explanations, counts (roof).

Whatever comes from a workbook passes through `clean` first, so that no cell can move a cursor, hide a word or speak to
the program that reads the log.
"""

from workbook.clean import clean, clean_json
from workbook.messages.explanations import entry_text, explanation_text
from workbook.messages.problems import (
    FORMATS,
    MOST_SHOWN,
    Finding,
    as_format,
    choose,
    left_text,
    problem_text,
    problems_text,
)
from workbook.problems import count_text

__all__ = [
    "FORMATS",
    "MOST_SHOWN",
    "Finding",
    "as_format",
    "choose",
    "clean",
    "clean_json",
    "count_text",
    "entry_text",
    "explanation_text",
    "left_text",
    "problem_text",
    "problems_text",
]
