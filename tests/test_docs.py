"""What is written for people: links lead somewhere, pictures are small, and nothing that belongs there is missing."""

import re
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
# Levels 1 and 2 of ASVS 5.0.0.
ITEMS = {"1": 70, "2": 183}


def anchors(document: Path) -> set[str]:
    """What a link may name behind `#`: headings as code forges spell them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_and_picture_of_a_document_is_there(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for address in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = address.partition("#")
        if path.startswith(("http", "../../", "../check", "lang:")):
            continue
        there = (document.parent / path).resolve() if path else document
        assert there.exists(), address
        assert not anchor or anchor in anchors(there), address


def test_the_list_of_who_reads_what_names_every_document() -> None:
    listed = set(re.findall(r"\]\(([\w.-]+\.md)\)", (ROOT / "docs" / "index.md").read_text(encoding="utf-8")))
    assert {path.name for path in (ROOT / "docs").glob("*.md")} - listed == {"index.md"}


def test_every_picture_is_small_and_shown_somewhere() -> None:
    shown = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    assert len(pictures) > 20
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.width <= 360, path.name
        assert path.stat().st_size <= 40_000, path.name
        assert f"pictures/{path.name})" in shown, path.name


def test_each_item_of_the_standard_is_answered_once_and_each_gap_has_its_paragraph() -> None:
    text = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \| (.+) \|$", text, re.MULTILINE)
    assert Counter(level for _, level, *_ in rows) == ITEMS
    assert max(Counter(item for item, *_ in rows).values()) == 1
    said = {answer: int(number) for answer, number in re.findall(r"^\| (\**[\w/]+\**) \| (\d+) \|", text, re.MULTILINE)}
    assert said == Counter(answer for _, _, _, answer, _ in rows)
    gaps = text[text.index("## Gaps") : text.index("## Cryptography")]
    for item, _, _, answer, _ in rows:
        if answer in ("**no**", "**partly**"):
            assert item in re.findall(r"\d+\.\d+\.\d+", gaps), f"{item} falls short and is not among the gaps."
