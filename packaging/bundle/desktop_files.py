"""Where a Linux desktop looks for what belongs to a program: files below ``share``, for .deb and tarball."""

from __future__ import annotations

from bundle.contents import CHECKOUT
from bundle.icons import FOLDER, SIZES, picture
from bundle.man_page import man_page

LINUX = CHECKOUT / "packaging" / "linux"
MAN = "man/man1/gpuplanner.1"
APPSTREAM_ID = "org.gpuplanner.GPUPlanner"


def desktop_files() -> dict[str, bytes]:
    """Their contents by their place below ``share``."""
    metainfo = f"{APPSTREAM_ID}.metainfo.xml"
    files = {
        "applications/gpuplanner.desktop": LINUX / "gpuplanner.desktop",
        "mime/packages/gpuplanner.xml": LINUX / "gpuplanner.xml",
        f"metainfo/{metainfo}": LINUX / metainfo,
        "icons/hicolor/scalable/apps/gpuplanner.svg": FOLDER / "gpuplanner.svg",
        "icons/hicolor/symbolic/apps/gpuplanner-symbolic.svg": FOLDER / "gpuplanner-symbolic.svg",
    }
    for size in SIZES:
        files[f"icons/hicolor/{size}x{size}/apps/gpuplanner.png"] = picture(size)
    return {**{place: file.read_bytes() for place, file in files.items()}, MAN: man_page().encode()}
