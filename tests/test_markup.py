import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain.markup import BLOCKS, faults_of, html_of

TAGS = {
    "p", "ul", "ol", "li", "h2", "h3", "strong", "em", "a", "br", "div", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"class", "href", "rel"}
EVIL = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=a>",
            "<a href=javascript:a>",
            "<style>",
        ]
    )
    | st.sampled_from(
        ["[a](", "![a](", "<", ">", ")", "javascript:a", "java\nscript:a", "&#106;avascript:a", "data:text/html,a"]
    )
    | st.sampled_from(
        ["//evil.example", "https://e.org", "tel:*21*1#", '"onclick="a', "`", "```\n", "~~~", "| a |\n|---|\n"]
    )
    | st.sampled_from(
        ["::: say\n", ":::\n", "::: ", "\n", "\n\n", "# ", "- ", "> ", "*", "_", "[a]: ", "\0", "Source: "]
    )
    | st.text(max_size=5)
)


class Elements(HTMLParser):
    """What a browser would make of it: every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


@settings(deadline=None)
@given(st.text() | EVIL.map("".join))
def test_any_markdown_gives_harmless_elements_only(text: str) -> None:
    for tag, attributes in Elements(html_of(text)).found:
        assert tag in TAGS
        assert attributes.keys() <= ATTRIBUTES
        assert attributes.get("class", "say") in {*BLOCKS, "source"}
        scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", attributes.get("href") or "", re.IGNORECASE)
        assert not scheme or scheme[1].lower() in ("https", "mailto", "tel")


@settings(deadline=None)
@given(st.text() | EVIL.map("".join), st.integers(1, 50))
def test_any_markdown_can_be_checked_and_faults_stand_on_its_lines(text: str, first: int) -> None:
    for line, message in faults_of(text, first):
        assert first <= line <= first + len(text.splitlines())
        assert message


@settings(deadline=None)
@given(EVIL.map("".join))
def test_a_text_without_faults_links_nowhere_but_where_a_page_may(text: str) -> None:
    if not list(faults_of(text)):
        for _, attributes in Elements(html_of(text)).found:
            href = attributes.get("href") or ""
            assert not href.startswith(("//", "http:", "javascript:", "data:"))
            assert not (href.startswith("tel:") and {"*", "#"} & set(href))


@pytest.mark.parametrize("html", ["<script>alert(1)</script>", '<img src="x" onerror="a">', "<b onclick=a>bold</b>"])
def test_raw_html_is_shown_as_text(html: str) -> None:
    shown = html_of(html)
    assert shown.startswith("<p>&lt;")
    assert [tag for tag, _ in Elements(shown).found] == ["p"]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_a_box_of_its_kind_around_its_text(name: str) -> None:
    assert html_of(f"::: {name}\n*Hello*\n:::\nafter") == (
        f'<div class="{name}">\n<p><em>Hello</em></p>\n</div>\n<p>after</p>'
    )


def test_a_table_is_kept() -> None:
    assert "<td>2</td>" in html_of("| a | b |\n|---|---|\n| 1 | 2 |")


def test_a_link_tells_the_other_site_nothing() -> None:
    assert html_of("[a](https://example.org/)") == '<p><a href="https://example.org/" rel="noreferrer">a</a></p>'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a\n::: say\nb", 2, "never closed"),
        ("a\n  ::: say\nb", 2, "never closed"),
        ("::: say\n::: avoid\n:::", 2, "still open"),
        ("a\n\n:::", 3, "none is open"),
        ("::: shout\n:::", 1, "no block"),
        ("::: say it loud\na\n:::", 1, "no block"),
        ("a\n\n![a](b.png)", 3, "no pictures"),
    ],
)
def test_a_wrong_block_or_a_picture_is_named_by_its_line(text: str, line: int, said: str) -> None:
    found = list(faults_of(text))
    assert found[0][0] == line
    assert said in found[0][1]


def test_lines_count_from_where_the_body_begins() -> None:
    assert [line for line, _ in faults_of("a\n:::", 12)] == [13]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a?b=c#d",
        "mailto:desk@example.org",
        "tel:+85523997919",
        "tel:117",
        "../choices/",
        "/en/now/",
        "#words",
    ],
)
def test_a_page_may_link_to_a_site_a_number_a_mailbox_and_its_neighbours(address: str) -> None:
    assert list(faults_of(f"[a]({address})")) == []


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "//evil.example/",
        "/\\evil.example",
        "ftp://example.org",
        "tel:*21*012345678#",
        "tel:%2A21%2A1",
        "mailto:desk@example.org?bcc=a@b.c",
        "mailto:",
        "intent://x",
        "/EN/Now/",
    ],
)
def test_any_other_address_is_a_fault_and_is_quoted(address: str) -> None:
    ((line, message),) = faults_of(f"Look\n[a]({address})")
    assert line in (1, 2)
    assert message.startswith("'")


def test_a_link_that_runs_code_is_no_link() -> None:
    assert "<a" not in html_of("[a](javascript:alert(1))")
    assert "href" not in html_of("[a](http://example.org)")
