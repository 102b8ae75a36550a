"""What a stranger, a cut line, a broken tool or a tired writer may send: one wrong input for each kind and number.

An input is made from its kind and its number alone, so that one that fails can be made again.
"""

import functools
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import cbor2

from bench.target import LANGUAGES, Answer, Target
from pwa.config import ROOT
from pwa.domain import contentfile, directory, lessons, pages, parallel, rules, words
from pwa.domain.contentfile import ContentFile
from pwa.domain.counting import encoded
from pwa.domain.directory import COLUMNS
from pwa.domain.faults import FaultsFoundError
from pwa.store import services
from tests.authenticator import Authenticator, Json, raw
from tests.noise import Noise

ODD = (
    "", " ", "\0", "\t", "\r\n", "\n", "\u2028", "\u202e", "\u200b", "\ufeff", "\x85", "é", "e\u0301", "ẞ", "İ", "Å",
    "ភ្នំពេញ", "ที่", "ကူညီ", "龘", "𝟙", "１２", "٣", "🙂", "\U0010ffff", "/", "//", "../", "..%2f", "%00", "%", "%zz",
    "+", "=", "&", ";", ",", '"', "'", "`", "\\", "<b>", "<script>", "-->", "{{7*7}}", "${7}", "%s", "%(a)s", "{0}",
    "' or 1=1 --", "*", "NEAR(", "[x]", "](javascript:a)", "](//x.y)", "![a](b)", ":::", "::: say", "---", "### ",
    "- [x] ", "-> a", "|", "| --- |", "> ", "    ", "&amp;", "&#0;", "=cmd|' /C'!A0", "@", "tel:*21*1#",
    "http://evil.example", "null", "NaN", "Infinity", "-1", "1e999", "2**64", "99999999999999999999", "0x0", "true",
    "[]", "{}", "[[[[", "en", "EN", "en-US", "en_US", "zh-Hant-TW-x-a", "*;q=0.5", "q=", ";q=nan", "x-klingon", "tl",
    "in", "a" * 300, "\u0e01" * 80,
)  # fmt: skip
ADDRESSES = (
    "/", "/{lang}/", "/{one}/{area}/", "/{lang}/{area}/abroad/{home}/", "/{lang}/{gone}/bundle-{digest}.json",
    "/{one}/{area}/directory/", "/{lang}/{gone}/pack.json", "/{lang}/{area}/print/", "/{lang}/areas/{area}/",
    "/{lang}/away/", "/{other}/bundle-{digest}.json", "/{lang}/find/", "/{lang}/learn/{page}/",
    "/{lang}/learn/{page}/present/", "/{lang}/now/{page}/", "/{other}/pack.json", "/{lang}/show/{home}/",
    "/counts/batches", "/counts/phones", "/desk/", "/desk/areas/{area}/", "/desk/changes/{digest}/",
    "/desk/directory/{page}/", "/desk/export/list.csv", "/desk/figures/{page}/table.csv", "/desk/invitation/",
    "/desk/organisations/{digest}/", "/desk/people/{digest}/role", "/desk/sign-in", "/favicon.ico",
    "/manifest.webmanifest", "/static/{page}.js", "/static/app-{digest}.js", "/sw.js", "/wiped",
)  # fmt: skip
# A pack that is there is no wrong input, and takes seconds to press the first time.
PARTS = {
    "lang": (*LANGUAGES, "xx", "fil"),
    "one": ("en", "xx"),
    "other": ("xx", "fil"),
    "gone": ("kh-99", "zz", "areas"),
    "area": ("kh-12", "kh-2", "kh-99", "zz", "areas"),
    "home": ("kh", "my", "vi", "zz"),
    "page": ("listen", "before", "nothing", "2026", "kh-licadho"),
    "digest": ("0123456789abcdef", "0", "g" * 16),
}
METHODS = ("GET",) * 12 + ("HEAD", "POST", "OPTIONS", "PUT", "DELETE", "get", "QUERY")


@dataclass
class Outcome:
    """What became of one input: the statuses that were given, the longest time, and what is wrong, if anything."""

    statuses: list[int] = field(default_factory=list)
    seconds: float = 0.0
    fault: str = ""

    def heard(self, answer: Answer) -> Answer:
        self.statuses.append(answer.status)
        self.seconds = max(self.seconds, answer.seconds)
        if answer.status >= 500:
            self.fault = f"answered {answer.status}"
        return answer


def try_one(target: Target, kind: str, number: int) -> Outcome:
    """Send the input of this kind and number."""
    chance, outcome = random.Random(f"{kind} {number}"), Outcome()  # noqa: S311
    try:
        SENDERS[kind](target, chance, outcome)
    except Exception as error:
        outcome.fault = f"{type(error).__name__} came out: {str(error)[:200]}"
    return outcome


def warm_up(target: Target) -> None:
    """Print what is good among the addresses, so that the first reader's wait is no part of an input's."""
    for form in ADDRESSES:
        for address in _filled(form):
            if not address.startswith(("/desk/", "/counts/")):
                target.ask("GET", address.encode())
    for language in LANGUAGES:
        target.post(f"/{language}/find/", b"words=help", content_type="application/x-www-form-urlencoded")


