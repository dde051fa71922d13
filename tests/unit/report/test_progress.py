import io
import re

from provcheck.report.progress import BarProgress
from support.reports import absent, verified


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_counts_packages_and_attestations_and_is_wiped_at_the_end() -> None:
    stream = _Terminal()
    progress = BarProgress(stream, color=False)
    progress.start(3)
    for judgement in (verified("a@1"), absent("b@1"), verified("c@1")):
        progress.advance(judgement)
    progress.stop()
    assert "3/3 4 attestations" in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert stream.getvalue().endswith("\x1b[2K")


def test_a_run_that_ends_before_it_starts_shows_no_bar() -> None:
    stream = _Terminal()
    BarProgress(stream, color=False).stop()
    assert "packages" not in stream.getvalue()
