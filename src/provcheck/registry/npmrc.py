"""npm's configuration, read as npm reads it: which registry, with which credentials, through which proxy.

A setting is taken from the first of these that has it:

1. the ``--registry`` option (for the registry of every package, scoped ones included);
2. ``npm_config_*`` environment variables;
3. ``.npmrc`` beside the lockfile;
4. ``.npmrc`` in the home folder, or the file that ``userconfig`` names;
5. the file that ``globalconfig`` names, or ``etc/npmrc`` under ``prefix``, if either is set.

Like npm, this trusts the project's ``.npmrc``: it can name the registry and the proxy and turn off the check of TLS
certificates, and ``${NAME}`` in it can put an environment variable into an address or a credential for any host.
Who checks a lockfile of somebody else, with secrets in the environment, should know that; npm itself does the same
on every command. None of it can make an attestation verify.

A credential is only ever sent to the host, port and path that it is configured for.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from provcheck.errors import UsageError
from provcheck.registry.addresses import parse_address, parse_userinfo
from provcheck.registry.config import Credential, NpmConfig, Secret
from provcheck.registry.ini import IniScalar, IniValue, expand_variables, parse_npmrc

PUBLIC_REGISTRY = "https://registry.npmjs.org"
"""The registry that npm uses when none is configured."""

_MAX_FILE_BYTES = 1 << 20
_SCOPE_REGISTRY = re.compile(r"(@[^/:]+):registry")
_CREDENTIAL = re.compile(r"(//.+):(_authToken|_auth|username|_password|certfile|keyfile)")
_UNSCOPED_CREDENTIALS = ("_auth", "_authToken", "_authtoken", "username", "_password")
_PRINTABLE = re.compile(r"[!-~]+( [!-~]+)*")


def read_npm_config(*, project: Path | None, environ: Mapping[str, str], home: Path, registry: str | None) -> NpmConfig:
    """Return npm's configuration as it is in ``project``, the lockfile's folder.

    Args:
        project: where the project's ``.npmrc`` may be; ``None``: read none.
        environ: the environment variables.
        home: the user's home folder.
        registry: the ``--registry`` option.

    Raises:
        UsageError: a configured registry is not an address; never quotes a secret.
    """
    return _Reader(project=project, environ=environ, home=home).read(registry)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    value: IniValue
    missing: tuple[str, ...]
    """Environment variables that its value or its key names and that are not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """The settings of one source."""

    where: str
    settings: Mapping[str, _Setting]


