"""The map in docs/architecture.md, held to: who may import what, and who may construct facts."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import provcheck

SRC = Path(provcheck.__file__).parent

FOUNDATION = {"codes", "errors", "fields", "files", "integrity", "jsonio", "model", "_version"}
ARROWS: dict[str, set[str]] = {
    "codes": set(),
    "_version": set(),
    "errors": {"codes"},
    "model": {"codes"},
    "jsonio": {"errors"},
    "fields": {"jsonio"},
    "integrity": {"errors"},
    "lockfile": FOUNDATION,
    "registry": FOUNDATION,
    "trust": FOUNDATION,
    "attestation": FOUNDATION | {"trust.root", "trust.npm_keys"},
    "provenance": FOUNDATION,
    "binding": FOUNDATION,
    "examine": FOUNDATION | {"attestation", "provenance"},
    "judge": FOUNDATION | {"attestation", "binding", "examine"},
    "outcome": FOUNDATION,
    "gather": FOUNDATION | {"registry"},
    "report": FOUNDATION,
    "options": set(),
    "files": FOUNDATION,
    "__main__": {"cli"},
}
"""What each room may import of ours beside itself; ``app``, ``bundles``, ``context`` and ``cli`` may see all."""

PURE = {"attestation", "provenance", "binding", "examine", "judge", "outcome", "model", "codes"}
IMPURE_MODULES = {
    "os",
    "pathlib",
    "socket",
    "time",
    "subprocess",
    "tempfile",
    "shutil",
    "httpx",
    "random",
    "platformdirs",
}
ONLY_IN = {
    "httpx": ("registry",),
    "stamina": ("registry",),
    "sigstore": ("trust",),
    "tuf": ("trust",),
    "rich": ("report",),
    "typer": ("cli",),
    "rfc3161_client": ("attestation",),
    "pydantic": ("report",),
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(SRC.rglob("*.py")):
        parts = path.relative_to(SRC).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports anywhere, annotations' imports included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names if module in {"provcheck", "provcheck.trust"})


def room(module: str) -> str:
    return module.partition(".")[0]


@pytest.mark.parametrize(("module", "path"), [pytest.param(*item, id=item[0] or "provcheck") for item in modules()])
def test_imports_follow_the_map(module: str, path: Path) -> None:
    own = room(module)
    for imported in imports(path):
        top = imported.partition(".")[0]
        if own in PURE:
            assert top not in IMPURE_MODULES, f"{module} is pure but imports {imported}"
        if top in ONLY_IN:
            assert own in ONLY_IN[top], f"{module} imports {imported}, which belongs to {ONLY_IN[top]}"
        if top != "provcheck" or own in {"", "app", "bundles", "context", "cli"}:
            continue
        target = imported.partition(".")[2]
        if target in {"", "trust"}:
            continue
        allowed = ARROWS[own] | {own}
        assert any(target == name or target.startswith(f"{name}.") for name in allowed), f"{module} imports {imported}"


def test_only_the_verifier_constructs_verified_signatures() -> None:
    constructors = {
        module
        for module, path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Signature"
    }
    assert constructors == {"attestation.verifier"}


def test_modules_stay_small() -> None:
    sizes = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in modules()}
    sizes.pop("codes")  # a table
    assert {module: size for module, size in sizes.items() if size > 420} == {}
