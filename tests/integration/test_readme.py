"""What the README promises runs as it stands there."""

import re
from pathlib import Path

import pytest
import pytest_socket

ROOT = Path(__file__).parents[2]


def test_python_example(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(ROOT)
    pytest_socket.disable_socket()
    try:
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - that is what readers will do
    finally:
        pytest_socket.enable_socket()

    *origins, reason = capsys.readouterr().out.splitlines()
    assert len(origins) == 5
    assert all(re.fullmatch(r"\S+@\S+ https://\S+ [0-9a-f]{40}", line) for line in origins)
    assert reason.startswith("2 invalid")


def test_local_links_lead_somewhere() -> None:
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