def _addresses(target: Target, chance: random.Random, outcome: Outcome) -> None:
    path = garbled(chance, chance.choice(list(_filled(chance.choice(ADDRESSES)))).encode())
    query = quote(garbled(chance, b"a=b"), safe="&=%+") if chance.random() < 0.2 else ""
    headers = {"cookie": f"__Host-desk={text(chance)}"} if chance.random() < 0.1 else {}
    headers |= {"host": text(chance)} if chance.random() < 0.05 else {}
    headers |= {"accept_encoding": text(chance)} if chance.random() < 0.05 else {}
    headers |= {"if_none_match": text(chance)} if chance.random() < 0.05 else {}
    body = garbled(chance, b"{}") if chance.random() < 0.1 else b""
    outcome.heard(target.ask(chance.choice(METHODS), b"/" + path.lstrip(b"/"), body, query, **headers))


def _languages(target: Target, chance: random.Random, outcome: Outcome) -> None:
    asked = ", ".join(
        chance.choice(("en", "km;q=0.9", "vi-VN", "tl-PH;q=0.1", "*", text(chance)))
        for _ in range(chance.randint(1, 6))
    )
    asked = garbled(chance, asked.encode()).decode("latin-1")
    code = garbled(chance, chance.choice((*LANGUAGES, "fil", "zh-Hant")).encode())
    path = chance.choice((b"/", b"/" + code + b"/", b"/" + code + b"/away/", b"/" + code + b"/nowhere/", b"/desk/"))
    outcome.heard(target.ask("GET", path, accept_language=asked))


def _words(target: Target, chance: random.Random, outcome: Outcome) -> None:
    good = chance.choice(("shelter phnom penh", "023 997 919", "សូមជួយ", "lawyer free", "help near me"))
    body = urlencode({"words": garbled(chance, good.encode())}).encode()
    body = garbled(chance, body) if chance.random() < 0.2 else body
    path = f"/{chance.choice(LANGUAGES)}/find/"
    outcome.heard(target.post(path, body, content_type="application/x-www-form-urlencoded"))


def _batches(target: Target, chance: random.Random, outcome: Outcome) -> None:
    batch = {"batch": target.batch["batch"], "slots": list(target.batch["slots"])}
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(batch["slots"]) or 1)
        wrong = chance.randrange(8)
        if wrong == 0:
            batch["batch"] = chance.choice((encoded(chance.randbytes(16)), text(chance), None, 7, [], {}))
        elif wrong == 1:
            batch["slots"] = chance.choice(([], None, {}, "a", batch["slots"] * 9, [text(chance)], [None], [[]]))
            break
        elif wrong == 2:
            batch["slots"][at : at + 1] = []
        elif wrong == 3:
            batch["slots"][at : at + 1] = [encoded(chance.randbytes(chance.choice((0, 4, 108, 109, 109, 109, 110))))]
        elif wrong == 4:
            batch[text(chance)] = text(chance)
        elif wrong == 5:
            batch["slots"].insert(at, chance.choice(batch["slots"]) if batch["slots"] else "")
    body = json.dumps(batch, ensure_ascii=chance.random() < 0.8).encode("utf-8", "surrogatepass")
    # Sent as it was, it would only be known again: so these are wrong in a byte at least.
    body = garbled(chance, body) if chance.random() < 0.4 or batch == target.batch else body
    headers = (
        target.bearer if chance.random() < 0.8 else {"authorization": garbled(chance, b"Bearer abc").decode("latin-1")}
    )
    headers |= {"content_type": text(chance)} if chance.random() < 0.05 else {}
    answer = outcome.heard(target.post("/counts/batches", body, **headers))
    if answer.status == 201:
        outcome.fault = "a wrong batch was counted"


def _enrolment(target: Target, chance: random.Random, outcome: Outcome) -> None:
    said = {
        "code": chance.choice(("ABCDEFGH", "abcd-efgh", "0OIL 1234", text(chance), None, 5)),
        "lang": chance.choice(("en", text(chance))),
    }
    body = json.dumps(chance.choice((said, said, said, [said], text(chance)))).encode()
    body = garbled(chance, body) if chance.random() < 0.6 else body
    headers = {"content_type": text(chance)} if chance.random() < 0.05 else {}
    if outcome.heard(target.post("/counts/phones", body, **headers)).status == 201:
        outcome.fault = "a phone was enrolled"


def _passkeys(target: Target, chance: random.Random, outcome: Outcome) -> None:
    noise, joins = Noise(chance.getrandbits(32)), chance.random() < 0.5
    said: Json = {"secret": target.invitation(), "name": "Key"} if joins else {}
    path = "/desk/invitation/" if joins else "/desk/sign-in"
    options, cookie = target.asked(f"{path.rstrip('/')}/options", said)
    authenticator = Authenticator(counts=False) if joins else target.authenticator
    answer = authenticator.make(options) if joins else authenticator.show(options)
    body = noise.body({**said, "credential": answer})
    heard = outcome.heard(target.post(path, body, cookie=cookie))
    if heard.status == 200:
        # What was changed is a part that nobody reads: then she is let in, and all is put back.
        sound = _is_kept(target, authenticator) if joins else _is_whole(body, answer)
        outcome.fault = "" if sound else "a wrong passkey let somebody in"
        target.put_back()


