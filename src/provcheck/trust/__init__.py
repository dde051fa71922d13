"""Whom to trust: Sigstore's trusted root and npm's registry keys; `provcheck.trust.material.load_trust` gets them."""
