"""Coded findings with a place and a remedy (ground floor).

A person's mistake is a value: a `Problem`, collected with all the others and shown at once. A programmer's mistake
raises. Codes are grouped by what a person has to look at: WB1xx the file, WB2xx sheets and columns, WB3xx a cell's
value, WB4xx figures that do not fit each other, WB5xx writing the result, WB6xx inputs that cannot all be true, and
claims.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

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
    OWNER_FILE = "WB114"
    AMBIGUOUS_FILE = "WB115"
    UNSAFE_PART_NAME = "WB116"
    UNKNOWN_PACKING = "WB117"
    TOLD_TWICE = "WB118"
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
    MERGED_CELLS = "WB214"
    HIDDEN_CELLS = "WB215"
    HIDDEN_SHEET = "WB216"
    EMPTY_FORMATTED_ROWS = "WB217"
    STRAY_CELLS = "WB218"
    MANUAL_CALCULATION = "WB219"
    DATE_SYSTEM = "WB220"
    NO_ADDRESS = "WB221"
    SHEET_TWICE = "WB222"
    HEADERS_ELSEWHERE = "WB223"
    TEXT_BELOW_TABLE = "WB224"
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
    BROKEN_CELL = "WB320"
    AMBIGUOUS_NUMBER = "WB321"
    AMBIGUOUS_DATE = "WB322"
    OFF_CALENDAR = "WB323"
    HUGE_PERCENT = "WB324"
    ODD_LETTERS = "WB325"
    THEME_UNREADABLE = "WB340"
    THEME_UNKNOWN = "WB341"
    THEME_VALUE = "WB342"
    THEME_CONTRAST = "WB343"
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
    LOOK_ALIKE_NAMES = "WB428"
    SUBTOTAL_ROW = "WB429"
    SHEET_NAME_TAKEN = "WB501"
    DEFINED_NAME_TAKEN = "WB502"
    TOO_MANY_STYLES = "WB503"
    NO_SHEET_LEFT = "WB504"
    READ_ONLY = "WB505"
    OPEN_ELSEWHERE = "WB506"
    CHANGED_MEANWHILE = "WB507"
    NOT_WRITTEN = "WB508"
    FILE_EXISTS = "WB509"
    RUN_UNDER_WAY = "WB510"
    STALE_OWNER_FILE = "WB511"
    NO_BACKUP = "WB512"
    IDENTITY_CHANGES = "WB513"
    CONFLICT_COPY = "WB514"
    EDITED_RESULT = "WB515"
    RENAMED_RESULT = "WB516"
    SHEET_IN_USE = "WB517"
    NOTHING_TO_REMOVE = "WB518"
    WRITE_RESERVED = "WB519"
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
    REPORT_NOT_PLANNED = "WB701"
    REPORT_STALE = "WB702"
    REPORT_HEADER = "WB703"
    REPORT_ADDRESS = "WB704"
    REPORT_TOO_LARGE = "WB705"
    REPORT_LARGE = "WB706"
    REPORT_NO_LIBREOFFICE = "WB707"
    REPORT_PDF = "WB708"
    REPORT_TEMPLATE = "WB709"
    REPORT_PAGE_LARGE = "WB710"
    REPORT_DISCLOSES = "WB711"
    REPORT_EARLIER = "WB712"
    REPORT_MESSAGE = "WB713"
    MAIL_NO_CONFIG = "WB720"
    MAIL_CONFIG_UNREADABLE = "WB721"
    MAIL_CONFIG_KEY = "WB722"
    MAIL_CONFIG_VALUE = "WB723"
    MAIL_SECRET_IN_CONFIG = "WB724"
    MAIL_SECRET = "WB725"
    MAIL_NOT_ALLOWED = "WB726"
    MAIL_CONFIRM = "WB727"
    MAIL_ALREADY_SENT = "WB728"
    MAIL_LEDGER = "WB729"
    MAIL_NO_CONNECTION = "WB730"
    MAIL_CERTIFICATE = "WB731"
    MAIL_NO_TLS = "WB732"
    MAIL_LOGIN = "WB733"
    MAIL_SIZE = "WB734"
    MAIL_REFUSED = "WB735"
    MAIL_RECIPIENT = "WB736"
    MAIL_UNKNOWN = "WB737"


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


class Rated(Protocol):
    """Whatever has a severity: a problem, or a finding of a check of sheets."""

    @property
    def severity(self) -> Severity: ...  # noqa: D102


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


def has_errors(problems: Iterable[Rated]) -> bool:
    """Tell whether any of the problems stops the run."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def count_text(problems: Iterable[Rated]) -> str:
    """Give the number of problems in words: `2 errors, 1 warning`."""
    counts = Counter(problem.severity for problem in problems)
    words = []
    for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "remark")):
        if count := counts[severity]:
            words.append(f"{count} {word}{'' if count == 1 else 's'}")
    return ", ".join(words) or "no problems"
