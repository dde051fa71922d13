import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.codes import CODES, Code
from provcheck.model import ExitCode, Judgement, Lockfile, Report, Scope, TrustInfo, Verdict
from provcheck.report.text import MEANING, Detail, render_text
from support.reports import COMMIT, absent, hostile, judged, make_origin, make_report, storefront, verified

NORMAL_80 = """\
Checked package-lock.json: 941 packages in 1.9 s
Trust root: Sigstore TUF repository of 2026-11-20

INVALID  2
  nuxt@4.1.2                integrity-mismatch
    locked sha512-h3KqM1m0..., but nuxt/nuxt built sha512-g5mwX0zA...
  @corp/build-tools@12.0.1  certificate-predicate-mismatch
    the predicate names evil/fork, the certificate corp/build-tools
  What to do:
    integrity-mismatch: Do not install it until you know which: somebody changed
      the lockfile (see its history), or the registry serves other bytes than
      were built.
    certificate-predicate-mismatch: Do not install it until its maintainers
      explain the contradiction. The certificate is the fact.

UNSUPPORTED  1
  future@9.0.0  bundle-version-unsupported
    application/vnd.dev.sigstore.bundle.v0.9+json
  What to do: Update Provcheck.

COULD NOT CHECK  2
  left-pad@1.3.0  registry-error           503 Service Unavailable after 3 tries
  @corp/ui@2.0.1  attestations-not-served
    npm.corp.example serves no attestations
  What to do:
    registry-error: Try again later; see the message for the cause.
    attestations-not-served: Point --registry at a registry that serves them
      (the public npm registry does), only for this check.

NO PROVENANCE  923  (5 direct, 918 indirect; 459 of 923 for development only)
  axios@1.7.9  express@4.21.2  eslint@9.20.0  @vueuse/core@13.9.0
  typescript@5.9.2
  and 918 more: --verbose lists them all

NOT FROM A REGISTRY  9  (4 bundled, 3 workspaces, 2 git)

VERIFIED, BUT WEAKER
  integrity-weak      1  @gitlab/web-ide@0.0.7
  runner-self-hosted  1  semver@7.7.2

4 of 941 packages have a verified build origin.
A verified origin proves who built it and from what, not that it is safe.
More: provcheck policy explain integrity-mismatch
exit 1: 2 invalid (1 unsupported, 2 could not be checked)
"""

HOSTILE = [
    "\x1b[2J\x1b]8;;https://evil.example\x1b\\",
    "a\r\nexit 0: everything is fine",
    "\n::error::gone",
    "::add-mask::name",
    "##[error]##vso[task.complete]",
    "[red]bold[/red] [link=https://evil.example]x[/link] :smile:",
    "\u202egnp\u2066\u200b\ufeff\U000e0041",
    "\ud800\udfff",
    "e\u0301" * 300,
    "x" * 100_000,
]


def section(text: str, heading: str) -> list[str]:
    """Return the lines under a heading."""
    lines = text.split("\n")
    start = next(index for index, line in enumerate(lines) if line.startswith(heading))
    return lines[start + 1 : lines.index("", start)]


def assert_harmless(text: str) -> None:
    for line in text.split("\n"):
        assert line.isprintable()
        assert not any(unicodedata.category(char).startswith("M") for char in line)
        assert not line.lstrip().startswith("::")
        assert "##" not in line


def test_a_person_sees_what_is_wrong_and_what_to_do_at_80_columns() -> None:
    assert render_text(storefront(), width=80) == NORMAL_80


def test_findings_are_on_one_line_at_200_columns_and_in_a_log() -> None:
    wide = render_text(storefront(), width=200)
    assert wide == render_text(storefront())
    messages = [item.reasons[0].message for item in storefront().judgements if item.verdict is Verdict.INVALID]
    assert all(message in wide for message in messages)


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_what_is_wrong_is_never_cut(width: int) -> None:
    words = " ".join(render_text(storefront(), width=width).split())
    wrong = {Verdict.INVALID, Verdict.UNSUPPORTED, Verdict.UNAVAILABLE}
    messages = [item.reasons[0].message for item in storefront().judgements if item.verdict in wrong]
    assert [message for message in messages if message not in words] == []


@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("width", [80, 100, 200])
def test_lines_fit_the_terminal(width: int, detail: Detail) -> None:
    assert max(map(len, render_text(storefront(), width=width, detail=detail).splitlines())) <= width


def test_long_paths_and_notes_run_on_at_the_top() -> None:
    path = "a folder/" * 12 + "package-lock.json"
    lockfile = Lockfile(path=path, format="package-lock v3", dependencies=())
    report = make_report([verified("a@1", lockfile=path)], lockfiles=(lockfile,), notes=("a note " * 20,))
    head, _, _ = render_text(report, width=80).partition("\n\n")
    assert path in " ".join(head.split())
    assert max(map(len, head.splitlines())) <= 80


