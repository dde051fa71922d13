"""What a project asks for, as its ``package.json`` says.

npm installs what ``package.json`` asks for, whatever the lockfile says that the project asks for. So where there is
a manifest, it is believed and the lockfile's copy is not: who edits a lockfile could change both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from provcheck.errors import MalformedError
from provcheck.jsonio import JsonObject
from provcheck.lockfile.entry import Request
from provcheck.lockfile.fields import Fields, quoted
from provcheck.lockfile.specs import split_spec

REQUEST_SECTIONS = ("dependencies", "optionalDependencies", "peerDependencies")
"""Where any package asks for others; projects and workspaces also have ``devDependencies``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a project asks for."""

    requests: tuple[Request, ...]
    overrides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By package name the specifiers that replace what anybody asks for, wherever in the tree they apply."""


def parse_manifest(manifest: JsonObject) -> Manifest:
    """Return what the project with this ``package.json`` asks for.

    Raises:
        MalformedError: a section has the wrong type.
    """
    fields = Fields(manifest, "package.json: ")
    requests = requests_in(fields, *REQUEST_SECTIONS, "devDependencies")
    overrides: dict[str, tuple[str, ...]] = {}
    for name, spec in _overrides(fields):
        if spec.startswith("$"):  # whatever the project itself asks for under that name
            specs = tuple(request.spec for request in requests if request.name == spec[1:])
        else:
            specs = (spec,)
        overrides[name] = overrides.get(name, ()) + specs
    return Manifest(requests=requests, overrides=overrides)


def requests_in(fields: Fields, *sections: str) -> tuple[Request, ...]:
    """Return the items of ``dependencies``-like sections.

    Raises:
        MalformedError: a section is not an object of strings.
    """
    return tuple(Request(name=name, spec=spec) for section in sections for name, spec in fields.texts(section))


def _overrides(fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield each override's name and specifier; the key ``.`` is about the package whose object it is in."""
    stack = [("", fields.object("overrides"), f"{fields.place}overrides")]
    while stack:
        owner, members, place = stack.pop()
        for key, value in members.items():
            name = owner if key == "." else split_spec(key)[0]
            where = f"{place}[{quoted(key)}]"
            if isinstance(value, str):
                yield name, value
            elif isinstance(value, dict) and key != ".":
                stack.append((name, value, where))
            else:
                raise MalformedError("neither a specifier nor an object of overrides", where=where)
