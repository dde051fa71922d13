import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.registry.ini import expand_variables, parse_npmrc


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("registry=https://r.example/", {"registry": "https://r.example/"}),
        ("  a  =  b c  ", {"a": "b c"}),
        ("a=b\r\nc=d\re=f", {"a": "b", "c": "d", "e": "f"}),
        ("; no\n# nor this\n\n  \na=b", {"a": "b"}),
        ("a=b ; comment\nc=d#comment", {"a": "b", "c": "d"}),
        (r"a=b\;c\#d\\e\n", {"a": r"b;c#d\e\n"}),
        ("a=\"b ; c\"\nd='e # f'", {"a": "b ; c", "d": "e # f"}),
        (r'ca="line one\nline two"', {"ca": "line one\nline two"}),
        ("a\nb=", {"a": True, "b": ""}),
        ("a=true\nb=false\nc=null\nd='true'", {"a": True, "b": False, "c": None, "d": True}),
        ("ca[]=one\nca[]=two", {"ca": ["one", "two"]}),
        ("ca=one\nca[]=two\nca=three", {"ca": ["one", "two", "three"]}),
        ("a=1\na=2", {"a": "2"}),
        ("a=b\n[section]\nc=d", {"a": "b"}),
        ("//h/:_authToken=x=y==", {"//h/:_authToken": "x=y=="}),
        ("=value", {}),
        ("\ufeffa=b", {"a": "b"}),
    ],
)
def test_reads_what_npm_reads(text: str, settings: object) -> None:
    assert parse_npmrc(text) == settings


@given(st.text())
def test_any_text_is_a_file(text: str) -> None:
    for key, value in parse_npmrc(text).items():
        assert isinstance(key, str)
        assert value is None or isinstance(value, str | bool | list)


_PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="=;#\\\"'[]"), min_size=1)


@given(st.dictionaries(_PLAIN, _PLAIN.filter(lambda value: value not in ("true", "false", "null"))))
def test_plain_settings_come_back(settings: dict[str, str]) -> None:
    assert parse_npmrc("\n".join(f"{key} = {value}" for key, value in settings.items())) == settings


@pytest.mark.parametrize(
    ("text", "expanded", "missing"),
    [
        ("${A}", "1", ()),
        ("x${A}y${B}z", "x1y2z", ()),
        ("${NONE}", "${NONE}", ("NONE",)),
        ("${NONE?}", "", ()),
        ("${A?}", "1", ()),
        (r"\${A}", "${A}", ()),
        (r"\\${A}", r"\1", ()),
        ("$A ${} ${A", "$A ${} ${A", ()),
        ("${NESTED}", "${A}", ()),
    ],
)
def test_expands_variables_as_npm_does(text: str, expanded: str, missing: tuple[str, ...]) -> None:
    result = expand_variables(text, {"A": "1", "B": "2", "NESTED": "${A}"})
    assert (result.text, result.missing) == (expanded, missing)


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_without_variables_nothing_changes(text: str, environ: dict[str, str]) -> None:
    plain = text.replace("${", "")
    assert expand_variables(plain, environ).text == plain
