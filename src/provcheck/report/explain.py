"""Reason codes explained: for the command line, and as the page `docs/codes.md`."""

import textwrap
from collections.abc import Iterable, Mapping
from itertools import groupby

from provcheck.codes import CODES, Code
from provcheck.model import Verdict

_SUBJECT = "EATTESTATIONSUBJECT"
_VERIFY = "EATTESTATIONVERIFY"

NPM_NAMES: Mapping[Code, str] = {
    Code.INTEGRITY_MISMATCH: _SUBJECT,
    Code.SUBJECT_NAME_MISMATCH: _SUBJECT,
    Code.SUBJECT_DIGEST_INVALID: _SUBJECT,
    Code.KEY_UNKNOWN: "EMISSINGSIGNATUREKEY",
    Code.KEY_EXPIRED: "EEXPIREDSIGNATUREKEY",
    **dict.fromkeys(
        (
            Code.BUNDLE_MALFORMED,
            Code.SIGNATURE_COUNT,
            Code.BUNDLE_VERSION_UNSUPPORTED,
            Code.TIME_MISSING,
            Code.SET_INVALID,
            Code.TIMESTAMP_INVALID,
            Code.TIMESTAMP_UNTRUSTED,
            Code.TIMESTAMP_AUTHORITY_EXPIRED,
            Code.CERTIFICATE_MALFORMED,
            Code.CERTIFICATE_UNTRUSTED,
            Code.CERTIFICATE_EXPIRED,
            Code.CERTIFICATE_AUTHORITY_EXPIRED,
            Code.SCT_MISSING,
            Code.SCT_INVALID,
            Code.SCT_LOG_UNKNOWN,
            Code.SCT_LOG_EXPIRED,
            Code.LOG_UNKNOWN,
            Code.LOG_KEY_EXPIRED,
            Code.LOG_ENTRY_UNSUPPORTED,
            Code.LOG_ENTRY_MALFORMED,
            Code.LOG_ENTRY_MISMATCH,
            Code.INCLUSION_PROOF_MISSING,
            Code.INCLUSION_PROOF_INVALID,
            Code.INCLUSION_PROMISE_MISSING,
            Code.CHECKPOINT_INVALID,
            Code.CHECKPOINT_UNSIGNED,
            Code.DSSE_SIGNATURE_INVALID,
        ),
        _VERIFY,
    ),
}
"""The error with which ``npm audit signatures`` reports the same fault, where it has one."""

_INTRODUCTION = """\
<!-- Generated from src/provcheck/codes.py by `make docs`: edit that. -->

# Reason codes

Every verdict comes with one or more of these codes. They are stable: codes are added, never renamed, and none
changes its meaning. `provcheck policy explain CODE` prints the same text; `--fail-on CODE` makes a run fail on one.

A code leads to the verdict in the second column. A *remark* changes no verdict: it says that something is proved by
less than usual, or in another way.

The third column is for readers of `npm audit signatures`: the error with which npm reports the same fault, where it
has one. npm's `EINTEGRITYSIGNATURE` has no counterpart here: it is about the registry's own signature on the
integrity in its metadata, which says nothing about who built a package.
"""

_REMARK = "remark"
_LABEL = len("  What to do: ")
_WIDE = 100


def render_explanation(code: Code, *, width: int | None = None) -> str:
    """Return what ``code`` means and what to do about it, as lines of at most ``width`` columns."""
    info = CODES[code]
    facts = [("Verdict", info.verdict or "none (a remark)"), ("Meaning", info.meaning), ("What to do", info.action)]
    if code in NPM_NAMES:
        facts.append(("npm says", NPM_NAMES[code]))
    lines = [str(code)]
    for label, text in facts:
        first = f"  {label}: ".ljust(_LABEL)
        lines += textwrap.wrap(
            text,
            width=min(width or _WIDE, _WIDE),
            initial_indent=first,
            subsequent_indent=" " * _LABEL,
            break_on_hyphens=False,
        )
    return "\n".join(lines) + "\n"


def codes_of(word: str) -> tuple[Code, ...]:
    """Return the codes that ``word`` stands for: a code, a verdict, or an error of npm's; none for any other word."""
    if word in set(Code):
        return (Code(word),)
    if word in set(Verdict):
        return tuple(code for code, info in CODES.items() if info.verdict == word)
    return tuple(code for code, name in NPM_NAMES.items() if name == word.upper())


def render_codes_page() -> str:
    """Return `docs/codes.md`: every code, in the order and the groups of the table in `provcheck.codes`."""
    groups = groupby(CODES, key=lambda code: CODES[code].group)
    sections = (f"\n## {group}\n\n{_table(codes)}" for group, codes in groups)
    return _INTRODUCTION + "".join(sections)


def _table(codes: Iterable[Code]) -> str:
    rows = ["| code | verdict | npm | meaning | what to do |", "|---|---|---|---|---|"]
    for code in codes:
        info = CODES[code]
        anchor = f'<a id="{code}"></a>`{code}`'
        npm = f"`{NPM_NAMES[code]}`" if code in NPM_NAMES else ""
        cells = (anchor, f"`{info.verdict}`" if info.verdict else _REMARK, npm, info.meaning, info.action)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"