def test_names_are_never_cut() -> None:
    name = f"@{'scope' * 20}/{'name' * 20}@1.0.0"
    for verdict, code in ((Verdict.INVALID, Code.SET_INVALID), (Verdict.ABSENT, Code.PROVENANCE_ABSENT)):
        for detail in (Detail.NORMAL, Detail.VERBOSE):
            assert name in render_text(make_report([judged(name, verdict, code, "m" * 90)]), width=80, detail=detail)


def test_verbose_shows_every_dependency_once_and_the_whole_origin_of_verified_ones() -> None:
    report = storefront()
    text = render_text(report, width=80, detail=Detail.VERBOSE)
    listed, _, _ = text.partition("VERIFIED, BUT WEAKER")
    for judgement in report.judgements:
        lines = [line for line in listed.splitlines() if line.startswith(f"  {judgement.dependency.spec} ")]
        assert len(lines) == 1, judgement.dependency.spec
    _, _, rest = listed.partition("  semver@7.7.2 ")
    assert f"semver@7.7.2 {rest}".split()[:6] == [
        "semver@7.7.2",
        f"npm/node-semver@{COMMIT[:12]}",
        "heads/main",
        "release.yml",
        "self-hosted",
        "runner-self-hosted",
    ]


def test_an_unknown_runner_is_not_shown_as_hosted() -> None:
    report = make_report([verified("a@1", make_origin(runner_environment=None), Code.RUNNER_UNKNOWN)])
    (line,) = section(render_text(report, detail=Detail.VERBOSE), "VERIFIED  1")
    assert "hosted" not in line
    assert "runner-unknown" in line


def test_two_thousand_invalid_dependencies_are_all_listed() -> None:
    packages = [judged(f"p{n}@1.0.0", Verdict.INVALID, Code.SET_INVALID, "the log's promise") for n in range(2000)]
    text = render_text(make_report(packages, exit_code=ExitCode.FINDINGS), width=80)
    assert len(re.findall(r"^  p\d+@1\.0\.0 +set-invalid", text, re.MULTILINE)) == 2000
    assert text.count(CODES[Code.SET_INVALID].action.split(".")[0]) == 1


def test_one_cause_for_the_whole_run_is_one_line() -> None:
    message = "mirror.example serves no attestations"
    packages = [judged(f"p{n}@1", Verdict.UNAVAILABLE, Code.ATTESTATIONS_NOT_SERVED, message) for n in range(2000)]
    packages.append(judged("other@1", Verdict.UNAVAILABLE, Code.REGISTRY_ERROR, "503"))
    report = make_report(packages, exit_code=ExitCode.INCOMPLETE)
    rows = section(render_text(report), "COULD NOT CHECK  2001")
    assert rows[0].split("  ")[1:] == ["2000 packages", "attestations-not-served", message]
    assert rows[1].split()[:2] == ["other@1", "registry-error"]
    assert len(rows) < 10
    assert render_text(report, detail=Detail.VERBOSE).count("attestations-not-served  ") == 2000


def test_different_messages_with_one_code_are_counted() -> None:
    packages = [judged(f"p{n}@1", Verdict.UNAVAILABLE, Code.REGISTRY_ERROR, f"{n % 3} failed") for n in range(30)]
    packages.append(judged("p30@1", Verdict.UNAVAILABLE, Code.REGISTRY_ERROR, "2 failed"))
    rows = section(render_text(make_report(packages)), "COULD NOT CHECK  31")
    assert "2 failed (11 times, and others)" in rows[0]


def test_absent_ones_show_direct_dependencies_or_else_the_first() -> None:
    some = [absent(f"t{n}@1.0.0") for n in range(500)]
    rows = section(
        render_text(make_report([*some, absent("axios@1.7.9", direct=True)]), width=80), "NO PROVENANCE  501"
    )
    assert rows == ["  axios@1.7.9", "  and 500 more: --verbose lists them all"]
    rows = section(render_text(make_report(some), width=80), "NO PROVENANCE  500")
    assert rows[0].startswith("  t0@1.0.0  t1@1.0.0  ")
    assert len(rows) == 4
    rows = section(render_text(make_report([absent("a@1"), absent("b@1", direct=True)])), "NO PROVENANCE  2")
    assert rows == ["  b@1  a@1"]


