"""A running Prometheus loads the exported rules, scrapes a service that crosses a threshold, and raises the alert."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from tests.export.made import some_operations
from tests.export.promtool import written
from tests.required import require
from workbook.export.prometheus import prometheus_files

_DEADLINE_S = 60


class _Exporter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(b'erlmcp_dr_test_failures_total{site="west"} 1\n')

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def exporter() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Exporter)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def configure(folder: Path, scraped: int) -> None:
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "scrape_configs": [{"job_name": "service", "static_configs": [{"targets": [f"127.0.0.1:{scraped}"]}]}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))


@contextmanager
def prometheus(folder: Path, port: int) -> Iterator[None]:
    command = ["prometheus", "--config.file=prometheus.yml", f"--storage.tsdb.path={folder / 'data'}"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, f"--web.listen-address=127.0.0.1:{port}"], cwd=folder, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def firing(port: int) -> list[dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/alerts", timeout=5) as answer:
            alerts = json.load(answer)["data"]["alerts"]
    except OSError:
        return []
    return [alert for alert in alerts if alert["state"] == "firing"]


def fired(folder: Path, port: int) -> list[dict[str, Any]]:
    with prometheus(folder, port):
        deadline = time.monotonic() + _DEADLINE_S
        while not (alerts := firing(port)) and time.monotonic() < deadline:
            time.sleep(0.5)
    return alerts


def test_an_alert_of_the_plan_fires(tmp_path: Path) -> None:
    require("prometheus", shutil.which("prometheus"))
    folder, port = written(tmp_path, prometheus_files(some_operations())), free_port()
    with exporter() as scraped:
        configure(folder, scraped)
        alerts = fired(folder, port)

    assert alerts, (folder / "log").read_text()[-3000:]
    found = next(alert for alert in alerts if alert["labels"]["alertname"] == "dr_test_failed")
    assert found["labels"]["site"] == "west"
    assert found["labels"]["plan_id"] == "3f2a9c"
    assert found["annotations"]["description"].startswith("A disaster recovery test of site west failed")
