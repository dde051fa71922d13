import base64
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provcheck.errors import UsageError
from provcheck.registry.config import NpmConfig
from provcheck.registry.npmrc import PUBLIC_REGISTRY, read_npm_config

TOKEN = "npm_t0ken-th4t-must-not-show"


class Machine:
    """A home folder and a project."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.project = folder / "project"
        self.home.mkdir()
        self.project.mkdir()

    def read(
        self, *, project: str | None = None, user: str | None = None, registry: str | None = None, **environ: str
    ) -> NpmConfig:
        if project is not None:
            (self.project / ".npmrc").write_text(project)
        if user is not None:
            (self.home / ".npmrc").write_text(user)
        return read_npm_config(project=self.project, environ=environ, home=self.home, registry=registry)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


# ---- which registry ------------------------------------------------------------------------------------------------


def test_nothing_configured(machine: Machine) -> None:
    config = machine.read()
    assert config.registry_for("a") == PUBLIC_REGISTRY
    assert config.registry_for("@scope/a") == PUBLIC_REGISTRY
    assert config.authorization_for(PUBLIC_REGISTRY) is None
    assert config.warnings == ()


def test_the_strongest_source_wins(machine: Machine) -> None:
    globalconfig = machine.home / "global"
    globalconfig.write_text("registry=https://global.example/\n@g:registry=https://g.example/")
    environ = {"npm_config_globalconfig": str(globalconfig)}
    assert machine.read(**environ).registry == "https://global.example"
    assert machine.read(user="registry=https://user.example/", **environ).registry == "https://user.example"
    assert machine.read(project="registry=https://project.example/", **environ).registry == "https://project.example"
    environ["NPM_CONFIG_REGISTRY"] = "https://environment.example/"
    assert machine.read(**environ).registry == "https://environment.example"
    assert machine.read(registry="https://option.example/npm/", **environ).registry == "https://option.example/npm"
    assert machine.read(**environ).registry_for("@g/x") == "https://g.example"


def test_scopes(machine: Machine) -> None:
    config = machine.read(user="@corp:registry=https://corp.example/npm/", project="registry=https://r.example")
    assert config.registry_for("@corp/ui") == "https://corp.example/npm"
    assert config.registry_for("@corporate/ui") == "https://r.example"
    assert config.registry_for("corp") == "https://r.example"


def test_the_option_replaces_scopes_too_and_says_so(machine: Machine) -> None:
    config = machine.read(user="@corp:registry=https://corp.example/", registry="https://r.example/")
    assert config.registry_for("@corp/ui") == "https://r.example"
    assert any("@corp" in warning for warning in config.warnings)


def test_variables_of_the_environment_are_equivalent(machine: Machine) -> None:
    config = machine.read(**{"NPM_CONFIG_STRICT_SSL": "false", "npm_config_@corp:registry": "https://corp.example"})
    assert not config.strict_ssl
    assert config.registry_for("@corp/x") == "https://corp.example"


def test_userconfig(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("registry=https://other.example/")
    assert machine.read(npm_config_userconfig=str(tmp_path / "other")).registry == "https://other.example"


def test_prefix(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "npmrc").write_text("registry=https://global.example/")
    assert machine.read(user=f"prefix={tmp_path}").registry == "https://global.example"
    assert machine.read(user="", PREFIX=str(tmp_path)).registry == "https://global.example"


def test_a_project_in_the_home_folder_is_read_once(tmp_path: Path) -> None:
    (tmp_path / ".npmrc").write_text(f"_authToken={TOKEN}")
    config = read_npm_config(project=tmp_path, environ={}, home=tmp_path, registry=None)
    assert len(config.warnings) == 1


@pytest.mark.parametrize("value", ["nonsense", "file:///x", "https://", "https://x y/", "${NONE}", "https://a\\@b/"])
def test_a_registry_that_is_no_address_is_not_replaced_by_another(machine: Machine, value: str) -> None:
    with pytest.raises(UsageError):
        machine.read(project=f"registry={value}")


def test_an_invalid_registry_shows_no_secret(machine: Machine) -> None:
    with pytest.raises(UsageError) as caught:
        machine.read(project=f"registry=https://user:{TOKEN}@/")
    assert TOKEN not in f"{caught.value} {caught.value.hint} {caught.value.__cause__!r}"


# ---- credentials ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "header"),
    [
        (f"//r.example/npm/:_authToken={TOKEN}", f"Bearer {TOKEN}"),
        (f"//r.example/npm:_authToken={TOKEN}", f"Bearer {TOKEN}"),
        (f"//r.example/:_authToken={TOKEN}", f"Bearer {TOKEN}"),
        (f"//r.example:_authToken={TOKEN}", f"Bearer {TOKEN}"),
        (f'//r.example/:_authToken="{TOKEN}"', f"Bearer {TOKEN}"),
        ("//r.example/:_auth=dTpw", "Basic dTpw"),
        ("//r.example/:username=u\n//r.example/:_password=cMO2", basic("u:pö")),
        ("//r.example/:username=u\n//r.example/:_password=cHA", basic("u:pp")),
        (f"//r.example/:_auth=dTpw\n//r.example/:_authToken={TOKEN}", f"Bearer {TOKEN}"),
        ("//r.example/npm/:_authToken=near\n//r.example/:_authToken=far", "Bearer near"),
        ("//r.example/npm/:username=no-password\n//r.example/:_authToken=far", "Bearer far"),
    ],
)
def test_credentials(machine: Machine, lines: str, header: str) -> None:
    config = machine.read(user=lines)
    assert config.authorization_for("https://r.example/npm/-/npm/v1/attestations/@s%2fx@1.0.0") == header


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/npm/x",
        "https://r.example.evil.example/npm/x",
        "https://evil.example/r.example/npm/x",
        "https://r.example@evil.example/npm/x",
        "https://r.example:8443/npm/x",
        "http://r.example:443/npm/x",
        "https://r.example/",
        "https://r.example/np",
        "https://r.example/npm-evil/x",
        "https://r.example/other/npm/x",
        "https://r.example/?/npm/x",
    ],
)
def test_a_credential_goes_nowhere_else(machine: Machine, url: str) -> None:
    config = machine.read(user=f"//r.example/npm/:_authToken={TOKEN}")
    assert config.authorization_for("https://r.example/npm/x") == f"Bearer {TOKEN}"
    assert config.authorization_for(url) is None


def test_a_port_is_part_of_the_place(machine: Machine) -> None:
    config = machine.read(user=f"//r.example:8443/:_authToken={TOKEN}")
    assert config.authorization_for("https://r.example:8443/x") == f"Bearer {TOKEN}"
    assert config.authorization_for("https://r.example/x") is None


def test_credentials_in_the_registry_address(machine: Machine) -> None:
    config = machine.read(user=f"registry=https://user:{TOKEN}@r.example/npm/")
    assert config.registry == "https://r.example/npm"
    assert config.authorization_for("https://r.example/npm/x") == basic(f"user:{TOKEN}")
    assert config.authorization_for("https://r.example/x") is None
    assert TOKEN not in repr(config)


def test_expansion(machine: Machine) -> None:
    config = machine.read(project="//${HOST}/:_authToken=${TOKEN}", HOST="r.example", TOKEN=TOKEN)
    assert config.authorization_for("https://r.example/x") == f"Bearer {TOKEN}"


def test_a_credential_of_an_unset_variable_is_not_sent(machine: Machine) -> None:
    config = machine.read(project="//r.example/:_authToken=${NPM_TOKEN}")
    assert config.authorization_for("https://r.example/x") is None
    assert any("NPM_TOKEN" in warning for warning in config.warnings)


def test_credentials_of_the_environment(machine: Machine) -> None:
    config = machine.read(user="//r.example/:_authToken=weak", **{"npm_config_//r.example/:_authToken": TOKEN})
    assert config.authorization_for("https://r.example/x") == f"Bearer {TOKEN}"


@pytest.mark.parametrize("key", ["_auth", "_authToken", "username", "_password"])
def test_credentials_for_no_registry_are_ignored(machine: Machine, key: str) -> None:
    config = machine.read(user=f"{key}={TOKEN}")
    assert config.credentials == {}
    assert len(config.warnings) == 1
    assert TOKEN not in config.warnings[0]


@pytest.mark.parametrize("value", ['"a\\r\\nX-Evil: 1"', '"tab\\there"', "é", '"\\ud800"', '"nul\\u0000"'])
def test_a_credential_cannot_add_headers(machine: Machine, value: str) -> None:
    (machine.home / ".npmrc").write_text(f"//r.example/:_authToken={value}", encoding="utf-8")
    config = machine.read()
    assert config.authorization_for("https://r.example/x") is None
    assert len(config.warnings) == 1


def test_a_password_that_is_not_base64(machine: Machine) -> None:
    config = machine.read(user="//r.example/:username=u\n//r.example/:_password=a")
    assert config.authorization_for("https://r.example/x") is None
    assert len(config.warnings) == 1


def test_client_certificates(machine: Machine) -> None:
    config = machine.read(
        user=f"//r.example/:certfile=~/c.pem\n//r.example/:keyfile=k.pem\n//r.example/:_authToken={TOKEN}"
    )
    files = (machine.home / "c.pem", machine.project / "k.pem")
    assert config.certificate_for("https://r.example/x") == files
    assert config.authorization_for("https://r.example/x") == f"Bearer {TOKEN}"
    assert config.certificate_for("https://other.example/x") is None


def test_nothing_shows_a_secret(machine: Machine) -> None:
    config = machine.read(
        user=f"//r.example/:_authToken={TOKEN}\nproxy=http://u:{TOKEN}@p.example/\n_auth={TOKEN}",
        HTTPS_PROXY=f"http://u:{TOKEN}@e.example",
    )
    assert TOKEN not in f"{config!r} {config} {config.warnings} {config.credentials} {config.proxy}"


# ---- TLS and proxies -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "strict"),
    [("strict-ssl=false", False), ("strict-ssl=0", False), ("strict-ssl=true", True), ("strict-ssl", True), ("", True)],
)
def test_strict_ssl(machine: Machine, line: str, strict: bool) -> None:
    config = machine.read(project=line)
    assert config.strict_ssl is strict
    assert bool(config.warnings) is not strict


def test_authorities(machine: Machine) -> None:
    (machine.project / "ca.pem").write_text("from the file")
    assert machine.read(project="cafile=ca.pem").ca == "from the file"
    assert machine.read(project='ca="one\\ntwo"').ca == "one\ntwo"
    assert machine.read(project="ca[]=one\nca[]=two").ca == "one\ntwo"
    assert machine.read(project="ca=null", user="ca=weak").ca is None
    assert machine.read(project="", user="cafile=~/none").ca is None
    assert machine.read(project="", user="", npm_config_ca="one\\nline\n\ntwo").ca == "one\nline\ntwo"


def test_a_missing_cafile_is_told(machine: Machine) -> None:
    assert len(machine.read(project="cafile=none.pem").warnings) == 1


def test_extra_authorities(machine: Machine) -> None:
    (machine.home / "extra.pem").write_text("extra")
    assert machine.read(NODE_EXTRA_CA_CERTS=str(machine.home / "extra.pem")).extra_ca == "extra"


@pytest.mark.parametrize(
    ("lines", "environ", "secure", "plain"),
    [
        ("", {}, None, None),
        ("proxy=http://p.example:1", {}, "http://p.example:1", "http://p.example:1"),
        ("https-proxy=http://s.example\nproxy=http://p.example", {}, "http://s.example", "http://s.example"),
        ("proxy=null", {"HTTPS_PROXY": "http://e.example"}, "http://e.example", "http://e.example"),
        ("", {"http_proxy": "http://e.example"}, None, "http://e.example"),
        ("proxy=http://p.example", {"HTTPS_PROXY": "http://e.example"}, "http://p.example", "http://p.example"),
    ],
)
def test_proxies(machine: Machine, lines: str, environ: dict[str, str], secure: str | None, plain: str | None) -> None:
    config = machine.read(project=lines, **environ)
    chosen = [config.proxy_for(f"{scheme}://r.example/x") for scheme in ("https", "http")]
    assert [proxy.reveal() if proxy else None for proxy in chosen] == [secure, plain]


@pytest.mark.parametrize(
    ("noproxy", "direct"),
    [
        ("r.example", True),
        ("example", True),
        (".example", True),
        ("a.test, r.example", True),
        ("ample", False),
        ("s.example", False),
        ("deep.r.example", False),
        ("r.example:8080", False),
        ("", False),
    ],
)
def test_noproxy(machine: Machine, noproxy: str, direct: bool) -> None:
    config = machine.read(project=f"proxy=http://p.example\nnoproxy={noproxy}")
    assert (config.proxy_for("https://r.example/x") is None) is direct


def test_noproxy_of_the_environment(machine: Machine) -> None:
    config = machine.read(HTTPS_PROXY="http://e.example", NO_PROXY="r.example")
    assert config.proxy_for("https://r.example/") is None
    assert config.proxy_for("https://other.example/") is not None


# ---- hostile files -------------------------------------------------------------------------------------------------


def test_files_that_cannot_be_read_are_told(machine: Machine) -> None:
    (machine.home / ".npmrc").write_bytes(b"x" * (1 << 20) + b"\nregistry=https://r.example/")
    config = machine.read()
    assert config.registry == PUBLIC_REGISTRY
    assert len(config.warnings) == 1


def test_a_file_that_may_not_be_read_is_told(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (machine.home / ".npmrc").write_text("registry=https://r.example/")
    monkeypatch.setattr(Path, "open", refuse)
    config = machine.read()
    assert config.registry == PUBLIC_REGISTRY
    assert len(config.warnings) == 1


def test_a_path_that_cannot_be_is_no_file(machine: Machine) -> None:
    assert machine.read(npm_config_userconfig="a\0b").registry == PUBLIC_REGISTRY


def test_a_folder_in_place_of_a_file_is_no_file(machine: Machine) -> None:
    (machine.project / ".npmrc").mkdir()
    assert machine.read().registry == PUBLIC_REGISTRY


_LINE = st.one_of(
    st.text(),
    st.builds(
        "{}={}".format,
        st.sampled_from(
            [
                "registry",
                "@s:registry",
                "//r.example/:_authToken",
                "//r.example/:_auth",
                "//r.example/:username",
                "//r.example/:_password",
                "ca",
                "ca[]",
                "cafile",
                "strict-ssl",
                "proxy",
                "https-proxy",
                "noproxy",
                "userconfig",
                "prefix",
                "globalconfig",
            ]
        ),
        st.one_of(st.text(), st.sampled_from(["https://r.example/", "null", "true", "${X}", "\\u0000"])),
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_LINE, max_size=6))
def test_no_file_makes_it_fail_in_an_unplanned_way(machine: Machine, lines: list[str]) -> None:
    data = "\n".join(lines).encode("utf-8", errors="surrogatepass")
    (machine.project / ".npmrc").write_bytes(data)
    arguments: dict[str, Any] = {"environ": {"X": "\n"}, "home": machine.home, "registry": None}
    try:
        config = read_npm_config(project=machine.project, **arguments)
    except UsageError:
        return
    header = config.authorization_for("https://r.example/x")
    assert header is None or header.isprintable()
    config.proxy_for("https://r.example/x")
