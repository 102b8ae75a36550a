"""What a proxy would keep of a visit, found in the configurations that people write."""

from pathlib import Path

import pytest

from pwa import proxies
from pwa.config import ROOT

HOST = "door.example.org"
OFF = "access_log off; error_log /dev/null crit;"
QUIET = "{\n\tlog {\n\t\texclude http\n\t}\n}\n"


def nginx(folder: Path, text: str, **others: str) -> list[str] | None:
    for name, body in others.items():
        (folder / f"{name}.conf").write_text(body)
    (folder / "nginx.conf").write_text(text)
    return _told(folder / "nginx.conf")


def caddy(folder: Path, text: str) -> list[str] | None:
    (folder / "Caddyfile").write_text(text)
    return _told(folder / "Caddyfile")


def _told(file: Path) -> list[str] | None:
    faults = proxies.keeps(file, HOST)
    return None if faults is None else [f"{fault.where}: {fault.message}" for fault in faults]


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_what_we_ship_keeps_nothing(name: str) -> None:
    assert proxies.keeps(ROOT / "deploy" / name, HOST) == []


@pytest.mark.parametrize(
    "text",
    [
        f"http {{ {OFF} server {{ server_name {HOST}; }} }}",
        f"http {{ access_log /x; server {{ server_name other {HOST}; {OFF} location / {{ proxy_pass x; }} }} }}",
        "error_log /dev/null; http { access_log off; server { server_name .example.org; } }",
        f"http {{ server {{ server_name '{HOST}'; # access_log /x;\n {OFF} set $a \"access_log /x;\"; }} }}",
    ],
)
def test_nginx_with_both_logs_off_is_fine(tmp_path: Path, text: str) -> None:
    assert nginx(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"http {{\nserver {{ server_name {HOST}; }} }}", [2, 2]),
        (f"http {{\naccess_log /var/log/a;\nserver {{ server_name {HOST}; error_log /dev/null; }} }}", [2]),
        (f"http {{ {OFF}\nserver {{ server_name {HOST};\naccess_log /a combined; }} }}", [3]),
        (f"http {{ {OFF}\nserver {{ server_name {HOST};\nlocation /x {{\nif ($a) {{\naccess_log /a; }} }} }} }}", [5]),
        ("http { access_log off; error_log /var/log/e crit;\nserver { server_name *.example.org; } }", [1]),
        (f"http {{ {OFF} server {{ server_name {HOST}; }}\nserver {{ server_name ~door; error_log /e; }} }}", [2]),
    ],
)
def test_nginx_that_keeps_addresses_is_told_line_by_line(tmp_path: Path, text: str, lines: list[int]) -> None:
    told = nginx(tmp_path, text) or []
    assert [int(line.split(":")[0].removeprefix("line ")) for line in told] == lines
    assert all("addresses" in line and "Write `" in line for line in told)


def test_nginx_is_read_through_its_includes(tmp_path: Path) -> None:
    site = f"server {{ server_name {HOST};\n include quiet.conf; }}"
    assert nginx(tmp_path, "http { include s*.conf; }", site=site, quiet=OFF) == []
    told = nginx(tmp_path, "http { include s*.conf; }", site=site, quiet="access_log off; error_log /e;")
    assert told == ["line 1: `error_log /e` keeps the addresses of phones. Write `error_log /dev/null crit;` in it."]


@pytest.mark.parametrize(
    "text",
    [
        f"{QUIET}{HOST} {{\n\treverse_proxy x\n}}\n",
        f"{QUIET}{HOST}\nreverse_proxy x\n",
        f"{QUIET}https://{HOST}:443, other.org {{\n\tlog {{\n\t\toutput discard\n\t}}\n}}\n",
        f"{{\n\tlog default {{\n\t\toutput discard\n\t}}\n}}\n{HOST} {{\n}}\n",
        "{\n\tlog {\n\t\texclude http.log http.handlers\n\t}\n}\n*.example.org {\n\t# log\n}\n",
        f"{QUIET}{HOST} {{\n}}\nother.org {{\n\tlog\n}}\n",
    ],
)
def test_caddy_that_leaves_out_what_tells_is_fine(tmp_path: Path, text: str) -> None:
    assert caddy(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{HOST} {{\n\treverse_proxy x\n}}\n", [1]),
        (f"{{\n\temail a@b.org\n}}\n{HOST}\nreverse_proxy x\n", [4]),
        # An answer that breaks off is told under http.handlers.reverse_proxy.
        (f"{{\n\tlog {{\n\t\texclude http.log\n\t}}\n}}\n{HOST} {{\n}}\n", [2]),
        (f"{QUIET}{HOST} {{\n\tlog {{\n\t\toutput file /x\n\t}}\n}}\n", [7]),
        (f"{QUIET}(often) {{\n\tlog\n}}\n{HOST} {{\n\timport often\n}}\n", [7]),
        (f"{QUIET}:443 {{\n\thandle {{\n\t\tlog\n\t}}\n}}\n", [8]),
        (
            "{\n\tlog {\n\t\texclude http\n\t}\n\tlog more {\n\t\tinclude http.log.access\n\t}\n}\n" + HOST + " {\n}\n",
            [5],
        ),
    ],
)
def test_caddy_that_keeps_addresses_is_told_line_by_line(tmp_path: Path, text: str, lines: list[int]) -> None:
    told = caddy(tmp_path, text) or []
    assert [int(line.split(":")[0].removeprefix("line ")) for line in told] == lines


def test_a_file_that_serves_other_names_says_nothing(tmp_path: Path) -> None:
    assert nginx(tmp_path, "http { server { server_name other.org; } }") is None
    assert caddy(tmp_path, "other.org {\n\tlog\n}\n") is None


@pytest.mark.parametrize("text", ["http {", "http { } }", "http { server_name", "include nginx.conf;"])
def test_what_is_no_configuration_of_nginx_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"nginx\.conf"):
        nginx(tmp_path, text)


@pytest.mark.parametrize("text", ["a {\n", "a {\n}\n}\n"])
def test_what_is_no_configuration_of_caddy_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="Caddyfile"):
        caddy(tmp_path, text)
