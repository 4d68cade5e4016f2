"""`make_export` and `write_export`: what follows from a plan, and a folder that loses nothing of the person's own."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from msgspec.structs import replace

from tests.conftest import plan_file, plan_sample
from tests.edits import with_values
from tests.settings import setting_cell
from workbook import actions
from workbook.cli import main
from workbook.explain.locate import parse_cell
from workbook.problems import Code, Reason, Refusal

pytestmark = pytest.mark.whole


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_sample("meridian")[0])
    return path


@cache
def made(name: str, data: bytes, formats: tuple[actions.Format, ...]) -> actions.Export:
    """Return the export of a workbook, made once; tests that write it many times do not plan it again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        reading = actions.read_plan(path)
        assert reading.plan is not None
        return actions.make_export(reading, actions.calculate(reading.plan), actions.ExportOptions(formats))


def exported(
    path: Path, folder: Path, *, is_forced: bool = False, formats: tuple[actions.Format, ...] = tuple(actions.Format)
) -> actions.Export:
    export = replace(made(path.name, path.read_bytes(), formats), source=path, is_forced=is_forced)
    actions.write_export(export, folder)
    return export


def refusal_of(path: Path, folder: Path) -> Refusal:
    with pytest.raises(Refusal) as refused:
        exported(path, folder)
    return refused.value


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rule_named(folder: Path, name: str) -> dict[str, object]:
    groups = yaml.safe_load((folder / "prometheus/rules.yml").read_text(encoding="utf-8"))["groups"]
    return next(rule for group in groups for rule in group["rules"] if rule["alert"] == name)