def test_absent_ones_that_fail_the_run_are_listed_with_what_to_do() -> None:
    some = [absent(f"t{n}@1.0.0") for n in range(60)]
    report = make_report(some, fail_on=frozenset({"absent"}), exit_code=ExitCode.FINDINGS)
    rows = section(render_text(report, detail=Detail.QUIET), "NO PROVENANCE  60")
    assert [row.split()[1] for row in rows[:50]] == ["provenance-absent"] * 50
    assert rows[50].split()[:2] == ["10", "more"]
    assert "What to do" in rows[52]


def test_a_verified_dependency_refused_for_a_remark_is_listed_first() -> None:
    refused = verified("semver@7.7.2", None, Code.CERTIFICATE_LEGACY, Code.RUNNER_SELF_HOSTED)
    report = make_report([absent("a@1"), refused], fail_on=frozenset({"runner-self-hosted"}))
    text = render_text(report)
    (row, _) = section(text, "REFUSED BY --fail-on  1")
    assert row.split()[:2] == ["semver@7.7.2", "runner-self-hosted"]
    assert text.index("REFUSED") < text.index("NO PROVENANCE")
    assert "1 of 2 packages have a verified build origin." in text


def test_quiet_says_nothing_unless_the_run_fails() -> None:
    assert render_text(make_report([verified("a@1"), absent("b@1")]), detail=Detail.QUIET) == ""


def test_quiet_shows_findings_and_why_only() -> None:
    text = render_text(storefront(), detail=Detail.QUIET)
    assert text.startswith("INVALID  2\n")
    assert "COULD NOT CHECK" not in text
    assert text.endswith("\n\nexit 1: 2 invalid (1 unsupported, 2 could not be checked)\n")


def test_quiet_shows_what_could_not_be_checked_if_that_is_why() -> None:
    packages = [judged("left-pad@1.3.0", Verdict.UNAVAILABLE, Code.REGISTRY_ERROR, "503"), absent("b@1")]
    report = make_report(packages, exit_code=ExitCode.INCOMPLETE, exit_reason="1 could not be checked")
    text = render_text(report, detail=Detail.QUIET)
    assert text.startswith("COULD NOT CHECK  1\n")
    assert "NO PROVENANCE" not in text
    assert text.endswith("\nexit 3: 1 could not be checked\n")


@pytest.mark.parametrize("detail", Detail)
def test_replaced_trust_is_on_the_first_line_even_of_quiet_runs(detail: Detail) -> None:
    trust = TrustInfo(
        root_source="file trusted_root.json",
        root_sha256="ab" * 32,
        root_date=None,
        keys_source="file npm-keys.json",
        key_ids=(),
        is_root_given=True,
        are_keys_given=True,
    )
    lines = render_text(make_report([verified("a@1")], trust=trust), detail=detail).splitlines()
    assert lines[:2] == [
        "Using the trust root in file trusted_root.json, not Sigstore's",
        "Using the registry keys in file npm-keys.json, not npm's",
    ]


def test_the_age_of_the_trust_root_is_told_once() -> None:
    report = make_report([verified("a@1")])
    assert "Trust root: Sigstore TUF repository of 2026-11-20\n" in render_text(report)
    embedded = replace(report.trust, root_source="embedded copy of 2026-11-20")
    assert "Trust root: embedded copy of 2026-11-20\n" in render_text(replace(report, trust=embedded))
    undated = replace(report.trust, root_date=None)
    assert "Trust root: Sigstore TUF repository\n" in render_text(replace(report, trust=undated))


def test_notes_are_shown_at_the_top() -> None:
    report = make_report([verified("a@1")], notes=("registry.example has no keys endpoint",))
    report = replace(report, trust=replace(report.trust, notes=("the trust root could not be refreshed",)))
    head, _, _ = render_text(report).partition("\n\n")
    assert head.splitlines()[2:] == [
        "note: the trust root could not be refreshed",
        "note: registry.example has no keys endpoint",
    ]


def test_several_lockfiles_are_told_apart() -> None:
    def of(path: str) -> Judgement:
        return judged("a@1", Verdict.INVALID, Code.SET_INVALID, "wrong", lockfile=path)

    lockfiles = tuple(Lockfile(path=path, format="package-lock v3", dependencies=()) for path in ("x.json", "y.json"))
    text = render_text(make_report([of("x.json"), of("y.json"), of("y.json")], lockfiles=lockfiles, duration=125.2))
    assert text.startswith("Checked x.json: 1 package\nChecked y.json: 2 packages\nDone in 2 min 5 s\n")
    assert section(text, "INVALID")[0].endswith("  x.json: wrong")


