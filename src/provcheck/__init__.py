"""Check where npm packages come from."""
