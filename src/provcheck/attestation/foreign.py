"""What the cryptographic libraries raise on hostile input, found by mutating real bundles.

`cryptography` parses lazily, so reading an attribute of a damaged certificate can raise any of these.
"""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

FOREIGN_ERRORS: tuple[type[Exception], ...] = (
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    RecursionError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
