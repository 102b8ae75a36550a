import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain import content
from pwa.domain.content import Library
from pwa.domain.faults import FaultsFoundError
from pwa.domain.pages import Source
from pwa.domain.rules import RULE_PARTS

FRONT = "title: A page\nstatus: draft\n"
PARTS = "".join(f"## {part}: unknown\nWe do not know.\n\nSource: none found.\n" for part in RULE_PARTS)
CARE = "## care: unknown\nWe do not know.\n\nSource: none found.\n"
YAML = st.lists(
    st.sampled_from(
        [
            "title: a\n",
            "status: draft\n",
            "order: ",
            "covers: ",
            "source: ",
            "sources: ",
            "reviewed_on: ",
            "emergency: ",
        ]
    )
    | st.sampled_from(
        ["[", "]", "{", "}", "- ", ": ", "\n", "!!int ", "!!bool ", "&a ", "*a", "? ", "'", '"', "|", "#", "a"]
    )
    | st.sampled_from(["2026-13-01", "2026-11-23", "R20", "0x_", "title", ".nan", "~", "---\n", "\t", "%", "\0"])
)


def written(root: Path, path: str, body: str = "Words.\n", front: str = FRONT) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    of = "" if path.startswith("en/") else "of: another\n"
    file.write_text(f"---\n{front}{of}---\n{body}", encoding="utf-8")
    return root


def loaded(root: Path, *languages: str) -> Library:
    return content.load(root, languages)


def faults_of(root: Path) -> list[str]:
    with pytest.raises(FaultsFoundError) as refused:
        content.load(root, ("en", "km"))
    return [str(fault) for fault in refused.value.faults]


def test_a_page_is_what_its_file_says(tmp_path: Path) -> None:
    front = (
        "title: Listen well\nshort: Listen\nlead: At her pace.\nkind: step\norder: 2\ncovers: [R20, S01]\n"
        "status: reviewed\nreviewed_on: 2026-11-23\nsource: [{title: A guide, url: 'https://e.org', date: 2021}]\n"
    )
    page = loaded(written(tmp_path, "en/now/listen.md", "Sit **down**.", front)).page("en", "now/listen")
    assert page
    assert (page.slug, page.language, page.title, page.short, page.lead) == (
        "listen", "en", "Listen well", "Listen", "At her pace.",
    )  # fmt: skip
    assert (page.kind, page.order, page.covers, page.draft, page.reviewed_on) == (
        "step", 2, ("R20", "S01"), False, "2026-11-23",
    )  # fmt: skip
    assert page.html == "<p>Sit <strong>down</strong>.</p>"
    assert page.sources == (Source("A guide", "https://e.org", "2021"),)


def test_a_page_that_nobody_reviewed_is_a_draft(tmp_path: Path) -> None:
    page = loaded(written(tmp_path, "en/words.md")).page("en", "words")
    assert page
    assert page.draft
    assert page.short == page.title == "A page"


def test_a_missing_page_falls_back_to_english_and_says_so(tmp_path: Path) -> None:
    written(tmp_path, "en/now/listen.md")
    library = loaded(written(tmp_path, "km/pages/away.md"), "km")
    listen = library.page("km", "now/listen")
    assert listen
    assert listen.language == "en"
    assert library.page("km", "pages/nowhere") is None


def test_a_page_of_the_readers_language_goes_first(tmp_path: Path) -> None:
    written(tmp_path, "en/now/listen.md")
    page = loaded(written(tmp_path, "km/now/listen.md"), "km").page("km", "now/listen")
    assert page
    assert page.language == "km"


def test_the_guide_is_in_the_order_of_its_files_steps_apart_from_cards(tmp_path: Path) -> None:
    for name, kind, order in (("b", "step", 1), ("a", "step", 2), ("c", "card", 1)):
        written(tmp_path, f"en/now/{name}.md", front=f"{FRONT}kind: {kind}\norder: {order}\n")
    library = loaded(tmp_path, "km")
    assert [page.slug for page in library.guide("km", "step")] == ["b", "a"]
    assert [page.slug for page in library.guide("km", "card")] == ["c"]


def test_a_provinces_own_rules_go_before_its_countrys(tmp_path: Path) -> None:
    for slug in ("kh", "kh-12"):
        written(tmp_path, f"en/rules/{slug}.md", PARTS, f"{FRONT}emergency: [{slug}-117]\n")
    library = loaded(tmp_path)
    assert library.emergency("kh-12", "kh") == ("kh-12-117",)
    assert library.emergency("kh-1", "kh") == ("kh-117",)
    assert library.emergency("th-10", "th") == ()
    assert sorted(library.emergency_ids()) == [("kh", "kh-117"), ("kh-12", "kh-12-117")]
    rule = library.rule("km", "kh-12", "kh")
    assert rule
    assert [(part.key, part.state) for part in rule.parts] == [(key, "unknown") for key in RULE_PARTS]


def test_a_translation_cannot_change_an_emergency_number(tmp_path: Path) -> None:
    written(tmp_path, "en/rules/kh.md", PARTS, f"{FRONT}emergency: [kh-117]\n")
    written(tmp_path, "km/rules/kh.md", PARTS, f"{FRONT}emergency: [kh-scam]\n")
    library = loaded(tmp_path, "km")
    assert library.emergency("kh") == ("kh-117",)
    assert list(library.emergency_ids()) == [("kh", "kh-117")]


