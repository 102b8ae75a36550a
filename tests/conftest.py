"""The cast and the house of the tests: real files, real SQLite, a real server in a process of its own."""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright

from pwa.app import create_app
from pwa.config import Config
from pwa.domain import directory
from pwa.store import services
from pwa.store.db import open_content
from tests import stores
from tests.desk import Desk
from tests.equip import chromium
from tests.host import Host
from tests.server import Server

TODAY = dt.date(2026, 11, 23)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=("file", "postgres"), default="file", help="Where the tests keep counts.")


def pytest_configure(config: pytest.Config) -> None:
    stores.CHOSEN.postgres = config.getoption("--store") == "postgres"


def pytest_unconfigure() -> None:
    stores.end()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    stores.give_back()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each store has its own run: `make test` and `make test-postgres`. What is left to the other is counted."""
    marks = [{mark.name for mark in item.iter_markers()} for item in items]
    if stores.CHOSEN.postgres:
        here = [bool(names & {"stores", "postgres"}) and "file" not in names for names in marks]
    else:
        here = ["postgres" not in names for names in marks]
    config.hook.pytest_deselected(items=[item for item, stays in zip(items, here, strict=True) if not stays])
    items[:] = [item for item, stays in zip(items, here, strict=True) if stays]


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The shipped settings, words and services, with a data folder of the tests' own."""
    config = replace(Config.from_environ({}), data=tmp_path_factory.mktemp("data"))
    services.replace_all(open_content(config.data), directory.read(config.directory, TODAY), TODAY)
    return config


@pytest.fixture(scope="session")
def app(config: Config) -> Flask:
    return create_app(config)


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    """Somebody who reads: no account, no cookie."""
    return app.test_client()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is. There is no skipping: `python -m tests.equip` installs it."""
    path = chromium()
    assert path, "No Chromium: run python -m tests.equip"
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield found
        found.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as it is."""
    with Server(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server for one test, to be stopped, cut off and changed."""
    with Server(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """One export as static files, to be copied."""
    folder = tmp_path_factory.mktemp("exported")
    host = Host(folder / "data", folder / "site")
    host.export()
    return host


@pytest.fixture
def host(exported: Host, tmp_path: Path) -> Iterator[Host]:
    """A host of static files for one test, to be stopped and given another export."""
    shutil.copytree(exported.folder, tmp_path / "site")
    shutil.copytree(exported.data, tmp_path / "data")
    with Host(tmp_path / "data", tmp_path / "site") as host:
        yield host


@pytest.fixture(scope="session")
def desk_house(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def desk(desk_house: Desk) -> Desk:
    """The desk, with nobody at it."""
    desk_house.clear()
    return desk_house
