"""What the tests share: the corpus, a registry and a Sigstore of our own."""
