"""What a publisher says of the newest version, read from a file, a folder or a server on this computer."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.data import updates
from gpuplanner.data.updates import FILE_NAME, Published, Standing, read_address, read_published

GOOD = {"version": "1.2", "notes": "Faster.", "page": "https://example.org/new"}


class Server(ThreadingHTTPServer):
    """Answers every request by ``answer`` and keeps what was asked: path and headers."""

    daemon_threads = True

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append((self.path, dict(self.headers.items())))
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/latest.json"


Serve = Callable[[Callable[[BaseHTTPRequestHandler], None]], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running = []

    def start(answer: Callable[[BaseHTTPRequestHandler], None]) -> Server:
        server = Server(answer)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def sending(content: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    return answer


def problem(address: str) -> str:
    with pytest.raises(InputError) as caught:
        read_published(address)
    return caught.value.problems[0].line()


def test_that_a_server_is_asked_once_and_told_nothing_about_this_machine(serve: Serve) -> None:
    server = serve(sending(json.dumps(GOOD).encode()))
    assert read_published(server.address) == Published("1.2", "Faster.", "https://example.org/new")
    (path, headers), *others = server.asked
    assert path == "/latest.json"
    assert not others
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers.pop("host").startswith("127.0.0.1")
    assert headers == {
        "user-agent": "gpuplanner",
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "close",
    }


@pytest.mark.parametrize("name", [FILE_NAME, "latest.json"])
def test_that_a_share_is_an_address_as_file_or_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(json.dumps(GOOD), encoding="utf-8")
    assert read_published(str(tmp_path / name)).version == "1.2"
    if name == FILE_NAME:
        assert read_published(str(tmp_path)).notes == "Faster."
    else:
        assert "there is no such file" in problem(str(tmp_path))


@pytest.mark.parametrize(
    ("published", "standing"),
    [("0.2", Standing.NEWER), ("0.10", Standing.NEWER), ("0.1", Standing.SAME), ("0.1rc1", Standing.OLDER)],
)
def test_how_a_published_version_stands_to_this_one(published: str, standing: Standing) -> None:
    assert Published(published).standing("0.1.0") is standing


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[1]", b'{"version": 2}', b'{"version": "newest"}', b"\xff", b"[" * 30_000]
)
def test_that_garbage_is_no_version(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert "names no version" in problem(str(tmp_path))


@pytest.mark.parametrize(
    "page", ["http://example.org", "file:///etc/passwd", "javascript:x", "https://", 7, "https://["]
)
def test_that_a_page_that_a_browser_should_not_open_is_left_out(tmp_path: Path, page: object) -> None:
    (tmp_path / FILE_NAME).write_text(
        json.dumps({"version": "1", "page": page, "notes": []}), encoding="utf-8"
    )
    assert read_published(str(tmp_path)) == Published("1")


def test_that_this_computer_is_asked_without_a_proxy(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert read_published(serve(sending(b'{"version": "3"}')).address).version == "3"


def test_that_an_address_is_asked_at_however_it_is_typed(serve: Serve) -> None:
    server = serve(sending(b'{"version": "3"}'))
    assert read_published(f"HTTP://127.0.0.1:{server.server_port}/new ones/显卡%20?a=b").version == "3"
    assert server.asked[0][0] == "/new%20ones/%E6%98%BE%E5%8D%A1%20?a=b"
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert "nothing can be reached" in problem(f"HTTPS://127.0.0.1:{unused.getsockname()[1]}/")


def test_that_too_long_an_answer_is_not_read_to_its_end(serve: Serve) -> None:
    server = serve(sending(b" " * 200_000))
    assert "too long" in problem(server.address)


def test_that_a_server_which_refuses_or_is_not_there_is_named(serve: Serve) -> None:
    server = serve(sending(b"", 404))
    assert "answers 404" in problem(server.address)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        there = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        said = problem(there)
    assert f"{there}: nothing can be reached there" in said
    assert "check the network" in said


@pytest.mark.parametrize("to", ["ftp://127.0.0.1/x", "file:///etc/hostname", "http://example.org/x"])
def test_that_a_server_cannot_lead_to_what_is_not_safe(serve: Serve, to: str) -> None:
    server = serve(sending(b"", 302, Location=to))
    said = problem(server.address)
    assert "which is not safe" in said
    assert len(server.asked) == 1


def test_that_a_server_may_lead_to_another_place_of_its_own(serve: Serve) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/v2":
            sending(b'{"version": "3"}')(request)
        else:
            sending(b"", 301, Location="/v2")(request)

    assert read_published(serve(answer).address).version == "3"


def test_that_a_slow_answer_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "TIMEOUT_S", 0.2)
    over = threading.Event()

    def silent(_request: BaseHTTPRequestHandler) -> None:
        over.wait(30)

    def dripping(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not over.wait(0.02):
            try:
                request.wfile.write(b" ")
            except OSError:
                return

    try:
        for answer in (silent, dripping):
            assert "there is no answer within" in problem(serve(answer).address)
    finally:
        over.set()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        (" https://example.org/v.json ", "https://example.org/v.json"),
        ("http://localhost:8/", "http://localhost:8/"),
    ],
)
def test_that_an_address_is_kept_without_blanks(text: str, kept: str) -> None:
    assert read_address(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org/",
        "ftp://example.org",
        "https://",
        "share/versions",
        "example.org",
        "~nobody-such/x",
    ],
)
def test_that_an_address_that_is_not_safe_or_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        read_address(text)
