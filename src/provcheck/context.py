"""What one run works with: for each project npm's configuration, and for each registry a verifier."""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from provcheck.attestation.verifier import Verifier
from provcheck.errors import TrustError
from provcheck.model import Served, TrustInfo
from provcheck.options import RunOptions
from provcheck.registry.config import NpmConfig
from provcheck.registry.npmrc import PUBLIC_REGISTRY, read_npm_config
from provcheck.registry.source import EvidenceSource
from provcheck.registry.store import EvidenceStore, default_folder
from provcheck.trust.material import TrustMaterial, load_trust
from provcheck.trust.npm_keys import NpmKeys, parse_npm_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder with lockfiles, and where its packages come from."""

    config: NpmConfig
    source: EvidenceSource


class Context:
    """The projects and the trust material of one run."""

    def __init__(self, options: RunOptions, trust: "Future[TrustMaterial]", resources: ExitStack) -> None:
        self._options = options
        self._trust = trust
        self._resources = resources
        self._store = EvidenceStore(options.evidence or default_folder())
        self._projects: dict[Path, Project] = {}
        self._verifiers: dict[str, Verifier] = {}
        self._own_keys: dict[str, NpmKeys] = {}

    def project(self, folder: Path) -> Project:
        """Return the project in ``folder``, whose ``.npmrc`` says where its packages come from.

        Raises:
            MalformedError: npm's configuration is malformed.
            UsageError: it cannot be read, or a registry in it is no address.
        """
        folder = folder.resolve()
        if folder not in self._projects:
            options = self._options
            config = read_npm_config(project=folder, environ=os.environ, home=Path.home(), registry=options.registry)
            client = None
            if not options.offline:
                from provcheck.registry.client import RegistryClient  # noqa: PLC0415 - an offline run needs no HTTP

                client = self._resources.enter_context(
                    RegistryClient(config, concurrency=options.concurrency, timeout=options.timeout)
                )
            source = EvidenceSource(config=config, store=self._store, client=client)
            self._projects[folder] = Project(config=config, source=source)
        return self._projects[folder]

    def verifier(self, project: Project, registry: str) -> Verifier:
        """Return the verifier for what ``registry`` serves.

        Npm's keys are known from Sigstore's TUF repository. For a registry that it does not know, and unless the user
        gave keys, that registry's own keys count beside them: for what that registry itself published.

        Raises:
            TrustError: the trust material cannot be used.
        """
        if registry not in self._verifiers:
            trust = self._trust.result()
            keys = trust.keys
            if self._options.npm_keys is None and registry != PUBLIC_REGISTRY:
                answer = project.source.fetch_keys(registry)
                if isinstance(answer, Served):
                    own = _parse_own_keys(answer.body, registry)
                    added = NpmKeys(keys=tuple(key for key in own.keys if key.key_id not in keys.key_ids))
                    if added.keys:
                        self._own_keys[registry] = added
                    keys = keys.merged_with(own)
            self._verifiers[registry] = Verifier(trust.root, keys)
        return self._verifiers[registry]

    def trust(self) -> TrustMaterial:
        """Return the trust material, when it is loaded.

        Raises:
            TrustError: it cannot be used.
        """
        return self._trust.result()

    def trust_info(self) -> TrustInfo:
        """Return which trust material the run used, as far as it went."""
        info = self._trust.result().info
        for registry, keys in self._own_keys.items():
            info = replace(
                info,
                keys_source=f"{info.keys_source}, and {registry} itself",
                key_ids=(*info.key_ids, *keys.key_ids),
            )
        return info

    def notes(self) -> tuple[str, ...]:
        """Return what people should know about the run as a whole."""
        notes = [note for project in self._projects.values() for note in project.source.notes()]
        return tuple(dict.fromkeys(notes))


def _parse_own_keys(body: bytes, registry: str) -> NpmKeys:
    try:
        return parse_npm_keys(body, registry=registry)
    except TrustError:
        return NpmKeys(keys=())  # none that could be used; what it signed with them stays `key-unknown`


@contextmanager
def open_context(options: RunOptions) -> Iterator[Context]:
    """Give the context of a run, with its connections; the trust material is loaded beside what the caller does."""
    with ExitStack() as resources:
        background = resources.enter_context(ThreadPoolExecutor(max_workers=1, thread_name_prefix="trust"))
        trust = background.submit(
            load_trust,
            registry=PUBLIC_REGISTRY,
            trusted_root=options.trusted_root,
            npm_keys=options.npm_keys,
            offline=options.offline,
        )
        yield Context(options, trust, resources)
