"""The trust material in use, for people and for programs (``provcheck.trust/v1``)."""

from collections.abc import Sequence
from datetime import datetime

from provcheck.model import TrustEntry, TrustInfo
from provcheck.report.jsonreport import safe_json, time_text, trust_value
from provcheck.report.lines import shown

SCHEMA = "provcheck.trust/v1"


def render_trust_json(info: TrustInfo, entries: Sequence[TrustEntry]) -> str:
    """Return the listing as JSON that takes no effect wherever it is printed."""
    return safe_json(
        {
            "schema": SCHEMA,
            "trust": trust_value(info),
            "entries": [
                {
                    "kind": entry.kind,
                    "name": entry.name,
                    "sha256": entry.sha256,
                    "start": time_text(entry.start) if entry.start else None,
                    "end": time_text(entry.end) if entry.end else None,
                }
                for entry in entries
            ],
        }
    )


def render_trust_text(info: TrustInfo, entries: Sequence[TrustEntry], *, now: datetime) -> str:
    """Return the listing as lines of text: where it came from, how old it is, and what it consists of."""
    age = f", {(now - info.root_date).days} days old" if info.root_date else ""
    lines = [
        f"Trust root: {shown(info.root_source)}{age}",
        f"  sha256 {info.root_sha256}",
        f"Registry keys: {shown(info.keys_source)}",
        *(f"note: {shown(note)}" for note in info.notes),
    ]
    for entry in entries:
        until = f"{entry.end:%Y-%m-%d}" if entry.end else "now"
        since = f"{entry.start:%Y-%m-%d}" if entry.start else "ever"
        expired = ", over" if entry.end and entry.end < now else ""
        lines += ["", f"{shown(entry.kind)}: {shown(entry.name)}", f"  valid  {since} to {until}{expired}"]
        lines += [f"  sha256 {entry.sha256}"]
    return "".join(f"{line}\n" for line in lines)
