"""Lockfiles: which packages, with which bytes, from where.

A lockfile comes from outside: it may be broken, or written by somebody who wants another package installed. All of
its errors are raised as `provcheck.errors.MalformedError`.
"""

from provcheck.lockfile.files import find_lockfiles, read_lockfile
from provcheck.lockfile.package_lock import parse_package_lock

__all__ = ["find_lockfiles", "parse_package_lock", "read_lockfile"]