def test_words_have_a_meaning_and_a_source_and_forms_of_harm_are_apart(tmp_path: Path) -> None:
    body = (
        "## Words\n### Case management\nA plan.\n\nSource: A guide.\n"
        "## Forms of harm\n### Wages kept\nNo pay.\n\nSource: B.\n"
    )
    words = loaded(written(tmp_path, "en/words.md", body)).words("km")
    assert [(w.id, w.term, w.html, w.source, w.is_form) for w in words] == [
        ("case-management", "Case management", "<p>A plan.</p>", "A guide.", False),
        ("wages-kept", "Wages kept", "<p>No pay.</p>", "B.", True),
    ]


def test_requirements_know_the_files_that_cover_them(tmp_path: Path) -> None:
    written(tmp_path, "en/now/listen.md", front=f"{FRONT}covers: [R20]\n")
    written(tmp_path, "en/rules/kh.md", PARTS, f"{FRONT}covers: [R20, R27]\n")
    assert loaded(tmp_path).covered() == {"R20": ["now/listen", "rules/kh"], "R27": ["rules/kh"]}


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.md").write_bytes(f"\ufeff---\n{FRONT}---\nWords.\n".replace("\n", "\r\n").encode())
    page = loaded(tmp_path).page("en", "a")
    assert page
    assert page.html == "<p>Words.</p>"


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("title: a\nstatus: draft\ncolour: red\n", 4),
        ("status: draft\n", 1),
        ("title: ' '\nstatus: draft\n", 2),
        ("title: a\nstatus: final\n", 3),
        ("title: a\nstatus: reviewed\nreviewed_on: soon\n", 4),
        ("title: a\nstatus: reviewed\nreviewed_on: 2026-13-01\n", 1),
        ("title: a\nstatus: draft\norder: first\n", 4),
        ("title: a\nstatus: draft\ncovers: [20]\n", 4),
        ("title: a\nstatus: draft\ncovers: R20\n", 4),
        ("title: a\nstatus: draft\nsource: [A guide]\n", 4),
        ("title: a\nstatus: draft\nsources: A guide\n", 4),
        ("title: a\nstatus: [\n", 4),
        ("- a\n- b\n", 2),
        ("title: a\nstatus: draft\nfocal_point: {role: Desk}\n", 4),
        ("order: !!int x\n", 1),
        ("order: !!int\n", 1),
        pytest.param("title: " + "[" * 1000 + "\n", 1, id="deep"),
    ],
)
def test_wrong_front_matter_is_named_by_file_and_line(tmp_path: Path, front: str, line: int) -> None:
    (fault,) = faults_of(written(tmp_path, "en/now/a.md", front=front))
    assert fault.startswith(f"{tmp_path.name}/en/now/a.md: line {line}: ")


@pytest.mark.parametrize(
    "body", [b"", b"Words.", b"---\ntitle: a\n", b"---\n---\n", "Đà".encode("cp1258"), b"\xff\xfea\0"]
)
def test_a_file_that_is_no_page_is_named(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.md").write_bytes(body)
    (fault,) = faults_of(tmp_path)
    assert fault.startswith(f"{tmp_path.name}/en/a.md: line 1: ")


def test_a_fault_in_the_body_counts_lines_from_the_top_of_the_file(tmp_path: Path) -> None:
    (fault,) = faults_of(written(tmp_path, "en/a.md", "a\n\n::: say\nb\n"))
    assert fault.startswith(f"{tmp_path.name}/en/a.md: line 7: ")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (PARTS.replace(CARE, ""), "'care' is missing"),
        (PARTS.replace(CARE, "## care: unknown\n\n"), "'care' is missing"),
        (PARTS.replace(CARE, CARE[: CARE.index("Source")]), "'care' has no source"),
        (PARTS + "## care: maybe\nPerhaps.\n", "line 20: '## care: maybe' is no part"),
        (PARTS + "## visa: known\nYes.\n", "is no part"),
    ],
)
def test_local_rules_answer_every_question_or_say_unknown(tmp_path: Path, body: str, said: str) -> None:
    (fault,) = faults_of(written(tmp_path, "en/rules/kh.md", body))
    assert said.replace("line 20", f"line {5 + PARTS.count(chr(10))}") in fault


def test_a_word_without_a_source_is_named(tmp_path: Path) -> None:
    (fault,) = faults_of(written(tmp_path, "en/words.md", "## Words\n### Consent\nShe says yes.\n"))
    assert "'Consent'" in fault


def test_every_fault_of_every_file_and_language_is_told_at_once(tmp_path: Path) -> None:
    written(tmp_path, "en/a.md", "![a](b)\n\n:::\n")
    written(tmp_path, "km/b.md", front="status: draft\n")
    assert [fault.partition("/")[2].split(": ")[0] for fault in faults_of(tmp_path)] == [
        "en/a.md",
        "en/a.md",
        "km/b.md",
    ]


@settings(deadline=None)
@given(
    st.sampled_from(["now/a", "rules/kh", "words"]),
    st.binary() | (st.text() | YAML.map("".join)).map(lambda front: f"---\n{front}\n---\n## a\n### b\n".encode()),
)
def test_a_file_of_any_bytes_is_a_page_or_faults_that_name_it(name: str, body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "en" / f"{name}.md"
        file.parent.mkdir(parents=True)
        file.write_bytes(body)
        with contextlib.suppress(FaultsFoundError):
            assert content.load(Path(folder), ("en",))
