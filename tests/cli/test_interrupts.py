"""A signal that ends a run is heard wherever it falls."""

from __future__ import annotations

import signal
import sys
import time

import pytest

from workbook.cli.interrupts import ending_cleanly


class _Removed:
    """Receives a signal while it is being removed, where Python can raise nothing."""

    def __init__(self, number: signal.Signals) -> None:
        self.number = number

    def __del__(self) -> None:
        signal.raise_signal(self.number)


def _remove_and_go_on(number: signal.Signals) -> None:
    with ending_cleanly():
        removed = _Removed(number)
        del removed
        for _ in range(1000):
            time.sleep(0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_an_object_is_removed_ends_the_run(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = {signal.SIGINT: KeyboardInterrupt, signal.SIGTERM: SystemExit}
    before = signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
    try:
        with pytest.raises(ends[number]):
            _remove_and_go_on(number)
    finally:
        signal.signal(number, before)
    assert "ignored" not in capsys.readouterr().err


def test_another_fault_of_a_removal_is_still_reported(capsys: pytest.CaptureFixture[str]) -> None:
    class Faulty:
        def __del__(self) -> None:
            raise ValueError("lost")

    with ending_cleanly():
        faulty = Faulty()
        del faulty
    assert "lost" in capsys.readouterr().err
