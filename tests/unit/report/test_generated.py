"""The files made from the code are as the code would make them now."""

from pathlib import Path

import pytest

from support.make_docs import GENERATED


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path) -> None:
    expected = GENERATED[path]()
    assert path.read_text(encoding="utf-8") == expected, "run `make docs`"
