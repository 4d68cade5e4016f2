"""What you may ask for, as functions: one module a verb, with every type that a caller touches (roof).

Each name is imported when it is first asked for, so that help and version come at once and a run loads what it needs.
Type checkers read the imports, a run reads `_NAMES`; a test compares the two.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbook.actions.actuals import ActualsImport as ActualsImport
    from workbook.actions.actuals import WrittenActuals as WrittenActuals
    from workbook.actions.actuals import actuals_text as actuals_text
    from workbook.actions.actuals import import_actuals as import_actuals
    from workbook.actions.actuals import source_text as source_text
    from workbook.actions.actuals import write_actuals as write_actuals
    from workbook.actions.approve import Approval as Approval
    from workbook.actions.approve import Approved as Approved
    from workbook.actions.approve import approve_plan as approve_plan
    from workbook.actions.bridge import ExplainedChange as ExplainedChange
    from workbook.actions.bridge import change_text as change_text
    from workbook.actions.bridge import explain_change as explain_change
    from workbook.actions.bridge import explain_change_between as explain_change_between
    from workbook.actions.bridge import has_version as has_version
    from workbook.actions.check import ReadWorkbook as ReadWorkbook
    from workbook.actions.check import read_plan as read_plan
    from workbook.actions.check import with_simulation as with_simulation
    from workbook.actions.explain import explain_code as explain_code
    from workbook.actions.explain import explain_figure as explain_figure
    from workbook.actions.explain import explain_input as explain_input
    from workbook.actions.export import AutoscalerTarget as AutoscalerTarget
    from workbook.actions.export import Export as Export
    from workbook.actions.export import ExportOptions as ExportOptions
    from workbook.actions.export import Format as Format
    from workbook.actions.export import make_export as make_export
    from workbook.actions.export import write_export as write_export
    from workbook.actions.folder import find_workbooks as find_workbooks
    from workbook.actions.help import glossary as glossary
    from workbook.actions.help import help_text as help_text
    from workbook.actions.help import help_topics as help_topics
    from workbook.actions.lint import lint_rules as lint_rules
    from workbook.actions.lint import lint_workbook as lint_workbook
    from workbook.actions.mark import Marked as Marked
    from workbook.actions.mark import mark_problems as mark_problems
    from workbook.actions.mark import marked_path as marked_path
    from workbook.actions.mark import original_path as original_path
    from workbook.actions.new import SheetsMet as SheetsMet
    from workbook.actions.new import add_input_sheets as add_input_sheets
    from workbook.actions.new import new_workbook as new_workbook
    from workbook.actions.new import sheets_met as sheets_met
    from workbook.actions.plan import Written as Written
    from workbook.actions.plan import preview_references as preview_references
    from workbook.actions.plan import write_plan as write_plan
    from workbook.actions.portfolio import Engine as Engine
    from workbook.actions.portfolio import Portfolio as Portfolio
    from workbook.actions.portfolio import PortfolioError as PortfolioError
    from workbook.actions.portfolio import PortfolioOptions as PortfolioOptions
    from workbook.actions.portfolio import check_output as check_output
    from workbook.actions.portfolio import make_portfolio as make_portfolio
    from workbook.actions.portfolio import write_portfolio as write_portfolio
    from workbook.actions.portfolio import write_tables as write_tables
    from workbook.actions.recognition import PrefixError as PrefixError
    from workbook.actions.remove import Removed as Removed
    from workbook.actions.remove import remove_sheets as remove_sheets
    from workbook.actions.report import MadeReport as MadeReport
    from workbook.actions.report import WrittenReport as WrittenReport
    from workbook.actions.report import make_report as make_report
    from workbook.actions.report import write_report as write_report
    from workbook.actions.restore import restore_backup as restore_backup
    from workbook.actions.roll import ProposedRoll as ProposedRoll
    from workbook.actions.roll import propose_roll as propose_roll
    from workbook.actions.roll import write_roll as write_roll
    from workbook.actions.send import MailConfiguration as MailConfiguration
    from workbook.actions.send import address_report as address_report
    from workbook.actions.send import read_mail_settings as read_mail_settings
    from workbook.actions.send import recipients_problem as recipients_problem
    from workbook.actions.send import rehearse_mail as rehearse_mail
    from workbook.actions.send import send_mail as send_mail
    from workbook.actions.theme import read_theme as read_theme
    from workbook.address import Cell as Cell
    from workbook.explain.dependents import is_input as is_input
    from workbook.explain.explanation import Dependent as Dependent
    from workbook.explain.explanation import Explanation as Explanation
    from workbook.explain.explanation import InputCell as InputCell
    from workbook.explain.explanation import InputEffect as InputEffect
    from workbook.explain.text import brief_text as brief_text
    from workbook.explain.text import effect_text as effect_text
    from workbook.explain.text import explanation_text as explanation_text
    from workbook.files.grafting.following import Following as Following
    from workbook.files.grafting.following import ReferenceChange as ReferenceChange
    from workbook.files.grafting.following import ReferencePolicy as ReferencePolicy
    from workbook.files.saving.backups import Backup as Backup
    from workbook.files.saving.backups import list_backups as list_backups
    from workbook.files.saving.hold import hold as hold
    from workbook.files.saving.restore import Restored as Restored
    from workbook.files.saving.restore import is_sound as is_sound
    from workbook.history.calculate import calculate as calculate
    from workbook.history.importing.records import Basis as Basis
    from workbook.history.importing.records import ImportOptions as ImportOptions
    from workbook.history.importing.records import Metric as Metric
    from workbook.history.importing.records import SourceFormat as SourceFormat
    from workbook.history.importing.records import SourceReading as SourceReading
    from workbook.history.proposals import Proposal as Proposal
    from workbook.history.proposals import ProposalKind as ProposalKind
    from workbook.history.rolling.measured import Measured as Measured
    from workbook.history.rolling.measured import Ratio as Ratio
    from workbook.history.rolling.proof import Proof as Proof
    from workbook.history.rolling.proposals import RollProposal as RollProposal
    from workbook.history.rolling.roll import Rolled as Rolled
    from workbook.history.rolling.roll import RollOptions as RollOptions
    from workbook.history.rolling.users import Hold as Hold
    from workbook.inputs.plan import Plan as Plan
    from workbook.inputs.template import template_names as template_names
    from workbook.lint.violations import LintRule as LintRule
    from workbook.lint.violations import Violation as Violation
    from workbook.model.results import Results as Results
    from workbook.portfolio.engines import usable_cores as usable_cores
    from workbook.portfolio.group import Group as Group
    from workbook.portfolio.group import GroupedPlan as GroupedPlan
    from workbook.portfolio.records import PlanRecord as PlanRecord
    from workbook.portfolio.records import PlanStatus as PlanStatus
    from workbook.problems import Code as Code
    from workbook.problems import Problem as Problem
    from workbook.problems import Reason as Reason
    from workbook.problems import Refusal as Refusal
    from workbook.problems import Severity as Severity
    from workbook.problems.catalogue import CatalogueEntry as CatalogueEntry
    from workbook.problems.catalogue import looks_like_a_code as looks_like_a_code
    from workbook.report.addresses import checked_address as checked_address
    from workbook.report.mail.recipients import Envelope as Envelope
    from workbook.report.mail.rehearsal import Rehearsal as Rehearsal
    from workbook.report.mail.rehearsal import mail_summary as mail_summary
    from workbook.report.mail.send import Consent as Consent
    from workbook.report.mail.send import Mail as Mail
    from workbook.report.mail.send import Outcome as Outcome
    from workbook.report.mail.settings import Config as Config
    from workbook.report.mail.settings import MailSettings as MailSettings
    from workbook.report.make import PdfKind as PdfKind
    from workbook.report.make import ReportOptions as ReportOptions
    from workbook.report.message import Attachment as Attachment
    from workbook.report.message import RenderedReport as RenderedReport
    from workbook.report.pages import Template as Template
    from workbook.report.pages import read_template as read_template
    from workbook.report.report import Report as Report
    from workbook.sheets.theme.look import Theme as Theme

_NAMES = {
    "actions.actuals": (
        "ActualsImport",
        "WrittenActuals",
        "actuals_text",
        "import_actuals",
        "source_text",
        "write_actuals",
    ),
    "actions.approve": ("Approval", "Approved", "approve_plan"),
    "actions.bridge": ("ExplainedChange", "change_text", "explain_change", "explain_change_between", "has_version"),
    "actions.check": ("ReadWorkbook", "read_plan", "with_simulation"),
    "actions.explain": ("explain_code", "explain_figure", "explain_input"),
    "actions.export": (
        "AutoscalerTarget",
        "Export",
        "ExportOptions",
        "Format",
        "make_export",
        "write_export",
    ),
    "actions.folder": ("find_workbooks",),
    "actions.help": ("glossary", "help_text", "help_topics"),
    "actions.lint": ("lint_rules", "lint_workbook"),
    "actions.mark": ("Marked", "mark_problems", "marked_path", "original_path"),
    "actions.new": ("SheetsMet", "add_input_sheets", "new_workbook", "sheets_met"),
    "actions.plan": ("Written", "preview_references", "write_plan"),
    "actions.portfolio": (
        "Engine",
        "Portfolio",
        "PortfolioError",
        "PortfolioOptions",
        "check_output",
        "make_portfolio",
        "write_portfolio",
        "write_tables",
    ),
    "actions.recognition": ("PrefixError",),
    "actions.remove": ("Removed", "remove_sheets"),
    "actions.report": ("MadeReport", "WrittenReport", "make_report", "write_report"),
    "actions.restore": ("restore_backup",),
    "actions.roll": ("ProposedRoll", "propose_roll", "write_roll"),
    "actions.send": (
        "MailConfiguration",
        "address_report",
        "read_mail_settings",
        "recipients_problem",
        "rehearse_mail",
        "send_mail",
    ),
    "actions.theme": ("read_theme",),
    "address": ("Cell",),
    "explain.dependents": ("is_input",),
    "explain.text": ("brief_text", "effect_text", "explanation_text"),
    "explain.explanation": ("Dependent", "Explanation", "InputCell", "InputEffect"),
    "files.grafting.following": ("Following", "ReferenceChange", "ReferencePolicy"),
    "files.saving.backups": ("Backup", "list_backups"),
    "files.saving.hold": ("hold",),
    "files.saving.restore": ("Restored", "is_sound"),
    "history.importing.records": ("Basis", "ImportOptions", "Metric", "SourceFormat", "SourceReading"),
    "history.proposals": ("Proposal", "ProposalKind"),
    "history.rolling.measured": ("Measured", "Ratio"),
    "history.rolling.proof": ("Proof",),
    "history.rolling.proposals": ("RollProposal",),
    "history.rolling.roll": ("RollOptions", "Rolled"),
    "history.rolling.users": ("Hold",),
    "inputs.plan": ("Plan",),
    "inputs.template": ("template_names",),
    "lint.violations": ("LintRule", "Violation"),
    "history.calculate": ("calculate",),
    "model.results": ("Results",),
    "portfolio.engines": ("usable_cores",),
    "portfolio.group": ("Group", "GroupedPlan"),
    "portfolio.records": ("PlanRecord", "PlanStatus"),
    "problems": ("Code", "Problem", "Reason", "Refusal", "Severity"),
    "problems.catalogue": ("CatalogueEntry", "looks_like_a_code"),
    "report.addresses": ("checked_address",),
    "report.mail.recipients": ("Envelope",),
    "report.mail.rehearsal": ("Rehearsal", "mail_summary"),
    "report.mail.send": ("Consent", "Mail", "Outcome"),
    "report.mail.settings": ("Config", "MailSettings"),
    "report.make": ("PdfKind", "ReportOptions"),
    "report.message": ("Attachment", "RenderedReport"),
    "report.pages": ("Template", "read_template"),
    "report.report": ("Report",),
    "sheets.theme.look": ("Theme",),
}
_HOMES = {name: f"workbook.{module}" for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:
    __all__ = tuple(sorted(_HOMES))

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