def test_one_response_is_shown_in_full() -> None:
    origin = make_origin(unconfirmed={"startedOn": "2026"})
    report = make_report([verified("nuxt@4.1.2", origin, Code.PREDICATE_UNCONFIRMED)], exit_reason="verified")
    text = render_text(report, width=80, in_full=True)
    facts = {"source": origin.source_repository, "commit": COMMIT, "ref": origin.ref, "run": origin.run_url}
    for label, fact in facts.items():
        assert re.search(rf"^  {label} +{re.escape(str(fact))}$", text, re.MULTILINE)
    assert "\nVERIFIED  nuxt@4.1.2\n" in text
    assert text.endswith(f"\n\n{MEANING}\nexit 0: verified\n")
    assert "startedOn" not in text
    verbose = render_text(report, width=80, in_full=True, detail=Detail.VERBOSE)
    assert "unconfirmed  startedOn: 2026" in verbose
    assert verbose.count("rekor.sigstore.dev entry 489001002, 2026-11-20 10:11:12 UTC") == 2


def test_one_response_that_fails_says_why_first() -> None:
    broken = verified("nuxt@4.1.2").attestations[1]
    judgement = replace(
        judged("nuxt@4.1.2", Verdict.INVALID, Code.SET_INVALID, "the promise is of another log"),
        attestations=(replace(broken, signature=None, verified=False),),
    )
    report = make_report([judgement], exit_code=ExitCode.FINDINGS, exit_reason="invalid")
    lines = render_text(report, width=80, in_full=True).splitlines()
    assert lines[3:5] == ["INVALID  nuxt@4.1.2", "  set-invalid  the promise is of another log"]
    assert lines[5].startswith("  What to do: ")
    assert any("not verified" in line for line in lines)


@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_from_outside_takes_no_effect(text: str, detail: Detail) -> None:
    for in_full in (False, True):
        for width in (None, 80):
            assert_harmless(render_text(hostile(small_report(), text), detail=detail, width=width, in_full=in_full))


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("\x1b\n:#[]\u202e"), max_size=30))
def test_no_text_from_outside_takes_effect(text: str) -> None:
    assert_harmless(render_text(hostile(small_report(), text), detail=Detail.VERBOSE))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_only_colours_and_links_of_our_own_reach_the_terminal(text: str) -> None:
    for in_full in (False, True):
        report = hostile(small_report(), text)
        painted = render_text(report, color=True, hyperlinks=True, detail=Detail.VERBOSE, width=80, in_full=in_full)
        assert_harmless(re.sub(r"\x1b\[[0-9;]*m", "", painted))


def test_colours_and_links_change_nothing_else() -> None:
    report = small_report()
    plain = render_text(report, detail=Detail.VERBOSE, width=80)
    painted = render_text(report, detail=Detail.VERBOSE, width=80, color=True, hyperlinks=True)
    assert "\x1b[1;31mINVALID\x1b[0m" in painted
    assert f"\x1b]8;;https://github.com/nuxt/nuxt/commit/{COMMIT}\x1b\\" in painted
    assert re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*?\x1b\\", "", painted) == plain


def test_links_need_no_colours() -> None:
    text = render_text(small_report(), hyperlinks=True, in_full=True)
    run = "https://github.com/nuxt/nuxt/actions/runs/17490000001/attempts/1"
    assert f"\x1b]8;;{run}\x1b\\{run}\x1b]8;;\x1b\\" in text
    assert "\x1b[" not in text


def test_wide_characters_are_counted_as_two_columns() -> None:
    report = make_report([judged("a@1", Verdict.INVALID, Code.SET_INVALID, "日本語 " * 20)])
    rows = section(render_text(report, width=40), "INVALID")
    assert rows[:2] == ["  a@1  set-invalid" + "  日本語" + " 日本語" * 2, "    " + " ".join(["日本語"] * 5)]


def small_report() -> Report:
    """Return a report with one dependency for each way of showing one."""
    packages = [
        verified("nuxt@4.1.2", make_origin(unconfirmed={"a": "b"}), Code.RUNNER_SELF_HOSTED),
        judged("a@1", Verdict.INVALID, Code.SET_INVALID, "wrong", scope=Scope(direct=True)),
        judged("b@1", Verdict.UNSUPPORTED, Code.BUNDLE_VERSION_UNSUPPORTED, "new"),
        judged("d@1", Verdict.NOT_APPLICABLE, Code.SOURCE_GIT, "git"),
        absent("e@1", direct=True),
        *(judged(f"c{n}@1", Verdict.UNAVAILABLE, Code.REGISTRY_ERROR, "503") for n in range(20)),
        *(absent(f"f{n}@1") for n in range(20)),
    ]
    return make_report(
        packages, exit_code=ExitCode.FINDINGS, exit_reason="1 invalid", notes=("a note",), fail_on=frozenset({"absent"})
    )