def test_the_same_plan_gives_the_same_bytes(planned: Path, tmp_path: Path) -> None:
    exported(planned, tmp_path / "one")
    made.cache_clear()
    exported(planned, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert "EXPORT.md" in contents(tmp_path / "one")


@pytest.mark.slow
def test_a_threshold_that_changes_in_the_workbook_changes_the_rule_and_its_tests(planned: Path, tmp_path: Path) -> None:
    exported(planned, tmp_path / "before")
    cell = parse_cell(f"Settings!{setting_cell(planned.read_bytes(), 'Utilisation high')}")
    planned.write_bytes(with_values(planned.read_bytes(), {cell: 0.6}))
    plan_file(planned)
    exported(planned, tmp_path / "after")
    before, after = (rule_named(tmp_path / side, "cpu_capacity_exceeded") for side in ("before", "after"))
    assert "> 0.825" in str(before["expr"])
    assert "> 0.66" in str(after["expr"])
    tests = [
        (tmp_path / side / "prometheus/rules.test.yml").read_text(encoding="utf-8") for side in ("before", "after")
    ]
    assert tests[0] != tests[1]


def test_a_workbook_whose_inputs_have_changed_is_refused(planned: Path, tmp_path: Path) -> None:
    cell = parse_cell(f"Settings!{setting_cell(planned.read_bytes(), 'Utilisation high')}")
    planned.write_bytes(with_values(planned.read_bytes(), {cell: 0.6}))
    refused = refusal_of(planned, tmp_path / "out")
    assert refused.problem.code is Code.REPORT_STALE
    assert refused.reason is Reason.INPUTS
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["prometheus/rules.yml", "tables/lines.csv", "EXPORT.md", "SHA256SUMS"])
def test_an_edited_file_is_kept_unless_forced(planned: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    exported(planned, folder)
    file = folder / name
    file.write_text(file.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    edited = file.read_bytes()
    if name == "SHA256SUMS":
        exported(planned, folder)
        assert file.read_bytes() != edited
        return
    refused = refusal_of(planned, folder)
    assert refused.problem.code is Code.EXPORT_EDITED
    assert refused.problem.seen == name
    assert file.read_bytes() == edited
    exported(planned, folder, is_forced=True)
    assert file.read_bytes() != edited


def test_a_file_that_no_export_wrote_is_not_replaced(planned: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "tables").mkdir(parents=True)
    (folder / "tables/lines.csv").write_text("mine\n", encoding="utf-8")
    assert refusal_of(planned, folder).problem.seen == "tables/lines.csv"
    assert contents(folder) == {"tables/lines.csv": b"mine\n"}


def test_files_of_the_persons_own_stay(planned: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    exported(planned, folder)
    (folder / "notes").mkdir()
    (folder / "notes/README").write_bytes(b"\x00mine")
    (folder / "link").symlink_to("notes/README")
    exported(planned, folder, formats=(actions.Format.TABLES,))
    assert (folder / "notes/README").read_bytes() == b"\x00mine"
    assert os.readlink(folder / "link") == "notes/README"  # noqa: PTH115
    assert not (folder / "prometheus/rules.yml").exists()
    assert not list(tmp_path.glob(".out*"))


def test_no_file_is_more_open_than_the_workbook(planned: Path, tmp_path: Path) -> None:
    planned.chmod(0o600)
    exported(planned, tmp_path / "out")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert modes == {0o600}


@pytest.mark.parametrize("kind", ["file", "link", "nowhere"])
def test_what_is_no_folder_is_refused(planned: Path, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "out" if kind != "nowhere" else tmp_path / "a/b"
    if kind == "file":
        folder.write_bytes(b"mine")
    elif kind == "link":
        (tmp_path / "real").mkdir()
        folder.symlink_to("real")
    refused = refusal_of(planned, folder)
    assert refused.problem.code is Code.EXPORT_FOLDER
    assert refused.reason is Reason.USAGE
    assert kind != "file" or folder.read_bytes() == b"mine"


@pytest.mark.slow
def test_two_components_with_one_name_are_an_error_with_the_cell(planned: Path, tmp_path: Path) -> None:
    reading = actions.read_plan(planned)
    assert reading.plan is not None
    cell = reading.plan.tables["components"].cell(1, "component")
    resilience = reading.plan.tables["resilience"].cell(1, "component")
    assert cell is not None
    assert resilience is not None
    planned.write_bytes(with_values(planned.read_bytes(), {cell: "GATEWAY!", resilience: "GATEWAY!"}))
    plan_file(planned)
    refused = refusal_of(planned, tmp_path / "out")
    assert refused.problem.code is Code.EXPORT_NAMES
    assert str(refused.problem.where) == str(cell)


def test_alerts_without_a_figure_are_said_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_sample("erlmcp")[0])
    export = exported(path, tmp_path / "out")
    left = {(one.rule.value, one.item) for one in export.left_out}
    assert left == {("feature_adoption_high", "New feature"), ("zone_loss_headroom_lost", "")}
    assert "zone_loss_headroom_lost" not in (tmp_path / "out/prometheus/rules.yml").read_text(encoding="utf-8")
    assert "`zone_loss_headroom_lost`" in export.files["EXPORT.md"]


def test_the_command_writes_the_folder_and_says_so(planned: Path) -> None:
    result = CliRunner().invoke(main, ["export", str(planned), "--only", "tables,prometheus", "--crd", "--bom"])
    assert result.exit_code == 0, result.output
    folder = planned.with_name("plan-export")
    names = set(contents(folder))
    assert {"prometheus/prometheusrule.yaml", "tables/lines.csv"} <= names
    assert not [name for name in names if name.startswith(("kubernetes", "grafana"))]
    assert (folder / "tables/lines.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert f"Wrote {folder}: {len(names)} files" in result.stdout


def test_the_command_lists_its_files_as_json(planned: Path) -> None:
    result = CliRunner().invoke(main, ["export", str(planned), "--target", "openshift", "--json"])
    assert result.exit_code == 0, result.output
    listed = json.loads(result.stdout)
    folder = planned.with_name("plan-export")
    assert set(listed["files"]) == set(contents(folder))
    assert "kind: ClusterAutoscaler" in (folder / "kubernetes/autoscaler.yaml").read_text(encoding="utf-8")


def test_an_unknown_format_is_a_usage_error(planned: Path) -> None:
    result = CliRunner().invoke(main, ["export", str(planned), "--only", "tables,terraform"])
    assert result.exit_code == 2
    assert "unknown format 'terraform'; choose from prometheus, grafana, kubernetes, tables" in result.stderr


def test_events_after_the_plan_expires_are_said_and_not_scheduled(planned: Path, tmp_path: Path) -> None:
    export = exported(planned, tmp_path / "out")
    assert "Autumn campaign" in export.files["kubernetes/schedules.yaml"]
    assert "Launch anniversary" not in export.files["kubernetes/schedules.yaml"]
    assert "| Event: Launch anniversary | It begins when the plan is no longer valid" in export.files["EXPORT.md"]


def test_pods_request_what_a_node_leaves_them(planned: Path, tmp_path: Path) -> None:
    export = exported(planned, tmp_path / "out")
    patch = yaml.safe_load(export.files["kubernetes/patches/gateway.yaml"])
    [container] = patch["spec"]["template"]["spec"]["containers"]
    # Two pods on a node of 8 cores and 32 GiB, of which the system needs 8%.
    assert container["resources"]["requests"] == {"cpu": "3680m", "memory": "15073Mi"}
