"""Making text from outside safe to show.

A package name, a git ref, a certificate field or an error text can hold
anything. On a terminal, control characters move the cursor and rewrite what
was printed before; bidirectional and invisible characters make one name look
like another; in a CI log, ``::error`` or ``##vso[`` at the right place is a
command to the runner. `escape_text` takes the effect out of all of them and
leaves something that can still be read.
"""

import re
import unicodedata

MAX_LENGTH = 500
"""Longer than any name@version that npm accepts (214 + 1 + 256 characters); what is longer is cut in the middle."""

_INVISIBLE = frozenset(
    {0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0},
)
"""Code points that show nothing (fillers, the empty braille cell), yet count as letters or symbols."""

_RUNNER_COMMAND = re.compile(r"^( *):(?=:)|(?<=#)#")
"""Starts of commands to CI runners.

GitHub takes ``::name`` after leading blanks for one; GitHub (``##[name]``), Azure Pipelines (``##vso[name]``) and
TeamCity (``##teamcity[name]``) take ``##`` for one, the first two anywhere in a line.
"""


def escape_text(text: str) -> str:
    r"""Return ``text`` with everything that could take effect outside it written as an escape, such as ``\x1b``.

    The result is one line of visible characters and plain spaces: no control, format (bidirectional, zero-width, tag),
    private, unassigned or combining character, no separator but the space, no surrogate. It starts no command to a CI
    runner, wherever in a line it stands. Text without such characters is returned unchanged; backslashes are not
    doubled, so applying it twice changes nothing. The exact value is in the JSON report.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(char if _is_plain(char) else _escape(char) for char in text)
    return _RUNNER_COMMAND.sub(_defuse, text)


def shorten_text(text: str, limit: int = MAX_LENGTH) -> str:
    """Return ``text`` in at most ``limit`` characters, with ``...`` in place of its middle if it is longer."""
    if len(text) <= limit:
        return text
    kept = limit - 3
    return f"{text[: kept - kept // 2]}...{text[len(text) - kept // 2 :]}"


def _is_plain(char: str) -> bool:
    return char.isprintable() and not unicodedata.category(char).startswith("M") and ord(char) not in _INVISIBLE


def _escape(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004 - what two digits can hold
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - what four digits can hold


def _defuse(match: re.Match[str]) -> str:
    return f"{match[1]}\\x3a" if match[0].endswith(":") else "\\x23"
