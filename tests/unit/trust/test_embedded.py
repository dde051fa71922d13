import json
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.errors import TrustError
from provcheck.trust.embedded import TUF_URL, read_embedded, signing_date
from provcheck.trust.npm_keys import parse_npm_keys
from provcheck.trust.root import parse_trusted_root


def test_the_sigstore_package_keeps_its_files_where_we_read_them() -> None:
    embedded = read_embedded()
    signed = json.loads(embedded.tuf_root)["signed"]
    assert signed["_type"] == "root"
    assert embedded.date is not None
    assert embedded.date == datetime.fromisoformat(signed["expires"]) - timedelta(days=197)
    assert parse_trusted_root(embedded.trusted_root).certificate_authorities
    assert parse_npm_keys(embedded.npm_keys, registry="https://registry.example").keys


def test_the_address_is_the_one_that_the_sigstore_package_uses() -> None:
    source = (resources.files("sigstore") / "_internal" / "tuf.py").read_text()
    assert f'DEFAULT_TUF_URL = "{TUF_URL}"' in source


def root(**signed: object) -> bytes:
    return json.dumps({"signed": {"expires": "2026-11-20T13:58:18Z"} | signed}).encode()


def test_the_signing_date_is_the_expiry_less_its_period() -> None:
    assert signing_date(root(**{"x-tuf-on-ci-expiry-period": 20})) == datetime(2026, 10, 31, 13, 58, 18, tzinfo=UTC)


def test_without_a_period_there_is_no_signing_date() -> None:
    assert signing_date(root()) is None


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"signed": {}}', root(expires="soon"), root(**{"x-tuf-on-ci-expiry-period": 10**15})]
)
def test_not_root_metadata(data: bytes) -> None:
    with pytest.raises(TrustError):
        signing_date(data)


@given(st.integers(min_value=-(2**70), max_value=2**70) | st.text() | st.floats() | st.none())
def test_any_period_gives_an_earlier_date_or_is_refused(period: object) -> None:
    try:
        date = signing_date(root(**{"x-tuf-on-ci-expiry-period": period}))
    except TrustError:
        return
    assert date is None or date < datetime(2026, 11, 20, 13, 58, 18, tzinfo=UTC)
