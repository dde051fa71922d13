"""The trust material in use, for people and for programs (``provcheck.trust/v1``)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from provcheck.model import TrustEntry, TrustInfo
from provcheck.report import wire
from provcheck.report.details import fact_lines
from provcheck.report.jsonreport import TOOL, safe_json, time_text, trust_value
from provcheck.report.lines import EMPTY, Line, Style, text_line
from provcheck.report.paint import paint_lines
from provcheck.report.text import note_lines, replaced_trust_lines


def render_trust_json(info: TrustInfo, entries: Sequence[TrustEntry]) -> str:
    """Return the listing as JSON that takes no effect wherever it is printed."""
    document: wire.TrustListing = {
        "schema": wire.TRUST_SCHEMA,
        "tool": TOOL,
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
    return safe_json(document)


def render_trust_text(
    info: TrustInfo, entries: Sequence[TrustEntry], *, now: datetime, color: bool = False, width: int | None = None
) -> str:
    """Return the listing as lines of text: where it came from, how old it is, and what it consists of.

    ``color`` and ``width`` as for `paint_lines`.
    """
    return paint_lines(_lines(info, entries, now), color=color, width=width)


def _lines(info: TrustInfo, entries: Sequence[TrustEntry], now: datetime) -> Iterator[Line]:
    yield from replaced_trust_lines(info)
    age = f", {(now - info.root_date).days} days old" if info.root_date else ""
    yield text_line(f"Trust root: {info.root_source}{age}")
    yield from fact_lines(("sha256", info.root_sha256))
    yield text_line(f"Registry keys: {info.keys_source}")
    yield from note_lines(info.notes)
    for entry in entries:
        yield EMPTY
        yield text_line(entry.kind, Style.STRONG)
        yield from fact_lines(("name", entry.name), ("valid", _validity(entry, now)), ("sha256", entry.sha256))


def _validity(entry: TrustEntry, now: datetime) -> str:
    match entry.start, entry.end:
        case None, None:
            return "always"
        case start, None:
            return f"since {start:%Y-%m-%d}"
        case None, end:
            text = f"until {end:%Y-%m-%d}"
        case start, end:
            text = f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"
    return f"{text}: trusted for what was signed then" if entry.end < now else text
