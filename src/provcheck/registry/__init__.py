"""Fetch evidence from npm registries, and keep it.

    npmrc    which registry a package comes from, and how to talk to it
    client   HTTP, bounded in time and in size
    store    the evidence that was fetched before
    source   what the rest of Provcheck sees: a package goes in, evidence comes out

Only `client` and `network` import httpx, so a run that asks nobody never loads it.
"""
