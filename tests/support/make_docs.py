"""The documents that are made from the code; `make docs` writes them again."""

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from provcheck.report.explain import render_codes_page
from provcheck.report.schema import SCHEMAS, build_schema, schema_file
from provcheck.report.schema_page import render_report_page

_ROOT = Path(__file__).parents[2]

_REPORT = _ROOT / "src/provcheck/report"
_README = _ROOT / "README.md"
_EXAMPLE = re.compile(r"(?<=<!-- example -->\n).*?(?=<!-- /example -->)", re.DOTALL)


def _render_schema(schema: str) -> str:
    return json.dumps(build_schema(schema), indent=2) + "\n"


def _render_readme() -> str:
    """Return the README with the report that `make example` prints."""
    report = (_ROOT / "fixtures/example/expected.txt").read_text(encoding="utf-8")
    block = f"```console\n$ make example\n{report}```\n"
    return _EXAMPLE.sub(lambda _: block, _README.read_text(encoding="utf-8"))


GENERATED: Mapping[Path, Callable[[], str]] = {
    _ROOT / "docs/codes.md": render_codes_page,
    _ROOT / "docs/report.md": lambda: render_report_page(map(build_schema, SCHEMAS)),
    _README: _render_readme,
    **{_REPORT / schema_file(schema): partial(_render_schema, schema) for schema in SCHEMAS},
}


def main() -> None:
    """Write every one of them."""
    for path, render in GENERATED.items():
        path.write_text(render(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
