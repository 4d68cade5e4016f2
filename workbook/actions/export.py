"""Export a planned workbook: alerts, dashboards, manifests and tables into a folder (roof)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from workbook.actions.check import ReadWorkbook
from workbook.address import Cell
from workbook.export.grafana import grafana_files
from workbook.export.kubernetes import kubernetes_files, without_counterpart
from workbook.export.names import collisions, resource_name
from workbook.export.prometheus import alert_collisions, prometheus_files, service_metrics
from workbook.export.read import read_operations
from workbook.export.records import LeftOut, Operations
from workbook.export.sealed import is_untouched, seal
from workbook.export.summary import export_text
from workbook.export.tables import table_files
from workbook.files.saving.filesystem import as_refusal
from workbook.files.saving.folder import files_in, replace_folder
from workbook.model.results import Results
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.report.make import same_bytes
from workbook.report.stamp import check_stamp
from workbook.sheets.book import lay_out_book

SUMMARY, SUMS = "EXPORT.md", "SHA256SUMS"


class Format(StrEnum):
    """What can be exported."""

    PROMETHEUS = "prometheus"
    GRAFANA = "grafana"
    KUBERNETES = "kubernetes"
    TABLES = "tables"


class AutoscalerTarget(StrEnum):
    """What adds and removes nodes."""

    CLUSTER_AUTOSCALER = "cluster-autoscaler"
    OPENSHIFT = "openshift"
    KARPENTER = "karpenter"


class ExportOptions(Struct, frozen=True):
    """What to export, and how."""

    formats: Collection[Format] = tuple(Format)
    target: AutoscalerTarget | None = None
    """Overrules Autoscaler target of Operations."""
    has_api_body: bool = False
    """Whether dashboards are wrapped for Grafana's API."""
    has_crd: bool = False
    """Whether the rules come as a PrometheusRule too."""
    has_bom: bool = False
    """Whether tables begin with the mark by which Excel knows UTF-8."""
    is_forced: bool = False
    """Whether edited files are replaced."""


class Export(Struct, frozen=True):
    """The files of an export by their paths in its folder, and the alerts that have no threshold."""

    files: Mapping[str, str]
    left_out: tuple[LeftOut, ...]
    source: Path
    is_forced: bool = False


def make_export(reading: ReadWorkbook, results: Results, options: ExportOptions | None = None) -> Export:
    """Return the files that follow from a planned workbook; the same plan gives the same files.

    Raises Refusal: inputs if the workbook was not planned, its inputs have changed since, or two names become one in
    a file; busy if the file was changed meanwhile.
    """
    chosen = options or ExportOptions()
    check_stamp(reading.package, results.plan.run_id)
    same_bytes(reading.path, reading.sha256)
    operations = read_operations(lay_out_book(results), str(chosen.target or ""))
    if problems := tuple(_collisions(results, operations)):
        raise Refusal(problems[0], Reason.INPUTS, problems[1:])
    files = _files(results, operations, chosen)
    summary = export_text(operations, files, service_metrics(operations), without_counterpart(operations))
    files = {SUMMARY: summary, **files}
    sums = "".join(f"{_hash(text.encode('utf-8'))}  {path}\n" for path, text in sorted(files.items()))
    return Export({**files, SUMS: sums}, operations.left_out, reading.path, chosen.is_forced)


def _files(results: Results, operations: Operations, options: ExportOptions) -> dict[str, str]:
    files: dict[str, str] = {}
    if Format.PROMETHEUS in options.formats:
        files |= prometheus_files(operations, options.has_crd)
    if Format.GRAFANA in options.formats:
        files |= grafana_files(operations, options.has_api_body)
    if Format.KUBERNETES in options.formats:
        files |= {path: seal(text) for path, text in kubernetes_files(operations).items()}
    if Format.TABLES in options.formats:
        files |= table_files(results, options.has_bom)
    return files


def _collisions(results: Results, operations: Operations) -> Iterator[Problem]:
    """Yield the names that two items would share in a file."""
    components = [workload.component for workload in operations.workloads]
    for first, second, name in collisions(components, resource_name):
        row = results.frame.items["component"].index(second)
        where = results.plan.tables["components"].cell(row, "component")
        yield _same_name(first, second, name, where or "")
    for first, second, name in alert_collisions(operations.alerts):
        yield _same_name(first, second, name, "")


def _same_name(first: str, second: str, name: str, where: Cell | str) -> Problem:
    return Problem(
        Code.EXPORT_NAMES,
        f"{first!r} and {second!r} would both be called {name!r} in the export",
        where,
        seen=repr(second),
        expected="names that differ in more than case, spaces and signs",
        remedy="rename one of the two, and plan again",
    )


def write_export(export: Export, folder: Path) -> tuple[Path, ...]:
    """Write the files of an export, the old folder complete or the new one; files of the person's own in it stay.

    Raises Refusal: usage for a folder that is none, or files that were edited since they were exported, unless the
    export is forced; busy if the folder cannot be written.
    """
    contents = {path: text.encode("utf-8") for path, text in export.files.items()}
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()) or not folder.parent.is_dir():
        raise _no_folder(folder)
    with as_refusal(folder):
        there = files_in(folder)
        sums = _sums(there.get(SUMS))
        untouched = {path for path, file in there.items() if _is_untouched(file, sums.get(path))}
        edited = sorted(path for path in there if path in contents.keys() | sums.keys() and path not in untouched)
        if edited and not export.is_forced:
            raise _edited(folder, edited)
        replace_folder(folder, contents, sums.keys() - contents.keys(), export.source)
    return tuple(folder / path for path in sorted(contents))


def _sums(file: Path | None) -> dict[str, str]:
    """Return the hashes of an earlier export by path, with its own list: that one says nothing of itself."""
    if file is None or file.is_symlink():
        return {}
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    sums = {path: digest for digest, mark, path in (line.partition("  ") for line in lines) if mark}
    return {**sums, SUMS: _hash(file.read_bytes())}


def _is_untouched(file: Path, digest: str | None) -> bool:
    """Whether a file is as it was exported: by its own hash, or by the list of its export."""
    if file.is_symlink() or not file.is_file():
        return False
    content = file.read_bytes()
    return digest == _hash(content) or is_untouched(content.decode("utf-8", errors="replace"))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _edited(folder: Path, paths: list[str]) -> Refusal:
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    problem = Problem(
        Code.EXPORT_EDITED,
        f"exported files in {folder.name} were edited; nothing was written",
        folder.name,
        seen=", ".join(paths[:3]) + more,
        expected="files as an export wrote them, or none",
        remedy="keep your changes elsewhere and replace the files with --force, or write into another folder with -o",
    )
    return Refusal(problem, reason=Reason.USAGE)


def _no_folder(folder: Path) -> Refusal:
    seen = (
        "a symbolic link" if folder.is_symlink() else "a file" if folder.exists() else f"no folder {folder.parent.name}"
    )
    problem = Problem(
        Code.EXPORT_FOLDER,
        f"{folder.name} is not a folder that an export can be written to; nothing was written",
        folder.name,
        seen=seen,
        expected="an existing folder, or a new name in an existing folder",
        remedy="write into another folder with -o",
    )
    return Refusal(problem, reason=Reason.USAGE)
