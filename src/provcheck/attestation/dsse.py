"""The signed bytes of a DSSE envelope (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md)."""


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return what the signature covers; lengths count bytes, not characters."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
