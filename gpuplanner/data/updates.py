"""Whether there is a newer version: reads the small JSON file that a publisher keeps at an address.

Nothing here runs by itself, and nothing is sent but the request for that one file.  What the publisher puts
there is described in ``packaging/README.md``.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from gpuplanner.core.errors import InputError
from gpuplanner.core.units import shorten
from gpuplanner.core.versions import version_key
from gpuplanner.data.whole_file import read_whole

FILE_NAME = "gpuplanner-version.json"
"""What is read where the address is a folder."""
TIMEOUT_S = 10.0
_MAX_BYTES, _CHUNK_BYTES = 64 * 1024, 8 * 1024
_MOST_NOTES = 10_000
_AGENT = "gpuplanner"
"""Without it Python would name itself with its version; servers refuse requests that name nobody."""
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
"""What stands for itself in an address; blanks and the rest, as people type them, are encoded."""
_THIS_COMPUTER = frozenset({"localhost", "127.0.0.1", "::1"})
# Where systems other than the one that Python was built on keep their certificates.
_CERTIFICATES = ("/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem")


class Standing(Enum):
    """How the published version stands to another."""

    NEWER = "newer"
    SAME = "same"
    OLDER = "older"


@dataclass(frozen=True)
class Published:
    """What the publisher says of the newest version: its number, what is new, a page with more."""

    version: str
    notes: str = ""
    page: str = ""
    """An https address; empty: there is none."""

    def standing(self, version: str) -> Standing:
        """How it stands to the version of this program."""
        theirs, ours = version_key(self.version), version_key(version)
        if theirs == ours:
            return Standing.SAME
        return Standing.NEWER if theirs > ours else Standing.OLDER


def read_address(text: str) -> str:
    """An address as it is kept: https, or the whole path of a file or folder; empty for an empty text.

    Plain http is for this very computer alone: whoever sits between could answer anything.

    Raises:
        ValueError: with what can be entered.
    """
    text = text.strip()
    if not text or "://" not in text:
        if text and _whole_path(text) is None:
            raise ValueError(f"{shorten(text)!r} is no address; enter one with https:// or a whole path")
        return text
    scheme, host = _scheme_and_host(text)
    if scheme == "https" or (scheme == "http" and host in _THIS_COMPUTER):
        return text
    raise ValueError(f"{shorten(text)!r} is not safe; enter an address with https:// or a whole path")


def read_published(address: str) -> Published:
    """Ask at the address, some seconds at the most.

    Raises:
        InputError: nothing can be read there, or it is not what a publisher puts there.
    """
    try:
        address = read_address(address)
    except ValueError as error:
        raise InputError.of(str(error), "") from error  # it names the address
    if "://" in address:
        return _published(_fetched(address), address)
    path = _whole_path(address) or Path()
    with contextlib.suppress(OSError):  # a share that has gone away: reading says so
        if path.is_dir():
            path /= FILE_NAME
    return _published(read_whole(path, _MAX_BYTES), str(path))


def _whole_path(text: str) -> Path | None:
    """The path; None for one that depends on where the program runs, or begins at nobody's home."""
    try:
        path = Path(text).expanduser()
    except RuntimeError:  # "~somebody" where there is none of that name
        return None
    return path if path.is_absolute() else None


def _published(content: bytes, where: str) -> Published:
    try:
        found = json.loads(content)
        version_key(found["version"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError.of(
            "what is there names no version",
            where,
            "check the address in the settings, or tell the publisher",
        ) from error
    return Published(found["version"].strip(), _text(found, "notes")[:_MOST_NOTES], _page(found))


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _page(found: dict[str, Any]) -> str:
    """The page, where it is one that a browser may be sent to."""
    page = _text(found, "page")
    return page if _scheme_and_host(page)[0] == "https" else ""


def _scheme_and_host(address: str) -> tuple[str, str]:
    """Both empty for what names no host."""
    try:
        parts = urlsplit(address)
        return (parts.scheme, parts.hostname) if parts.hostname else ("", "")
    except ValueError:
        return "", ""


# Over the network --------------------------------------------------------------------------------------


def _fetched(address: str) -> bytes:
    until_s = time.monotonic() + TIMEOUT_S
    headers = {"User-Agent": _AGENT, "Accept": "application/json"}
    request = urllib.request.Request(quote(address, safe=_ASCII), headers=headers)
    try:
        with _opener(address).open(request, timeout=TIMEOUT_S) as answer:
            return _content(answer.read1, address, until_s)
    except urllib.error.HTTPError as error:
        with error:  # it is the answer as well, and holds the connection
            if error.code // 100 == 3:  # one that `urllib` itself will not follow, such as file:
                raise _unsafe("another kind of address", address) from error
            raise InputError.of(
                f"the server answers {error.code}", address, "check the address in the settings"
            ) from error
    except TimeoutError as error:
        raise too_slow(address) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise too_slow(address) from error
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise InputError.of(
                f"the server's certificate is not valid ({error.reason.verify_message})",
                address,
                "check the address in the settings, or tell the publisher",
            ) from error
        raise _unreachable(address, error.reason) from error
    except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: an odd host
        raise _unreachable(address, error) from error


def _content(read: Callable[[int], bytes], address: str, until_s: float) -> bytes:
    """All that is answered, not more than a publisher's file can hold, and not for longer than we wait."""
    content = b""
    while chunk := read(_CHUNK_BYTES):
        content += chunk
        if len(content) > _MAX_BYTES:
            raise InputError.of(
                "what is there is too long for a version", address, "check the address in the settings"
            )
        if time.monotonic() > until_s:
            raise too_slow(address)
    return content


def _unreachable(address: str, reason: object) -> InputError:
    why = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return InputError.of(
        f"nothing can be reached there ({shorten(why, 80)})",
        address,
        "check the network, and the address in the settings",
    )


def _unsafe(to: str, address: str) -> InputError:
    return InputError.of(
        f"the server leads to {shorten(to)}, which is not safe", address, "tell the publisher"
    )


def too_slow(address: str) -> InputError:
    """What is said where nothing came in time."""
    return InputError.of(
        f"there is no answer within {TIMEOUT_S:.0f} s",
        address,
        "try again later, or check the address in the settings",
    )


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a server to addresses that could have been entered, and to no others."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Refuse an address that is not safe; `urllib` makes them whole before."""
        try:
            safe = "://" in newurl and read_address(newurl)
        except ValueError:
            safe = ""
        if not safe:
            fp.close()
            raise _unsafe(newurl, req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(address: str) -> urllib.request.OpenerDirector:
    """What fetches: by the address's own scheme alone, through the proxy that the system names, if any.

    This very computer is asked without one: a proxy would ask itself instead.
    """
    opener = urllib.request.OpenerDirector()
    scheme, host = _scheme_and_host(address)
    if scheme == "https":  # certificates take a fifth of a second to load
        opener.add_handler(urllib.request.HTTPSHandler(context=_certificates()))
    for handler in (
        urllib.request.ProxyHandler({} if host in _THIS_COMPUTER else None),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        _SafeRedirects(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _certificates() -> ssl.SSLContext:
    """The system's certificates: a packaged Python may look for them in another system's places."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if paths.cafile is None and paths.capath is None:
        known = next((path for path in _CERTIFICATES if Path(path).is_file()), None)
        if known is not None:
            context.load_verify_locations(known)
    return context
