"""Responses that are verified, and every change of them: one leaf, one byte, one line at a time.

    subject = minted_subject("2025")
    for mutation in subject.mutations():
        subject.judge(mutation.make())

What may be changed without the verdict changing is in `UNAUTHENTICATED`; everything else must not pass.
"""

from support.mutate.documents import Mutation
from support.mutate.subjects import MINTED, REAL, Subject, minted_subject, real_subject
from support.mutate.unauthenticated import UNAUTHENTICATED, Unauthenticated

__all__ = [
    "MINTED",
    "REAL",
    "UNAUTHENTICATED",
    "Mutation",
    "Subject",
    "Unauthenticated",
    "minted_subject",
    "real_subject",
]
