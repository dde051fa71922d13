"""The registry's attestations response: ``{"attestations": [{"predicateType", "bundle"}, ...]}``."""

from dataclasses import dataclass

from provcheck.errors import MalformedError
from provcheck.fields import Fields
from provcheck.jsonio import JsonValue, parse_json


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedAttestation:
    """One element of a response; unverified. Other fields beside these are the registry's own and ignored (0.4)."""

    predicate_type: str | None
    bundle: JsonValue


def parse_response(body: bytes) -> tuple[ServedAttestation, ...]:
    """Return the attestations in a response, in its order.

    Raises:
        MalformedError: it is not JSON, or not of the shape above.
    """
    what = "the attestations response"
    fields = Fields(parse_json(body, what=what), where="response", fail=MalformedError)
    if "attestations" not in fields:
        raise MalformedError(f"{what} has no attestations")
    return tuple(
        ServedAttestation(predicate_type=item.optional_text("predicateType"), bundle=item.value("bundle"))
        for item in fields.objects("attestations")
    )
