"""What a proxy in front of us would write down of a visit, read from the configuration of Caddy and nginx.

Both keep the address of a phone where nobody forbids it: nginx with every request, both where something goes wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pwa.domain.faults import Fault

USUAL = (Path("/etc/caddy/Caddyfile"), Path("/etc/nginx/nginx.conf"))
_DEPTH = 16
_NGINX = re.compile(r"""#[^\n]*|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([{};])|((?:\\.|\$\{\w+\}|[^\s{};])+)|(\n)""")
_CADDY = re.compile(r"""(?<!\S)#.*|"((?:\\.|[^"\\])*)"|`([^`]*)`|(\S+)""")
# The names under which Caddy tells of requests. `exclude http.log` leaves the last: an answer that breaks off, with the
# address of the phone from Caddy 2.7 on (caddyserver/caddy, issue 6817).
_TELLING = ("http.log.access", "http.log.error", "http.handlers.reverse_proxy")


@dataclass
class _Line:
    """One directive: its words, where it stands, and what is in its block."""

    words: list[str]
    file: Path
    number: int
    block: list["_Line"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.words[0]

    def fault(self, message: str) -> Fault:
        return Fault(str(self.file), f"line {self.number}", message)

    def named(self, name: str) -> list["_Line"]:
        return [line for line in self.block if line.name == name]


def keeps(file: Path, host: str) -> list[Fault] | None:
    """Each line of a configuration by which visits to `host` are written down, and what would be right.

    None where the file does not serve that name. Raises OSError where it cannot be read, and ValueError where it is no
    configuration of nginx or Caddy.
    """
    read = _of_caddy if "caddy" in file.name.lower() else _of_nginx
    return read(file, host)


def _of_nginx(file: Path, host: str) -> list[Fault] | None:
    top = _Line(["main"], file, 1, _nginx_lines(file, file.parent, 0))
    servers = [(path, path[-1]) for path in _paths(top) if path[-1].name == "server"]
    ours = [path for path, server in servers if any(_is_host(n, host) for n in _server_names(server))]
    if not ours:
        return None
    return [fault for path in ours for kind in _NGINX_LOGS for fault in _nginx_faults(path, *kind)]


_NGINX_LOGS = (
    ("access_log", ("off", "/dev/null"), "Write `access_log off;` in it."),
    ("error_log", ("/dev/null",), "Write `error_log /dev/null crit;` in it."),
)


def _nginx_faults(path: Sequence[_Line], name: str, quiet: tuple[str, ...], right: str) -> Iterator[Fault]:
    holder = next((block for block in reversed(path) if block.named(name)), None)
    if not holder:
        yield path[-1].fault(f"nothing says {name}, so nginx writes one, with addresses. {right}")
    inside = [inner[-1] for inner in _paths(path[-1]) if len(inner) > 1]
    for block in [*([holder] if holder else []), *inside]:
        for line in block.named(name):
            if line.words[1:2] != [] and line.words[1] not in quiet:
                yield line.fault(f"`{name} {line.words[1]}` keeps the addresses of phones. {right}")


def _paths(top: _Line) -> Iterator[list[_Line]]:
    """Every block, with those around it, the outermost first."""
    yield [top]
    for line in top.block:
        for inner in _paths(line):
            yield [top, *inner]


def _server_names(server: _Line) -> list[str]:
    return [name for line in server.named("server_name") for name in line.words[1:]]


def _is_host(name: str, host: str) -> bool:
    if name.startswith("~"):
        return True
    return name == host or (name[:1] in "*." and host.endswith(name.lstrip("*")))


def _nginx_lines(file: Path, root: Path, depth: int) -> list[_Line]:
    if depth > _DEPTH:
        raise ValueError(f"{file}: includes itself.")
    stack: list[list[_Line]] = [[]]
    words: list[str] = []
    number = started = 1
    for found in _NGINX.finditer(file.read_text(encoding="utf-8", errors="replace")):
        text = found.group()
        if found[5] or text.startswith("#"):
            number += text.count("\n")
            continue
        if not found[3]:
            started = number if not words else started
            words.append(next(part for part in (found[1], found[2], found[4]) if part is not None))
            number += text.count("\n")
        elif text == "}":
            if len(stack) == 1:
                raise ValueError(f"{file}: line {number}: a }} too many.")
            stack.pop()
        elif words:
            line = _Line(words, file, started)
            stack[-1] += _included(line, root, depth) if line.name == "include" and text == ";" else [line]
            if text == "{":
                stack.append(line.block)
            words = []
    if len(stack) != 1 or words:
        raise ValueError(f"{file}: it ends in the middle of something.")
    return stack[0]


def _included(line: _Line, root: Path, depth: int) -> list[_Line]:
    return [inner for name in line.words[1:] for file in _matching(root, name) if file.is_file()
            for inner in _nginx_lines(file, root, depth + 1)]  # fmt: skip


def _matching(root: Path, pattern: str) -> list[Path]:
    """Files by a pattern, from `root` or, where it begins with a slash, from the top."""
    if any(sign in pattern for sign in "*?["):
        path = Path(pattern)
        return sorted(Path("/").glob(pattern[1:]) if path.is_absolute() else root.glob(pattern))
    return [root / pattern]


def _of_caddy(file: Path, host: str) -> list[Fault] | None:
    top = _caddy_lines(file)
    shared = {line.words[0].strip("()"): line.block for line in top if re.fullmatch(r"\(.+\)", line.name)}
    options = [line for line in top if line.name == "{"]
    sites = [line for line in top if line.name != "{" and not line.name.startswith("(")]
    ours = [site for site in sites if any(_is_site(word, host) for word in site.words)]
    if not ours:
        return None
    loggers = [line for block in options for line in block.block if line.name == "log"]
    faults = [fault for line in loggers if (fault := _caddy_fault(line))]
    if not any(line.words[1:2] in ([], ["default"]) for line in loggers):
        faults.append(ours[0].fault("what goes wrong is written with addresses. Write `log { exclude http }` in the"
                                    " options at the top of the file."))  # fmt: skip
    for site in ours:
        for line in _caddy_logs(site.block, shared, file.parent, 0):
            faults.append(line.fault("`log` keeps the address of every visit. Take it out."))
    return faults


def _is_site(word: str, host: str) -> bool:
    name = re.sub(r"^https?://|:\d+$", "", word.rstrip(",").split("/")[-1] if "//" in word else word.rstrip(","))
    return name in ("", host) or (name.startswith("*.") and host.endswith(name[1:]))


def _caddy_fault(logger: _Line) -> Fault | None:
    if any(line.words[1:2] == ["discard"] for line in logger.named("output")):
        return None
    excluded = [name for line in logger.named("exclude") for name in line.words[1:]]
    included = [name for line in logger.named("include") for name in line.words[1:]]
    told = [name for name in _TELLING if not _covers(excluded, name) and (not included or _covers(included, name))]
    if not told:
        return None
    return logger.fault(f"this log gets {', '.join(told)}, with addresses. Write `exclude http` in it.")


def _covers(spaces: list[str], name: str) -> bool:
    return any(name == space or name.startswith(f"{space}.") for space in spaces)


def _caddy_logs(block: list[_Line], shared: dict[str, list[_Line]], root: Path, depth: int) -> Iterator[_Line]:
    if depth > _DEPTH:
        raise ValueError(f"{root}: an import goes in a circle.")
    for line in block:
        if line.name == "log" and not any(out.words[1:2] == ["discard"] for out in line.named("output")):
            yield line
        elif line.name == "import" and line.words[1:]:
            name = line.words[1]
            files = [] if name in shared else [file for file in _matching(root, name) if file.is_file()]
            inner = shared.get(name) or [each for file in files for each in _caddy_lines(file)]
            yield from _caddy_logs(inner, shared, root, depth + 1)
        else:
            yield from _caddy_logs(line.block, shared, root, depth + 1)


def _caddy_lines(file: Path) -> list[_Line]:
    top: list[_Line] = []
    stack = [top]
    for number, text in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        words = [next(part for part in found.groups() if part is not None) for found in _CADDY.finditer(text)
                 if any(part is not None for part in found.groups())]  # fmt: skip
        if words == ["}"]:
            if len(stack) == 1:
                raise ValueError(f"{file}: line {number}: a }} too many.")
            stack.pop()
        elif words:
            opens = words[-1] == "{"
            line = _Line(words[:-1] if opens and len(words) > 1 else words, file, number)
            stack[-1].append(line)
            if opens:
                stack.append(line.block)
    if len(stack) != 1:
        raise ValueError(f"{file}: it ends in the middle of something.")
    # A file may hold one site without braces: its address stands alone in the first line.
    if top and not any(line.block for line in top if line.name != "{" and not line.name.startswith("(")):
        plain = [line for line in top if line.name != "{" and not line.name.startswith("(")]
        if len(plain) > 1:
            plain[0].block += plain[1:]
            return [line for line in top if line not in plain[1:]]
    return top
