"""The built page from the same server: files, the one page for its own paths, and what browsers are told."""

import gzip
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from live_server import HERE, listening, live_server

from backend.bootstrap import application
from backend.settings import BUILT_PAGE, Settings

PAGE = "<!doctype html><title>Allmende</title>" + "<p>Bohrmaschine</p>" * 200
SCRIPT = "export const drill = 1;\n" * 200
PICTURE = bytes(range(256)) * 8
SECRET = "nobody outside may read this"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A build, and beside it a file that is not part of it."""
    built = tmp_path / "built" / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(PAGE)
    (built / "assets" / "main-1a2b3c.js").write_text(SCRIPT)
    (built / "assets" / "main-1a2b3c.css").write_text(":root { color: green }\n" * 100)
    (built / "assets" / "photo-1a2b3c.webp").write_bytes(PICTURE)
    (built / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (built.parent / "secret.txt").write_text(SECRET)
    (built.parent / "dist-secret").mkdir()
    (built.parent / "dist-secret" / "secret.txt").write_text(SECRET)
    return built


@pytest.fixture
def client(installation: Any, folder: Path) -> TestClient:
    settings = Settings(home=installation.settings.home, web_folder=folder)
    return TestClient(application(settings, installation.clock), HERE, raise_server_exceptions=False)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("path", ["/", "/index.html", "/deals", "/offers/0x12", "/a/b/c/", "/ü", "/assets/"])
def test_page__any_path_of_its_own__is_the_one_page(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/assets/main-1a2b3c.js", "text/javascript; charset=utf-8"),
        ("/assets/main-1a2b3c.css", "text/css; charset=utf-8"),
        ("/assets/photo-1a2b3c.webp", "image/webp"),
    ],
)
def test_asset__has_its_type_and_stays_for_ever(client: TestClient, path: str, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_file_without_a_hash_in_its_name__is_asked_for_again_and_not_sent_again(client: TestClient) -> None:
    first = client.get("/icon.svg")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/icon.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-security-policy" in again.headers


@pytest.mark.parametrize("path", ["/missing.js", "/assets/main-old.js", "/favicon.ico", "/robots.txt"])
def test_file_that_is_not_there__is_no_page(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert code(answer) == (404, "request: unknown route")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nowhere", "/api/nowhere/at.all", "/api/deals/0x12/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_api__unknown_path__is_never_the_page(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, path, headers={"Accept": "text/html"})
    assert code(answer) == (404, "request: unknown route")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/deals", "/assets/main-1a2b3c.js"])
def test_page__other_methods__are_refused(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, path)
    assert code(answer) == (405, "request: unknown method")
    assert answer.headers["allow"] == "GET, HEAD"


def test_api__known_path_with_another_method__is_still_refused_as_that(client: TestClient) -> None:
    assert code(client.post("/api/health")) == (405, "request: unknown method")


def test_page__head__is_the_answer_without_its_body(client: TestClient) -> None:
    answer = client.head("/", headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(PAGE))


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "//../secret.txt",
        "/%2fetc/hostname.txt",
        "/../dist-secret/secret.txt",
        "/assets/main-1a2b3c.js/../../../secret.txt",
        "/%00.js",
        "/" + "a" * 5000 + ".js",
        "/link.txt",
        "/assets.d/..",
    ],
)
def test_path__that_leads_outside__shows_nothing_of_it(installation: Any, folder: Path, path: str) -> None:
    # over a real server: a client that tidies paths up would hide what is meant
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    settings = Settings(home=installation.settings.home, web_folder=folder)
    with live_server(application(settings, installation.clock)) as url:
        host, port = url.removeprefix("http://").split(":")
        said = _raw(host, int(port), f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 404")
    assert SECRET.encode() not in said


def _raw(host: str, port: int, request: str) -> bytes:
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(request.encode("latin-1"))
        parts = list(iter(lambda: connection.recv(65_536), b""))
    return b"".join(parts)


@pytest.mark.parametrize(
    "path",
    ["/", "/deals", "/assets/main-1a2b3c.js", "/assets/main-1a2b3c.css", "/icon.svg", "/missing.js"],
)
def test_page__every_answer__says_what_a_browser_may_do(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    "path", ["/api/health", "/api/docs", "/api/openapi.json", "/api/nowhere", "/api/blocks/x", "/api/session"]
)
def test_api__every_answer__is_not_kept_and_runs_nothing(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "'self'" not in headers["content-security-policy"]


def test_api__refused_before_any_route__has_the_headers_too(client: TestClient) -> None:
    answer = client.post("/api/session", content=b"x" * (1024 * 1024 + 1))
    assert code(answer) == (413, "request: body too large")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_api__broken_inside__has_the_headers_too(client: TestClient) -> None:
    client.app.state.runtime.engine.dispose()  # type: ignore[attr-defined]
    client.app.state.matching = None  # type: ignore[attr-defined]
    answer = client.get("/api/search?lat=48.2&lng=16.3&radius_m=1000")
    assert code(answer) == (500, "server: internal")
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == (
        "no-store",
        "nosniff",
    )


def test_page_of_paths__needs_nothing_that_its_policy_forbids(client: TestClient) -> None:
    page = client.get("/api/docs").text
    for forbidden in ("<script", "<style", "style=", "<img", "<link", "<form", " on"):
        assert forbidden not in page.split("<tbody>")[0]
    assert "<script" not in page
    assert "<style" not in page


@pytest.mark.parametrize("path", ["/", "/assets/main-1a2b3c.js"])
def test_text__asked_for_compressed__is_small(installation: Any, folder: Path, path: str) -> None:
    settings = Settings(home=installation.settings.home, web_folder=folder)
    with (
        live_server(application(settings, installation.clock)) as url,
        httpx.Client(trust_env=False) as client,
        client.stream("GET", url + path, headers={"Accept-Encoding": "gzip"}) as answer,
    ):
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()
    whole = gzip.decompress(sent).decode()
    assert whole == (PAGE if path == "/" else SCRIPT)
    assert len(sent) < len(whole) / 5


def test_text__part_of_a_file_is_asked_for__that_part_is_sent_as_it_is(client: TestClient) -> None:
    answer = client.get("/assets/main-1a2b3c.js", headers={"Range": "bytes=0-9", "Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.text) == (206, SCRIPT[:10])
    assert "content-encoding" not in answer.headers


def test_picture__is_not_compressed_again(client: TestClient) -> None:
    answer = client.get("/assets/photo-1a2b3c.webp", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.content == PICTURE


def test_stream__is_not_compressed_and_comes_at_once(installation: Any, folder: Path) -> None:
    settings = Settings(home=installation.settings.home, web_folder=folder)
    with live_server(application(settings, installation.clock)) as url, listening(url) as listener:
        assert listener.next().name == "block"
        assert "content-encoding" not in listener.answer.headers
        assert listener.answer.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def unbuilt(installation: Any, tmp_path: Path) -> TestClient:
    settings = Settings(home=installation.settings.home, web_folder=tmp_path / "later")
    return TestClient(application(settings, installation.clock), HERE)


@pytest.mark.parametrize("path", ["/", "/deals"])
def test_page__not_built__says_how_to_build_it(unbuilt: TestClient, path: str) -> None:
    answer = unbuilt.get(path)
    assert answer.status_code == 503
    assert "make web" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_page__not_built__its_files_are_not_there_and_the_api_is(unbuilt: TestClient) -> None:
    assert code(unbuilt.get("/assets/main.js")) == (404, "request: unknown route")
    assert unbuilt.get("/api/health").status_code == 200


def test_page__built_while_the_server_runs__is_there(unbuilt: TestClient, tmp_path: Path) -> None:
    assert unbuilt.get("/").status_code == 503
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "index.html").write_text(PAGE)
    assert unbuilt.get("/").text == PAGE


def test_settings__without_a_folder__take_the_build_beside_the_sources() -> None:
    assert Settings().page_folder == BUILT_PAGE
    assert BUILT_PAGE.parent.name == "frontend"
    assert BUILT_PAGE.parents[1] == Path(__file__).resolve().parents[2]
