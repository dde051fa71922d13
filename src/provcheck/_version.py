"""The version of Provcheck (https://semver.org)."""

__version__ = "0.1.0"
