"""Coded findings with a place and a remedy (ground floor).

A person's mistake is a value: a `Problem`, collected with all the others and shown at once. A programmer's mistake
raises. Codes are grouped by what a person has to look at: WB1xx the file, WB2xx sheets and columns, WB3xx a cell's
value, WB4xx figures that do not fit each other, WB5xx writing the result, WB6xx inputs that cannot all be true, and
claims.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from workbook.address import Cell


class Severity(StrEnum):
    """How much a problem matters: an error stops the run, a warning asks for a look, an info only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(StrEnum):
    """Every kind of problem; the value is what a person sees and may search for."""

    NO_SUCH_FILE = "WB101"
    EMPTY_FILE = "WB102"
    NOT_A_WORKBOOK = "WB103"
    PASSWORD_PROTECTED = "WB104"
    OTHER_SPREADSHEET_FORMAT = "WB105"
    DAMAGED_FILE = "WB106"
    STRICT_FORMAT = "WB107"
    DUPLICATE_PARTS = "WB108"
    FORBIDDEN_XML = "WB109"
    TOO_LARGE = "WB110"
    SHARED_WORKBOOK = "WB111"
    SIGNED = "WB112"
    STRUCTURE_LOCKED = "WB113"
    MISSING_SHEET = "WB201"
    MISSING_COLUMN = "WB202"
    DUPLICATE_COLUMN = "WB203"
    WRONG_UNIT = "WB204"
    UNKNOWN_COLUMN = "WB205"
    UNKNOWN_SHEET = "WB206"
    NO_ROWS = "WB207"
    BLANK_ROWS = "WB208"
    ROWS_OUTSIDE_TABLE = "WB209"
    UNKNOWN_SETTING = "WB210"
    MISSING_SETTING = "WB211"
    NO_HEADERS = "WB212"
    UNREADABLE_SHEET = "WB213"
    BLANK_REQUIRED = "WB301"
    NOT_A_NUMBER = "WB302"
    NUMBER_AS_TEXT = "WB303"
    BOOLEAN_AS_NUMBER = "WB304"
    DATE_AS_NUMBER = "WB305"
    ERROR_VALUE = "WB306"
    NO_STORED_RESULT = "WB307"
    OUT_OF_RANGE = "WB308"
    PERCENT_TOO_LARGE = "WB309"
    NOT_A_CHOICE = "WB310"
    NOT_A_DATE = "WB311"
    NOT_FIRST_OF_MONTH = "WB312"
    NOT_WHOLE = "WB313"
    NOT_FINITE = "WB314"
    NAME_NOT_TEXT = "WB315"
    NAME_SPACES = "WB316"
    NAME_WILDCARD = "WB317"
    RESERVED_NAME = "WB318"
    UNKNOWN_CURRENCY = "WB319"
    DUPLICATE_NAME = "WB401"
    UNKNOWN_NAME = "WB402"
    WRONG_KIND = "WB403"
    ANCHORS_OUT_OF_ORDER = "WB404"
    ANCHORS_APART = "WB405"
    GROWTH_NOT_POSITIVE = "WB406"
    SHARES_NOT_WHOLE = "WB407"
    BASE_SCENARIO = "WB408"
    REVIEW_BEYOND_HORIZON = "WB409"
    WINDOW_MISSING = "WB410"
    LATENCY_FALLS = "WB411"
    PERCENTILE_TWICE = "WB412"
    PERCENTILE_MISSING = "WB413"
    ZONE_LOSSES = "WB414"
    SPARES_MISSING = "WB415"
    REGIONS_MISSING = "WB416"
    MTBF_WITHOUT_MTTR = "WB417"
    EVENT_BACKWARDS = "WB418"
    SEASONALITY_MEAN = "WB419"
    FAST_GROWTH = "WB420"
    NODE_INCOMPLETE = "WB421"
    UTILISATION_BAND = "WB422"
    UNIT_MISMATCH = "WB423"
    GROWTH_RANGE = "WB424"
    PRICE_NOT_USED = "WB425"
    CLAIM_EMPTY = "WB426"
    TOTALS_ROW = "WB427"
    SHEET_NAME_TAKEN = "WB501"
    DEFINED_NAME_TAKEN = "WB502"
    TOO_MANY_STYLES = "WB503"
    NO_SHEET_LEFT = "WB504"
    READ_ONLY = "WB505"
    OPEN_ELSEWHERE = "WB506"
    CHANGED_MEANWHILE = "WB507"
    NOT_WRITTEN = "WB508"
    FILE_EXISTS = "WB509"
    QUEUE_LAW = "WB601"
    WAIT_BEYOND_P99 = "WB602"
    CPU_BEYOND_TODAY = "WB603"
    BANDWIDTH_PER_REQUEST = "WB604"
    MARGIN_TWICE = "WB605"
    BUFFER_BELOW_ZONES = "WB606"
    BAND_ABOVE_ZONES = "WB607"
    FAILOVER_BEYOND_BUDGET = "WB608"
    SYSTEM_BELOW_PROMISE = "WB609"
    OBJECTIVE_OFF_PROMISES = "WB610"
    GROWTH_OFF_RATE = "WB611"
    RESERVED_ABOVE_ON_DEMAND = "WB612"
    NODE_TOO_SMALL = "WB613"
    SHARE_OFF_SIZE = "WB614"
    CLAIM_LINE = "WB620"
    CLAIM_ITEM = "WB621"
    CLAIM_MONTH = "WB622"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it is, what was seen there, what is expected, and how to mend it."""

    code: Code
    message: str
    where: Cell | str = ""
    seen: str = ""
    expected: str = ""
    remedy: str = ""
    severity: Severity = Severity.ERROR

    def as_json(self) -> dict[str, str]:
        """Give the problem as `--json` prints it: plain strings under fixed keys."""
        return {
            "code": self.code.value,
            "severity": self.severity.value,
            "where": str(self.where),
            "message": self.message,
            "seen": self.seen,
            "expected": self.expected,
            "remedy": self.remedy,
        }


@dataclass
class Refusal(Exception):
    """A file cannot be read, or a result cannot be written: nothing was changed. `exit_code` is 4 or 5."""

    problem: Problem
    exit_code: int = field(default=4)

    def __str__(self) -> str:
        return self.problem.message


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give errors first, then warnings, then infos, each kind in the order in which it was found."""
    return tuple(sorted(problems, key=lambda problem: list(Severity).index(problem.severity)))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Tell whether any of the problems stops the run."""
    return any(problem.severity is Severity.ERROR for problem in problems)
