"""What may stand in the place of a signed checkpoint."""

import base64
from collections.abc import Iterator

from support.mint import witness
from support.mutate.octets import other_octets, second_spellings

_FLIPS_PER_SIGNATURE = 100


def other_notes(note: str) -> Iterator[tuple[str, str]]:
    """Yield the note with lines lost, doubled, exchanged or added, and with every part of every line changed."""
    body, _, signatures = note.partition("\n\n")
    lines, signature_lines = body.split("\n"), signatures[:-1].split("\n")
    origin, size, root = lines[:3]

    for how, changed in _other_origins(origin):
        yield f"origin: {how}", _note([changed, *lines[1:]], signature_lines)
    for how, changed in _other_sizes(size):
        yield f"size: {how}", _note([origin, changed, *lines[2:]], signature_lines)
    for how, changed in _other_base64(root, at_most=32):
        yield f"root: {how}", _note([origin, size, changed, *lines[3:]], signature_lines)
    for how, changed_lines in _other_lines(lines, ["7", f"{size} ", "", "extension", "\u2014 x AAAAAAA="]):
        yield f"line {how}", _note(changed_lines, signature_lines)
    for index, line in enumerate(signature_lines):
        owner = "log's" if line.split(" ")[1] == origin.split(" ")[0] else "witness's"
        for how, changed in _other_signature_lines(line):
            changed_lines = [*signature_lines[:index], changed, *signature_lines[index + 1 :]]
            yield f"{owner} signature: {how}", _note(lines, changed_lines)
    cosigned = witness("second.witness.example").line(f"{body}\n").rstrip("\n")
    others = {"of a witness": cosigned, "without sense": "junk", "without bytes": "\u2014 x AAAAAA=="}
    for position, place in ((0, "before"), (len(signature_lines), "behind")):
        for what, line in others.items():
            with_other = [*signature_lines[:position], line, *signature_lines[position:]]
            yield f"signature line {what} {place}", _note(lines, with_other)
    for how, changed_lines in _other_lines(signature_lines, [""]):
        yield f"signature line {how}", _note(lines, changed_lines)
    yield from _other_layouts(note)


def _note(lines: list[str], signature_lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in (*lines, "", *signature_lines))


def _other_layouts(note: str) -> Iterator[tuple[str, str]]:
    yield "layout: no line break at the end", note[:-1]
    yield "layout: two line breaks at the end", f"{note}\n"
    yield "layout: line break before", f"\n{note}"
    yield "layout: carriage returns", note.replace("\n", "\r\n")
    yield "layout: no blank line", note.replace("\n\n", "\n")
    yield "layout: two blank lines", note.replace("\n\n", "\n\n\n")
    yield "layout: line separators", note.replace("\n", "\u2028")
    yield "layout: vertical tab in a line", note.replace("\n", "\v\n", 1)
    yield "layout: no signatures", note.partition("\n\n")[0] + "\n\n"


def _other_origins(origin: str) -> Iterator[tuple[str, str]]:
    name, _, shard = origin.partition(" - ")
    yield "add a character", f"{origin}x"
    yield "add a space", f"{origin} "
    yield "cut the end", origin[:-1]
    yield "upper case", origin.upper()
    yield "look-alike", origin.replace("o", "\u043e", 1)
    yield "another digit", f"{origin[:-1]}{(ord(origin[-1]) - 47) % 10}"
    yield "part of the name", name.partition(".")[0] + origin[len(name) :]
    yield "another host", f"other.{origin}"
    yield "with a port", f"{name}:443{origin[len(name) :]}"
    yield "with a dot", f"{name}.{origin[len(name) :]}"
    yield "with a shard" if not shard else "without its shard", name if shard else f"{name} - 1"


def _other_sizes(size: str) -> Iterator[tuple[str, str]]:
    yield "one more", str(int(size) + 1)
    yield "one less", str(int(size) - 1)
    yield "leading zero", f"0{size}"
    yield "plus sign", f"+{size}"
    yield "space", f"{size} "
    yield "underscore", f"{size[:1]}_{size[1:]}"
    yield "other digits", size.translate({ord("0") + digit: 0x0660 + digit for digit in range(10)})
    yield "beyond 64 bits", str(int(size) + 2**64)
    yield "huge", "9" * 5000
    yield "zero", "0"
    yield "empty", ""


def _other_base64(text: str, *, at_most: int) -> Iterator[tuple[str, str]]:
    data = base64.b64decode(text)
    for how, other in other_octets(data, at_most):
        yield how, base64.b64encode(other).decode()
    yield from ((how, other) for how, other in second_spellings(data) if other != text)


def _other_lines(lines: list[str], more: list[str]) -> Iterator[tuple[str, list[str]]]:
    for index, line in enumerate(lines):
        yield f"{index} dropped", [*lines[:index], *lines[index + 1 :]]
        yield f"{index} twice", [*lines[:index], line, *lines[index:]]
        yield f"{index} with a tab", [*lines[:index], f"{line}\t", *lines[index + 1 :]]
    for index in range(len(lines) + 1):
        for line in more:
            yield f"{line!r} added at {index}", [*lines[:index], line, *lines[index:]]
    if len(lines) > 1:
        yield "order reversed", lines[::-1]


def _other_signature_lines(line: str) -> Iterator[tuple[str, str]]:
    dash, name, text = line.split(" ")
    data = base64.b64decode(text)
    yield "hyphen", f"- {name} {text}"
    yield "en dash", f"\u2013 {name} {text}"
    yield "two spaces", f"{dash}  {name} {text}"
    yield "no-break space", f"{dash}\u00a0{name} {text}"
    yield "space at the end", f"{line} "
    yield "no name", f"{dash} {text}"
    for how, other in (
        ("add a character", f"{name}x"),
        ("cut the end", name[:-1]),
        ("upper case", name.upper()),
        ("look-alike", name.replace("e", "\u0435", 1)),
        ("part of it", name.partition(".")[0]),
        ("plus sign", f"{name}+1"),
        ("with the shard", f"{name} - 1"),
    ):
        yield f"name: {how}", f"{dash} {other} {text}"
    for how, changed in other_octets(data[:4], at_most=4):
        yield f"hint: {how}", f"{dash} {name} {base64.b64encode(changed + data[4:]).decode()}"
    for how, changed in other_octets(data[4:], at_most=_FLIPS_PER_SIGNATURE):
        yield f"bytes: {how}", f"{dash} {name} {base64.b64encode(data[:4] + changed).decode()}"
    for how, spelling in second_spellings(data):
        if spelling != text:
            yield f"{how}", f"{dash} {name} {spelling}"
