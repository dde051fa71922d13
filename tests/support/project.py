"""Real lockfiles in a project folder, and the trust material that goes with real attestations."""

import json
import shutil
from pathlib import Path
from typing import Any

from provcheck.trust.embedded import read_embedded
from support.corpus import CORPUS


def storefront(folder: Path, version: int) -> Path:
    """Write the storefront project, locked in the given lockfile version, and return the lockfile."""
    folder.mkdir(parents=True, exist_ok=True)
    lockfile = folder / "package-lock.json"
    shutil.copyfile(CORPUS / "lockfiles" / f"storefront.package-lock.v{version}.json", lockfile)
    shutil.copyfile(CORPUS / "lockfiles" / "storefront.package.json", folder / "package.json")
    return lockfile


def change_entry(lockfile: Path, key: str, **fields: Any) -> None:  # noqa: ANN401 - any JSON
    """Change fields of an entry in a lockfile of version 2 or 3; ``None`` deletes one."""
    document = json.loads(lockfile.read_text())
    entry = document["packages"][key]
    for name, value in fields.items():
        if value is None:
            entry.pop(name, None)
        else:
            entry[name] = value
    lockfile.write_text(json.dumps(document, indent=2))


def production_trust(folder: Path) -> list[str]:
    """Return options that make a run use the production trust material without asking for a newer one."""
    trusted_root = folder / "trusted_root.json"
    trusted_root.write_bytes(read_embedded().trusted_root)
    return ["--trusted-root", str(trusted_root), "--npm-keys", str(CORPUS / "npm-keys.json")]