def _csv(target: Target, chance: random.Random, outcome: Outcome) -> None:
    cells = list(next(iter(services.stored(target.house.db))))
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(cells))
        cells[at] = chance.choice((text(chance), garbled(chance, cells[at].encode()).decode("utf-8", "replace")))
    lines = [",".join(COLUMNS), *[",".join(map(_cell, cells))] * chance.choice((1, 1, 1, 2, 0))]
    body = chance.choice(("\n", "\r\n", "\r")).join(lines).encode("utf-8", "surrogatepass")
    body = garbled(chance, body) if chance.random() < 0.5 else body
    # Most go to the reader alone: the page that compares takes ten times as long.
    if chance.random() < 0.9:
        _timed(outcome, lambda: directory.parse(body.decode("utf-8-sig", "surrogateescape"), "a.csv", target.today))
        return
    target.just_come()
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    outcome.heard(
        target.post(
            "/desk/import/",
            head + body + b"\r\n--x--\r\n",
            cookie=target.cookie,
            content_type="multipart/form-data; boundary=x",
        )
    )


def _markdown(target: Target, chance: random.Random, outcome: Outcome) -> None:
    texts, english = _shipped()
    lines = chance.choice(texts).split("\n")
    front = lines[: lines.index("---", 1) + 1] if "---" in lines[1:] else []
    body = lines[len(front) :]
    start = chance.randrange(len(body) or 1)
    whole = "\n".join([*front, *body[start : start + chance.randint(1, 25)], ""]).encode()
    for _ in range(chance.randint(1, 4)):
        whole = garbled(chance, whole)
    path = target.folder / "en" / "modules" / "input.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(whole)
    _timed(outcome, lambda: _read_content(path, english))


def _read_content(path: Path, english: ContentFile) -> None:
    file = contentfile.read(path, path.parents[2])
    page = pages.page_of(file, "input", "en")
    rules.rule_of(page, file)
    lessons.lesson_of(page, file)
    words.words_of(file)
    parallel.check(file, english)


def _timed(outcome: Outcome, job: Callable[[], object]) -> None:
    begun = time.thread_time()
    try:
        job()
    except FaultsFoundError as error:
        if not error.faults:
            outcome.fault = "refused without a reason"
    outcome.seconds = time.thread_time() - begun


def _is_kept(target: Target, authenticator: Authenticator) -> bool:
    """Whether the passkey that was kept last is the one that was made."""
    made = authenticator.held[-1]
    kept = target.house.db.execute("select public_key from credentials where id = ?", [made.id]).fetchone()
    return bool(kept) and cbor2.loads(kept[0]) == made.key.cose


def _is_whole(body: bytes, answer: Json) -> bool:
    """Whether all that is signed came as it was made."""
    sent = json.loads(body)["credential"]["response"]
    signed = ("clientDataJSON", "authenticatorData", "signature")
    return all(raw(sent[part]) == raw(answer["response"][part]) for part in signed)


@functools.cache
def _shipped() -> tuple[list[str], ContentFile]:
    """The English files as texts, and one of them read."""
    content = ROOT / "content"
    texts = [path.read_text(encoding="utf-8") for path in sorted((content / "en").rglob("*.md"))]
    return texts, contentfile.read(content / "en" / "modules" / "listen.md", content)


def garbled(chance: random.Random, found: bytes) -> bytes:
    """Bytes with one thing wrong."""
    at, size, kind = chance.randrange(len(found) + 1), chance.randint(1, 9), chance.randrange(7)
    if kind == 0:
        return found[:at]
    if kind == 1:
        return found[:at] + chance.randbytes(size) + found[at:]
    if kind == 2:
        return found[:at] + found[at + size :]
    if kind == 3:
        return found[:at] + found[max(0, at - size * 9) :]
    return found[:at] + text(chance).encode("utf-8", "surrogatepass") + found[at + (kind == 4) * size :]


def text(chance: random.Random) -> str:
    """One to three odd pieces of text."""
    return "".join(chance.choices(ODD, k=chance.choice((1, 1, 1, 2, 3))))


def _filled(form: str) -> Iterator[str]:
    """An address with each of what may stand in its first part, and the first of the others."""
    names = [name for name in PARTS if f"{{{name}}}" in form]
    first = {name: PARTS[name][0] for name in names}
    for name in names or [""]:
        for value in PARTS.get(name, ("",)):
            yield form.format(**first | {name: value})


def _cell(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


# How each kind is made and sent.
SENDERS: dict[str, Callable[[Target, random.Random, Outcome], None]] = {
    "addresses": _addresses,
    "languages": _languages,
    "words": _words,
    "batches": _batches,
    "enrolment": _enrolment,
    "passkeys": _passkeys,
    "csv": _csv,
    "markdown": _markdown,
}
