"""The cases in `fixtures/cases/`: one for every rule of `docs/verification.md`, wrong in one respect, or right."""

from support.cases.case import Case, Cases
from support.cases.form import FORM
from support.cases.identity import IDENTITY
from support.cases.lockfile import LOCKFILE
from support.cases.log import LOG
from support.cases.provenance import PROVENANCE
from support.cases.right import RIGHT
from support.cases.signer import SIGNER
from support.cases.statement import STATEMENT
from support.cases.times import TIMES

__all__ = ["CASES", "Case"]

CASES: Cases = {**FORM, **TIMES, **SIGNER, **LOG, **STATEMENT, **LOCKFILE, **IDENTITY, **PROVENANCE, **RIGHT}