class _Reader:
    """One reading of the configuration; ``layers`` goes from the strongest source to the weakest."""

    def __init__(self, *, project: Path | None, environ: Mapping[str, str], home: Path) -> None:
        self.project = project
        self.environ = environ
        self.home = home
        self.layers: list[_Layer] = []
        self.warnings: list[str] = []

    def read(self, registry: str | None) -> NpmConfig:
        self._load()
        credentials = dict(self._credentials())
        default, scopes = self._registries(registry, credentials)
        strict_ssl = self._boolean("strict-ssl", default=True)
        if not strict_ssl:
            self.warnings.append("strict-ssl is false: the registry's TLS certificate is not checked")
        self._warn_of_unscoped_credentials()
        environment = {key.lower(): value for key, value in self.environ.items() if value}
        secure = environment.get("https_proxy")
        plain = secure or environment.get("http_proxy") or environment.get("proxy")
        by_scheme = {"https": secure, "http": plain}
        noproxy = ",".join(self._texts("noproxy")) or environment.get("no_proxy", "")
        proxy = self._text("https-proxy") or self._text("proxy")
        return NpmConfig(
            registry=default,
            scopes=scopes,
            credentials=credentials,
            ca=self._authorities(),
            extra_ca=self._extra_authorities(),
            strict_ssl=strict_ssl,
            proxy=Secret(proxy) if proxy else None,
            environment_proxies={scheme: Secret(value) for scheme, value in by_scheme.items() if value},
            noproxy=tuple(domain.strip().lower() for domain in noproxy.split(",") if domain.strip()),
            warnings=tuple(dict.fromkeys(self.warnings)),
        )

    # -- sources --

    def _load(self) -> None:
        self._add("the environment", _environment_settings(self.environ))
        project_file = self.project / ".npmrc" if self.project else None
        user_file = self._path("userconfig") or self.home / ".npmrc"
        if project_file is not None and project_file.absolute() != user_file.absolute():
            self._add_file(project_file)
            user_file = self._path("userconfig") or user_file
        self._add_file(user_file)
        prefix = self._path("prefix") or (Path(self.environ["PREFIX"]) if self.environ.get("PREFIX") else None)
        global_file = self._path("globalconfig") or (prefix / "etc" / "npmrc" if prefix else None)
        if global_file is not None:
            self._add_file(global_file)

    def _add(self, where: str, raw: Mapping[str, IniValue]) -> None:
        settings: dict[str, _Setting] = {}
        for raw_key, raw_value in raw.items():
            key = expand_variables(raw_key, self.environ)
            missing = list(key.missing)
            parts = raw_value if isinstance(raw_value, list) else [raw_value]
            expanded: list[IniScalar] = []
            for part in parts:
                if isinstance(part, str):
                    result = expand_variables(part.strip(), self.environ)
                    missing.extend(result.missing)
                    expanded.append(result.text)
                else:
                    expanded.append(part)
            value: IniValue = expanded if isinstance(raw_value, list) else expanded[0]
            settings[key.text] = _Setting(value=value, missing=tuple(missing))
        self.layers.append(_Layer(where=where, settings=settings))

    def _add_file(self, path: Path) -> None:
        text = self._read_text(path)
        if text is not None:
            self._add(str(path), parse_npmrc(text))

    def _read_text(self, path: Path) -> str | None:
        """Return the file's text; ``None``, like npm, where there is no such file."""
        try:
            if not path.is_file():
                return None
            with path.open("rb") as file:
                data = file.read(_MAX_FILE_BYTES + 1)
        except OSError as error:
            self.warnings.append(f"{path} could not be read and is ignored: {error.strerror}")
            return None
        if len(data) > _MAX_FILE_BYTES:
            self.warnings.append(f"{path} is larger than {_MAX_FILE_BYTES:,} bytes and is ignored")
            return None
        return data.decode("utf-8", errors="replace")

    # -- single settings --

    def _find(self, key: str) -> tuple[_Layer, _Setting] | None:
        return next(((layer, layer.settings[key]) for layer in self.layers if key in layer.settings), None)

    def _text(self, key: str) -> str | None:
        found = self._find(key)
        value = found[1].value if found else None
        return value if isinstance(value, str) and value not in ("", "null", "false", "undefined") else None

    def _texts(self, key: str) -> list[str]:
        found = self._find(key)
        value = found[1].value if found else None
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else [self._text(key) or ""]

    def _boolean(self, key: str, *, default: bool) -> bool:
        found = self._find(key)
        value = found[1].value if found else None
        if value is None or value == "null":
            return default
        return value not in (False, "false", "0")

    def _path(self, key: str) -> Path | None:
        text = self._text(key)
        return self._resolve(text) if text else None

    def _resolve(self, text: str) -> Path:
        """Return the path as npm, run in the project, takes it."""
        if text.startswith(("~/", "~\\")):
            return self.home / text[2:]
        return (self.project or Path()) / text

    # -- registries --

    def _registries(self, option: str | None, credentials: dict[str, Credential]) -> tuple[str, dict[str, str]]:
        """Return the default registry and those of scopes; users and passwords in them go into ``credentials``."""
        scoped: dict[str, tuple[_Layer, _Setting]] = {}
        for layer in self.layers:
            for key, setting in layer.settings.items():
                if (match := _SCOPE_REGISTRY.fullmatch(key)) and isinstance(setting.value, str) and setting.value:
                    scoped.setdefault(match[1], (layer, setting))
        if option is not None:
            self.warnings.extend(
                f"--registry is used for {scope} too, which has a registry of its own" for scope in scoped
            )
            return _registry("--registry", option, (), credentials), {}
        scopes = {
            scope: _registry(layer.where, str(setting.value), setting.missing, credentials)
            for scope, (layer, setting) in scoped.items()
        }
        found, text = self._find("registry"), self._text("registry")
        if found is None or text is None:
            return PUBLIC_REGISTRY, scopes
        layer, setting = found
        return _registry(layer.where, text, setting.missing, credentials), scopes

    # -- credentials --

    def _credentials(self) -> Iterator[tuple[str, Credential]]:
        places: dict[str, dict[str, str]] = {}
        seen: set[str] = set()
        for layer in self.layers:
            for key, setting in layer.settings.items():
                match = _CREDENTIAL.fullmatch(key)
                if match is None or key in seen or not isinstance(setting.value, str):
                    continue
                seen.add(key)
                if setting.missing:
                    names = ", ".join(f"${{{name}}}" for name in setting.missing)
                    self.warnings.append(f"{layer.where}: {key} is ignored: {names} is not set")
                elif setting.value:
                    places.setdefault(match[1], {})[match[2]] = setting.value
        for place, fields in places.items():
            credential = self._credential(place, fields)
            if credential is not None:
                yield place, credential

    def _credential(self, place: str, fields: Mapping[str, str]) -> Credential | None:
        """Return what npm would present: a token before ``_auth`` before a password; a certificate beside any."""
        header: str | None = None
        try:
            if "_authToken" in fields:
                header = f"Bearer {fields['_authToken']}"
            elif "_auth" in fields:
                header = f"Basic {fields['_auth']}"
            elif "username" in fields and "_password" in fields:
                password = base64.b64decode(fields["_password"].replace("-", "+").replace("_", "/") + "==")
                header = _basic(fields["username"].encode(), password)
        except (binascii.Error, ValueError):  # ValueError: not ASCII
            self.warnings.append(f"{place}:_password is ignored: it is not base64")
        # A line break in a header's value would end the header, and what follows would be another one.
        if header is not None and not _PRINTABLE.fullmatch(header):
            self.warnings.append(f"the credential for {place} is ignored: it has characters that no header can have")
            header = None
        certificate = None
        if "certfile" in fields and "keyfile" in fields:
            certificate = (self._resolve(fields["certfile"]), self._resolve(fields["keyfile"]))
        if header is None and certificate is None:
            return None
        return Credential(authorization=Secret(header) if header else None, certificate=certificate)

    def _warn_of_unscoped_credentials(self) -> None:
        for layer in self.layers:
            for key in _UNSCOPED_CREDENTIALS:
                if key in layer.settings:
                    self.warnings.append(
                        f"{layer.where}: {key} is ignored, as npm does since version 9: "
                        f"it does not say for which registry it is (write //host/path/:{key})"
                    )

    # -- TLS --

    def _authorities(self) -> str | None:
        """Return the PEM text of ``ca`` or ``cafile``, whichever is set last in the strongest source."""
        pem: str | None = None
        for layer in reversed(self.layers):
            for key, setting in layer.settings.items():
                if key == "ca":
                    parts = setting.value if isinstance(setting.value, list) else [setting.value]
                    texts = [part.replace("\\n", "\n") for part in parts if isinstance(part, str) and part != "null"]
                    pem = "\n".join(texts) or None
                elif key == "cafile" and isinstance(setting.value, str) and setting.value not in ("", "null"):
                    path = self._resolve(setting.value)
                    text = self._read_text(path)
                    if text is None:
                        self.warnings.append(f"{layer.where}: there is no cafile {path}")
                    else:
                        pem = text
        return pem

    def _extra_authorities(self) -> str | None:
        """Return what Node.js, and so npm, trusts besides the usual authorities."""
        file = self.environ.get("NODE_EXTRA_CA_CERTS")
        return self._read_text(Path(file)) if file else None


