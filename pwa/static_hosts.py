"""What tells a host of static files which headers to send, one file for each kind of host.

All of it is made from the headers of the server (`guard`) and its rules of caching (`press`): none is written twice.
"""

from collections.abc import Iterable

from pwa.guard import GONE, WIPED
from pwa.press import ALWAYS_NEW, ASKED_AGAIN, FOR_EVER

# Addresses that name their own content.
KEPT = r"^/static/|/bundle-[0-9a-f]{16}\.json$"
_KEPT_NAMES = r"^(bundle|.+)-[0-9a-f]{16}\.(json|js|svg|png)$"
# The files made here, the marker and what is compressed beside a file are not for readers.
_OURS = r"/[._]"
_MANIFEST = "application/manifest+json"
Headers = dict[str, str]


def files(guard: Headers, languages: Iterable[str], counts_at: str | None, compressed: bool) -> dict[str, str]:
    """The files by name. `counts_at` is as in Config; `compressed` is whether .br and .gz lie beside the files."""
    return {
        "_headers": _headers(guard, languages),
        ".htaccess": _htaccess(guard),
        "_nginx.conf": _nginx(guard, counts_at, compressed),
        "_Caddyfile": _caddy(guard, counts_at, compressed),
    }


def _headers(guard: Headers, languages: Iterable[str]) -> str:
    """For hosts that read `_headers`. Some of them join the values of two rules that fit, so no two name one header."""
    asked = ("/", "/404.html", "/favicon.ico", "/manifest.webmanifest", *(f"/{lang}/*" for lang in languages))
    rules = {
        "/*": guard,
        **{path: {"Cache-Control": ASKED_AGAIN} for path in asked},
        "/static/*": {"Cache-Control": FOR_EVER},
        "/sw.js": {"Cache-Control": ALWAYS_NEW},
        "/wiped": WIPED,
    }
    blocks = (
        "".join([f"{path}\n", *(f"  {name}: {value}\n" for name, value in rules[path].items())]) for path in rules
    )
    return "\n".join(blocks)


def _nginx(guard: Headers, counts_at: str | None, compressed: bool) -> str:
    """Each location names all headers: nginx forgets those around a location that names one of its own."""

    def location(where: str, headers: Headers, *lines: str) -> str:
        told = [f"add_header {name} {_single_or_double(value)} always;" for name, value in (guard | headers).items()]
        return "\n".join([f"location {where} {{", *(f"    {line}" for line in (*lines, *told)), "}\n"])

    parts = [
        "# In a server block, after root /path/to/this/folder;  write  include /path/to/this/folder/_nginx.conf;",
        "access_log off;\nserver_tokens off;\nabsolute_redirect off;\ncharset utf-8;\nindex index.html;",
        "error_page 403 404 /404.html;",
        *(["gzip_static on;"] if compressed else []),
        location("/", {"Cache-Control": ASKED_AGAIN}, "try_files $uri $uri/ =404;"),
        location(f'~ "{KEPT}"', {"Cache-Control": FOR_EVER}, "try_files $uri =404;"),
        location("= /sw.js", {"Cache-Control": ALWAYS_NEW}),
        location("= /manifest.webmanifest", {"Cache-Control": ASKED_AGAIN}, "types { }", f"default_type {_MANIFEST};"),
        location("= /wiped", WIPED, "default_type text/plain;"),
        location("= /404.html", GONE, "internal;"),
        f'location ~ "{_OURS}" {{\n    return 404;\n}}\n',
    ]
    if counts_at == "":
        parts.append(
            "# Counts go to right-door serve. Write where it listens.\nlocation /counts/ {\n"
            "    proxy_pass http://127.0.0.1:8000;\n    proxy_set_header Host $host;\n}\n"
        )
    return "\n".join(parts)


def _caddy(guard: Headers, counts_at: str | None, compressed: bool) -> str:
    def told(matcher: str, headers: Headers) -> str:
        lines = "".join(f"\t{name} `{value}`\n" for name, value in headers.items())
        return f"header {matcher}{{\n{lines}}}\n"

    parts = [
        "# In a site block, after  root * /path/to/this/folder  write  import /path/to/this/folder/_Caddyfile",
        f"@kept path_regexp `{KEPT}`",
        f"@asked {{\n\tnot path /sw.js /wiped\n\tnot path_regexp `{KEPT}`\n}}",
        f"@ours path_regexp `{_OURS}`",
        told("", guard),
        f"header -Server\nheader /manifest.webmanifest Content-Type {_MANIFEST}",
        told("@kept ", {"Cache-Control": FOR_EVER}),
        told("@asked ", {"Cache-Control": ASKED_AGAIN}),
        told("/sw.js ", {"Cache-Control": ALWAYS_NEW}),
        told("/wiped ", WIPED),
        "error @ours 404",
        "file_server {\n\tprecompressed br gzip\n}" if compressed else "file_server",
        f"handle_errors {{\n\theader Cache-Control {GONE['Cache-Control']}\n\trewrite * /404.html\n\tfile_server\n}}",
    ]
    if counts_at == "":
        parts.append("# Counts go to right-door serve. Write where it listens.\nreverse_proxy /counts/* 127.0.0.1:8000")
    return "\n".join(parts) + "\n"


def _htaccess(guard: Headers) -> str:
    """For Apache with AllowOverride All. Without mod_headers the site fails, rather than stand unguarded."""

    def told(headers: Headers) -> str:
        return "".join(f"Header always set {name} {_escaped(value)}\n" for name, value in headers.items())

    parts = [
        "Options -Indexes -MultiViews\nDirectoryIndex index.html\nAddDefaultCharset utf-8\nErrorDocument 404 /404.html",
        f"AddType {_MANIFEST} .webmanifest\nAddType text/javascript .js\nAddType image/svg+xml .svg",
        f"RedirectMatch 404 {_OURS}",
        told(guard | {"Cache-Control": ASKED_AGAIN}),
        f'<FilesMatch "{_KEPT_NAMES}">\n{told({"Cache-Control": FOR_EVER})}</FilesMatch>',
        f'<Files "sw.js">\n{told({"Cache-Control": ALWAYS_NEW})}</Files>',
        f'<Files "wiped">\nForceType text/plain\n{told(WIPED)}</Files>',
        f'<Files "404.html">\n{told(GONE)}</Files>',
    ]
    return "\n".join(parts) + "\n"


def _single_or_double(value: str) -> str:
    return f"'{value}'" if '"' in value else f'"{value}"'


def _escaped(value: str) -> str:
    return '"{}"'.format(value.replace('"', '\\"'))
