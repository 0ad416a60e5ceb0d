"""The page, its picture and its bundles."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

Fetch = Any


class Elements(HTMLParser):
    """Collects the elements of a page, and the text of those with an id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        ident = self.found[-1][1].get("id") if self.found else None
        if ident:
            self.texts.setdefault(ident, data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


async def test_the_page_loads_the_bundles_and_holds_no_script(jp_fetch: Fetch, built: Path, jp_base_url: str) -> None:
    response = await jp_fetch("funcnodes/")
    page = Elements(response.body.decode())
    scripts = page.named("script")
    assert [script.get("src") for script in scripts] == [None, f"{jp_base_url}funcnodes/static/page-3.js"]
    assert scripts[0]["type"] == "application/json"
    assert json.loads(page.texts["funcnodes-config"])["baseUrl"] == jp_base_url
    links = {link["rel"]: link["href"] for link in page.named("link")}
    assert links == {
        "icon": f"{jp_base_url}funcnodes/favicon.svg",
        "stylesheet": f"{jp_base_url}funcnodes/static/page-4.css",
    }
    assert not any(name.startswith("on") for _, attributes in page.found for name in attributes)


async def test_the_page_runs_scripts_of_this_server_only(jp_fetch: Fetch, built: Path) -> None:
    response = await jp_fetch("funcnodes/")
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' blob:"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"


async def test_the_page_gives_the_browser_its_xsrf_cookie(
    raw: Any, built: Path, jp_auth_header: dict[str, str]
) -> None:
    response = await raw("GET", "funcnodes/", jp_auth_header)
    assert any(cookie.startswith("_xsrf=") for cookie in response.headers.get_list("Set-Cookie"))


async def test_without_bundles_it_says_how_to_build_them(jp_fetch: Fetch, built: Path) -> None:
    (built / "manifest.json").unlink()
    response = await jp_fetch("funcnodes/", raise_error=False)
    assert response.code == 503
    assert b"npm run build" in response.body
    assert str(built).encode() in response.body


async def test_the_picture(jp_fetch: Fetch) -> None:
    response = await jp_fetch("funcnodes", "favicon.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.body.startswith(b"<svg")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("manifest.json", "no-cache"),
        ("page-3.js", "private, max-age=31536000, immutable"),
        ("w-2.css", "private, max-age=31536000, immutable"),
    ],
)
async def test_bundles_are_kept_for_good_and_the_manifest_is_not(
    jp_fetch: Fetch, built: Path, name: str, kept: str
) -> None:
    response = await jp_fetch("funcnodes", "static", name)
    assert response.body == (built / name).read_bytes()
    assert response.headers["Cache-Control"] == kept
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["secret.txt", "..%2fsecret.txt", "gone.js", ".."])
async def test_only_listed_files_leave_the_folder(raw: Any, jp_auth_header: Any, built: Path, name: str) -> None:
    assert (await raw("GET", f"funcnodes/static/{name}", jp_auth_header)).code == 404
