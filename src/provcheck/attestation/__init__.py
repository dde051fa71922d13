"""From the bytes of a Sigstore bundle and trust material to verified facts. Pure: no network, no files, no clock.

The numbers in this package's comments are the steps of `docs/verification.md`.
"""
