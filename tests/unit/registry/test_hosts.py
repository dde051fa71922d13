from provcheck.codes import Code
from provcheck.registry.exchange import RegistryError
from provcheck.registry.hosts import (
    FAILURES_IN_A_ROW,
    LONG_WAITS,
    PATIENCE_SECONDS,
    TRIES_WITHOUT_A_SIGN_OF_LIFE,
    Host,
)

ERROR = RegistryError(Code.REGISTRY_ERROR, "down")


def test_a_host_that_never_answers_is_given_up() -> None:
    host = Host()
    for _ in range(TRIES_WITHOUT_A_SIGN_OF_LIFE):
        assert host.given_up is None
        host.try_failed(ERROR)
    assert host.given_up is ERROR


def test_a_host_that_answered_once_gets_more_tries() -> None:
    host = Host()
    host.answer_came()
    for _ in range(TRIES_WITHOUT_A_SIGN_OF_LIFE):
        host.try_failed(ERROR)
    assert host.given_up is None


def test_a_host_whose_requests_all_fail_is_given_up() -> None:
    host = Host()
    host.answer_came()
    for _ in range(FAILURES_IN_A_ROW):
        assert host.given_up is None
        host.request_failed(ERROR, seconds=0)
    assert host.given_up is ERROR


def test_a_host_that_asks_for_long_waits_is_given_up() -> None:
    host = Host()
    for _ in range(LONG_WAITS):
        assert host.given_up is None
        host.asked_to_be_left_alone(ERROR)
        host.request_succeeded()
    assert host.given_up is ERROR


def test_a_success_forgives_earlier_failures() -> None:
    host = Host()
    for _ in range(10):
        for _ in range(FAILURES_IN_A_ROW - 1):
            host.request_failed(ERROR, seconds=0)
        host.request_succeeded()
    assert host.given_up is None


def test_patience_ends_even_if_some_requests_succeed() -> None:
    host = Host()
    for _ in range(10):
        host.request_failed(ERROR, seconds=PATIENCE_SECONDS / 10)
        host.request_succeeded()
    assert host.given_up is ERROR


def test_the_first_reason_stays() -> None:
    host = Host()
    host.request_failed(ERROR, seconds=PATIENCE_SECONDS)
    host.request_failed(RegistryError(Code.REGISTRY_ERROR, "other"), seconds=PATIENCE_SECONDS)
    assert host.given_up is ERROR
