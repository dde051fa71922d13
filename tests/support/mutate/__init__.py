"""Responses that are verified, and every change of them: one leaf, one byte, one line at a time.

    subject = minted_subject("2025")
    for mutation in subject.mutations():
        subject.judge(mutation.make())

What may be changed without the verdict changing is in `UNAUTHENTICATED`; everything else must not pass. `SIGNED` has
mutations that are signed for real, and `UNCONFIRMED` which of these pass.
"""

from support.mutate.documents import Mutation
from support.mutate.signed import SIGNED
from support.mutate.subjects import MINTED, REAL, Subject, minted_subject, real_subject
from support.mutate.trials import chosen, distinct, judge
from support.mutate.unauthenticated import UNAUTHENTICATED, Unauthenticated
from support.mutate.unconfirmed import UNCONFIRMED

__all__ = [
    "MINTED",
    "REAL",
    "SIGNED",
    "UNAUTHENTICATED",
    "UNCONFIRMED",
    "Mutation",
    "Subject",
    "Unauthenticated",
    "chosen",
    "distinct",
    "judge",
    "minted_subject",
    "real_subject",
]
