"""The Python API as a caller outside uses it: every verb through `import workbook`, and `__all__` with every type."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import typing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import workbook
from tests.conftest import ROOT, SAMPLES
from tests.report.mails import ALL, basics, toml
from tests.report.smtp import mail_server

pytestmark = pytest.mark.whole

NAMES: tuple[str, ...] = vars(workbook)["__all__"]
"""Not `workbook.__all__`: it is made at run time, and a type checker reads the imports instead."""


def planned(path: Path, sample: str = "meridian") -> workbook.ReadWorkbook:
    """Plan a sample in place, and read it again."""
    path.write_bytes((SAMPLES / f"{sample}.xlsx").read_bytes())
    reading = workbook.read_plan(path)
    assert reading.plan is not None
    workbook.write_plan(reading, workbook.calculate(reading.plan))
    return workbook.read_plan(path)


def results_of(reading: workbook.ReadWorkbook) -> workbook.Results:
    assert reading.plan is not None
    return workbook.calculate(reading.plan)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> workbook.ReadWorkbook:
    """Return a planned sample that tests read and leave as it is."""
    return planned(tmp_path_factory.mktemp("base") / "plan.xlsx")


def copied(base: workbook.ReadWorkbook, folder: Path) -> workbook.ReadWorkbook:
    path = folder / "plan.xlsx"
    path.write_bytes(base.path.read_bytes())
    return workbook.read_plan(path)


def test_new_workbooks_and_input_sheets(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    assert set(workbook.template_names()) == {"blank", "example", "erlmcp", "meridian"}
    workbook.new_workbook(path, "meridian")
    reading = workbook.read_plan(path)
    assert reading.plan is not None
    assert not any(problem.severity is workbook.Severity.ERROR for problem in reading.problems)
    with pytest.raises(workbook.Refusal) as refused:
        workbook.new_workbook(path, "meridian")
    assert refused.value.reason is workbook.Reason.USAGE
    assert refused.value.problem.code is workbook.Code.FILE_EXISTS
    assert workbook.add_input_sheets(path, "meridian") == ()


def test_check_plan_and_write(tmp_path: Path) -> None:
    path, out = tmp_path / "plan.xlsx", tmp_path / "out.xlsx"
    path.write_bytes((SAMPLES / "erlmcp.xlsx").read_bytes())
    before = path.read_bytes()
    with workbook.hold(path, out) as remarks:
        reading = workbook.read_plan(path, remarks)
        assert isinstance(reading.plan, workbook.Plan)
        results = workbook.calculate(reading.plan)
        written = workbook.write_plan(reading, results, out)
    assert isinstance(written, workbook.Written)
    assert (written.path, written.backup, written.results) == (out, None, results)
    assert path.read_bytes() == before
    again = workbook.read_plan(out)
    assert again.plan is not None
    assert again.plan.run_id == reading.plan.run_id
    assert float(str(results.value("nodes.total", 0, 12))) > 0


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(workbook.Refusal) as refused:
        workbook.read_plan(tmp_path / "none.xlsx")
    assert refused.value.reason is workbook.Reason.UNREADABLE
    assert refused.value.problem.code is workbook.Code.NO_SUCH_FILE


def test_mark(base: workbook.ReadWorkbook, tmp_path: Path) -> None:
    reading = copied(base, tmp_path)
    problem = workbook.Problem(workbook.Code.PERCENT_TOO_LARGE, "too large", workbook.Cell("Settings", 4, 2))
    marked = workbook.mark_problems(reading, [problem])
    assert isinstance(marked, workbook.Marked)
    assert (marked.path, marked.notes) == (workbook.marked_path(reading.path), 1)
    assert workbook.original_path(marked.path) == reading.path
    assert workbook.original_path(reading.path) is None
    assert {sheet.name for sheet in workbook.read_plan(marked.path).package.sheets} >= {"Problems", "Summary"}


def test_explain(base: workbook.ReadWorkbook) -> None:
    results = results_of(base)
    explanation = workbook.explain_figure(results, "nodes.total", month=12)
    assert isinstance(explanation, workbook.Explanation)
    assert explanation.value == results.value("nodes.total", 0, 12)
    assert workbook.explain_figure(results, explanation.cell).value == explanation.value
    assert explanation.cell in workbook.explanation_text(explanation)
    assert workbook.brief_text(explanation)
    with pytest.raises(LookupError):
        workbook.explain_figure(results, "nodes.nothing")
    assert workbook.is_input(results, "Users!B2")
    effect = workbook.explain_input(results, "Users!B2")
    assert isinstance(effect, workbook.InputEffect)
    assert all(isinstance(one, workbook.Dependent) for one in effect.readers)
    assert "Users!B2" in workbook.effect_text(effect)
    entry = workbook.explain_code("error[WB309]")
    assert isinstance(entry, workbook.CatalogueEntry)
    assert (entry.code, workbook.looks_like_a_code("wb309")) == ("WB309", True)


def test_lint(base: workbook.ReadWorkbook) -> None:
    rule = next(iter(workbook.lint_rules().values()))
    assert isinstance(rule, workbook.LintRule)
    every = workbook.lint_workbook(base.path)
    assert all(isinstance(one, workbook.Violation) for one in every)
    assert {one.code for one in every} <= set(workbook.lint_rules())
    one_sheet = workbook.lint_workbook(base.path, ["Cost"])
    assert all(one.where.startswith("Cost") for one in one_sheet)
    with pytest.raises(LookupError):
        workbook.lint_workbook(base.path, ["No such sheet"])


def test_help() -> None:
    assert {"inputs", "model", "glossary"} <= set(workbook.help_topics())
    assert workbook.help_text("model").startswith("# Model\n")
    assert workbook.glossary()["Horizon"] in workbook.help_text("glossary")
    with pytest.raises(LookupError, match="did you mean mail"):
        workbook.help_text("mial")


def test_report(base: workbook.ReadWorkbook, tmp_path: Path) -> None:
    template = tmp_path / "mine.txt"
    template.write_text("{{ report.title }}: {{ report.run_id }}")
    options = workbook.ReportOptions((workbook.read_template(template),), is_attached=False)
    made = workbook.make_report(base, results_of(base), options, since=SAMPLES / "meridian.xlsx")
    assert base.plan is not None
    assert made.rendered.text == f"{base.plan.settings.plan_name}: {base.plan.run_id}"
    assert (made.rendered.attachments, made.rendered.report.changes) == ((), ())
    address = workbook.checked_address("cfo@example.org")
    written = workbook.write_report(made, tmp_path / "out", "plan", [address])
    assert [path.name for path in written.paths] == ["plan-report.eml", "plan-report.html", "plan-report.txt"]
    assert b"To: cfo@example.org" in written.paths[0].read_bytes()
    workbook.new_workbook(tmp_path / "new.xlsx", "erlmcp")
    unplanned = workbook.read_plan(tmp_path / "new.xlsx")
    with pytest.raises(workbook.Refusal) as refused:
        workbook.make_report(unplanned, results_of(unplanned))
    assert refused.value.problem.code is workbook.Code.REPORT_NOT_PLANNED


def test_send(base: workbook.ReadWorkbook, tmp_path: Path) -> None:
    made = workbook.make_report(base, results_of(base), workbook.ReportOptions(is_attached=False))
    with mail_server() as server:
        config = tmp_path / "mail.toml"
        config.write_text(toml(**basics(tmp_path, server)), encoding="utf-8")
        found = workbook.read_mail_settings(base.path, config)
        assert (found.config.path, found.problems) == (config, ())
        assert isinstance(found.settings, workbook.MailSettings)
        assert workbook.recipients_problem(found, ["eve@evil.org"]) is not None
        assert workbook.recipients_problem(found) is None
        mail = workbook.address_report(made, found)
        assert mail.envelope.everyone == ALL
        rehearsal = workbook.rehearse_mail(mail)
        assert workbook.mail_summary(mail).splitlines()[0] in rehearsal.text
        assert [problem.code for problem in rehearsal.problems] == [workbook.Code.MAIL_CONFIRM]
        assert server.mails == []
        with pytest.raises(workbook.Refusal):
            workbook.send_mail(mail)
        with pytest.raises(workbook.Refusal) as refused:
            workbook.send_mail(workbook.address_report(made, found, ["eve@evil.org"]), workbook.Consent(True))
        assert refused.value.problem.code is workbook.Code.MAIL_NOT_ALLOWED
        assert server.mails == []
        outcome = workbook.send_mail(mail, workbook.Consent(is_confirmed=True))
        assert isinstance(outcome, workbook.Outcome)
        assert (outcome.reason, outcome.problems) == (None, ())
        assert [one.recipients for one in server.mails] == [list(ALL)]


def test_a_configuration_with_problems_addresses_nothing(base: workbook.ReadWorkbook, tmp_path: Path) -> None:
    config = tmp_path / "mail.toml"
    config.write_text('[mail]\nhost = "smtp.example.org"\n', encoding="utf-8")
    found = workbook.read_mail_settings(base.path, config)
    assert found.settings is None
    assert [problem.code for problem in found.problems] == [workbook.Code.MAIL_CONFIG_VALUE]
    with pytest.raises(ValueError, match=r"mail\.toml"):
        workbook.recipients_problem(found)


def test_restore_and_remove(base: workbook.ReadWorkbook, tmp_path: Path) -> None:
    reading = copied(base, tmp_path)
    original = reading.path.read_bytes()
    removed = workbook.remove_sheets(reading.path)
    assert isinstance(removed, workbook.Removed)
    assert {"Summary", "Checks"} <= set(removed.sheets)
    assert "Summary" not in {sheet.name for sheet in workbook.read_plan(reading.path).package.sheets}
    (backup,) = workbook.list_backups(reading.path)
    assert isinstance(backup, workbook.Backup)
    assert (backup.path, workbook.is_sound(backup)) == (removed.backup, True)
    restored = workbook.restore_backup(reading.path)
    assert isinstance(restored, workbook.Restored)
    assert restored.backup.number == 1
    assert reading.path.read_bytes() == original


def test_theme(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text('styles: {Input: {bg_color: "#E8F1E4"}}\n')
    theme, problems = workbook.read_theme(path)
    assert isinstance(theme, workbook.Theme)
    assert problems == ()
    path.write_text("styles: {Nothing: {bg_color: red}}\n")
    theme, problems = workbook.read_theme(path)
    assert theme is None
    assert all(isinstance(problem, workbook.Problem) for problem in problems)
    assert problems


# The list of names


def test_every_public_name_resolves_and_no_other() -> None:
    values = [getattr(workbook, name) for name in NAMES]
    assert all(value.__module__.startswith("workbook.") for value in values)
    assert sorted(set(NAMES)) == list(NAMES)
    with pytest.raises(AttributeError):
        getattr(workbook, "nothing")  # noqa: B009 - a type checker knows that it is not there


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((ROOT / "workbook" / "actions" / "__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    seen = {one.asname: node.module for node in imports for one in node.names if one.asname}
    assert tuple(sorted(seen)) == tuple(NAMES)
    for name, module in seen.items():
        assert getattr(import_module(str(module)), name) is getattr(workbook, name)
    assert (ROOT / "workbook" / "py.typed").is_file()


def test_every_type_that_a_public_function_takes_or_returns_is_public() -> None:
    functions = [one for name in NAMES if inspect.isfunction(one := getattr(workbook, name))]
    assert len(functions) > 20
    for function in functions:
        for hint in typing.get_type_hints(function).values():
            for kind in classes(hint):
                if kind.__module__.partition(".")[0] == "workbook":
                    assert getattr(workbook, kind.__name__, None) is kind, f"{function.__name__}: {kind.__name__}"


def classes(hint: object) -> Iterator[type]:
    """Yield the classes of an annotation: those of `Sequence[Problem] | None` are Sequence and Problem."""
    if isinstance(origin := typing.get_origin(hint) or hint, type):
        yield origin
    for argument in typing.get_args(hint):
        for one in argument if isinstance(argument, list) else [argument]:
            yield from classes(one)


def test_the_api_alone_loads_nothing_heavy() -> None:
    heavy = ("lxml", "numpy", "pydantic", "yaml", "workbook.model", "workbook.files", "workbook.report")
    code = f"import sys, workbook; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