def _environment_settings(environ: Mapping[str, str]) -> dict[str, IniValue]:
    """Return the ``npm_config_*`` variables under the names that the settings have in files."""
    settings: dict[str, IniValue] = {}
    for variable, value in environ.items():
        if not value or not variable.lower().startswith("npm_config_"):
            continue
        key = variable[len("npm_config_") :]
        if not key.startswith("//"):
            key = key[:1] + key[1:].replace("_", "-")
            key = key.lower()
        settings[key] = [*value.split("\n\n")] if key in ("ca", "noproxy") else value
    return settings


def _registry(where: str, text: str, missing: tuple[str, ...], credentials: dict[str, Credential]) -> str:
    """Return the registry without a final slash; a user and password in it become a credential for it.

    Raises:
        UsageError: not an address. Another registry is not tried: it would learn the names of private packages.
    """
    try:
        address = parse_address(text.strip())
    except ValueError:
        unset = "".join(f"; ${{{name}}} is not set" for name in missing)
        hint = "write it like https://registry.example/path/"
        raise UsageError(f"the configured registry is not an address{unset}", where=where, hint=hint) from None
    folder = replace(address, target=address.path.rstrip("/") + "/")
    if (userinfo := parse_userinfo(text.strip())) is not None:
        user, password = (part.encode() for part in userinfo)
        place = f"//{folder.authority}{folder.path}"
        credentials.setdefault(place, Credential(authorization=Secret(_basic(user, password))))
    return str(folder).removesuffix("/")


def _basic(user: bytes, password: bytes) -> str:
    return "Basic " + base64.b64encode(user + b":" + password).decode()
