"""`provcheck cache`."""

from provcheck.cli import options as cli
from provcheck.cli.group import make_group
from provcheck.cli.output import write_text
from provcheck.errors import UsageError
from provcheck.report.escape import escape_text

cache = make_group("What registries answered, kept on this machine.")


@cache.command()
def info(*, evidence: cli.Evidence = None) -> None:
    """Show where evidence is kept, and how much there is."""
    from provcheck.registry.store import EvidenceStore, default_folder

    about = EvidenceStore(evidence or default_folder()).info()
    lines = [
        f"folder   {escape_text(str(about.folder))}",
        f"answers  {about.records}",
        f"size     {_size(about.bytes)}",
    ]
    if about.oldest:
        lines.append(f"oldest   {about.oldest:%Y-%m-%d %H:%M} UTC")
    write_text("\n".join(lines) + "\n")


@cache.command()
def clear(*, evidence: cli.Evidence = None) -> None:
    """Delete what is kept; the next run asks the registries again."""
    from provcheck.registry.store import EvidenceStore, default_folder

    folder = evidence or default_folder()
    try:
        about = EvidenceStore(folder).clear()
    except OSError as error:
        raise UsageError(f"cannot be deleted: {error.strerror}", where=str(error.filename or folder)) from error
    write_text(f"deleted {about.records} answers, {_size(about.bytes)}, from {escape_text(str(about.folder))}\n")


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= _MEGABYTE else f"{count / 1000:.1f} kB"


_MEGABYTE = 1_000_000
