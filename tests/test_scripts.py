import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from pwa.config import ROOT
from pwa.domain.assets import HTMX, SCRIPTS
from pwa.domain.scripts import ScriptError, join


def written(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name.replace('_', '-')}.js").write_text(text, encoding="utf-8")
    return folder


def said(script: str) -> str:
    """What a script writes to the console of a real engine, as a classic script in strict mode."""
    node = compute_driver_executable()[0]
    return subprocess.run([node, "-"], input=script, capture_output=True, text=True, check=True).stdout.strip()


def test_a_module_alone_runs_in_strict_mode(tmp_path: Path) -> None:
    script = join(written(tmp_path, app="console.log((function () { return this; })());\n"), "app")
    assert said(script) == "undefined"


def test_neighbours_run_first_and_each_once(tmp_path: Path) -> None:
    written(
        tmp_path,
        app='import { left } from "./left.js";\nimport { right } from "./right.js";\nconsole.log(left() + right());\n',
        left='import { deep } from "./far-down.js";\nconsole.log("left");\nexport function left() { return deep(); }\n',
        right='import { deep } from "./far-down.js";\nconsole.log("right");\nexport function right() { return 2; }\n',
        far_down='console.log("deep");\nlet calls = 0;\nexport function deep() { calls += 1; return calls; }\n',
    )
    assert said(join(tmp_path, "app")).split("\n") == ["deep", "left", "right", "3"]


def test_what_a_module_does_not_export_stays_its_own(tmp_path: Path) -> None:
    written(
        tmp_path,
        app='import { name } from "./other.js";\nconst secret = "app";\nconsole.log(name(), secret, typeof hidden);\n',
        other='const secret = "other";\nfunction hidden() {}\nexport function name() { return secret; }\n',
    )
    assert said(join(tmp_path, "app")) == "other app undefined"


def test_several_names_one_of_them_renamed_and_async_functions_are_joined(tmp_path: Path) -> None:
    written(
        tmp_path,
        app='import { start as begin, wait } from "./part.js";\nwait().then((word) => console.log(begin(), word));\n',
        part='export function start() { return "begun"; }\nexport async function wait() { return "waited"; }\n',
    )
    assert said(join(tmp_path, "app")) == "begun waited"


def test_comments_of_a_line_stay_at_home_and_addresses_do_not(tmp_path: Path) -> None:
    script = join(
        written(tmp_path, app='// Why.\n  // Why so.\nconsole.log("https://example.org//a"); // kept\n'), "app"
    )
    assert "Why" not in script
    assert said(script) == "https://example.org//a"


def test_a_last_line_without_an_end_swallows_nothing(tmp_path: Path) -> None:
    written(
        tmp_path,
        app='import { a } from "./a.js";\nimport { b } from "./b.js";\nconsole.log(a(), b())',
        a='export function a() { return "a"; }\n// The end.',
        b='export function b() { return "b"; }\nb()',
    )
    assert said(join(tmp_path, "app")) == "a b"


def test_two_scripts_with_the_same_neighbour_stand_on_one_page(tmp_path: Path) -> None:
    written(
        tmp_path,
        first='import { name } from "./both.js";\nconsole.log("first", name());\n',
        second='import { name } from "./both.js";\nconsole.log("second", name());\n',
        both='export function name() { return "both"; }\n',
    )
    on_a_page = "".join(f"vm.runInThisContext({json.dumps(join(tmp_path, entry))});\n" for entry in ("first", "second"))
    assert said(f'const vm = require("vm");\nglobalThis.console = console;\n{on_a_page}') == "first both\nsecond both"


def test_modules_that_import_each_other_are_refused_by_name(tmp_path: Path) -> None:
    written(
        tmp_path,
        app='import { a } from "./one.js";\n',
        one='import { b } from "./two.js";\nexport function a() {}\n',
        two='import { a } from "./one.js";\nexport function b() {}\n',
    )
    with pytest.raises(ScriptError, match=r"^js/one\.js imports itself by way of app and one and two"):
        join(tmp_path, "app")


@pytest.mark.parametrize(
    "line",
    [
        "export default function start() {}",
        "export const a = 1;",
        "export class A {}",
        "export function* many() {}",
        "export { a };",
        'export * from "./other.js";',
        'import other from "./other.js";',
        'import * as other from "./other.js";',
        'import "./other.js";',
        'import { a } from "https://example.org/a.js";',
        'import { a } from "./other.js"',
        'import {\n  a,\n} from "./other.js";',
        'import("./other.js");',
    ],
)
def test_more_than_the_joiner_knows_is_refused_and_quoted(tmp_path: Path, line: str) -> None:
    with pytest.raises(ScriptError, match=r"^js/app\.js: '(im|ex)port"):
        join(written(tmp_path, app=f"const b = 1;\n{line}\n", other=""), "app")


def test_the_shipped_scripts_are_joined_whole_and_can_be_parsed() -> None:
    folder = ROOT / "pwa" / "static" / "js"
    scripts = [join(folder, entry) for entry in SCRIPTS]
    node = compute_driver_executable()[0]
    for script in scripts:
        assert subprocess.run([node, "--check", "-"], input=script, capture_output=True, text=True).returncode == 0
    joined = {name for script in scripts for name in re.findall(r"^const module_(\w+) = ", script, re.MULTILINE)}
    assert joined == {path.stem.replace("-", "_") for path in folder.glob("*.js")}


def test_htmx_is_the_file_that_its_makers_published() -> None:
    body = (ROOT / "pwa" / "static" / "vendor" / HTMX).read_bytes()
    assert hashlib.sha256(body).hexdigest() == "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
