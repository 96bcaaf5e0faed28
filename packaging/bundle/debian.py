"""The .deb, by dpkg-deb: the app in /usr/lib, the desktop's files in /usr/share, one link in /usr/bin.

There are no maintainer scripts: the caches of desktop entries, MIME types and icons are kept by triggers of
the packages that own them (desktop-file-utils, shared-mime-info, hicolor-icon-theme), on removal as well.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from bundle.contents import CHECKOUT
from bundle.desktop_files import LINUX, desktop_files
from bundle.freeze import Build, version
from bundle.libraries import debian_depends, from_the_system, glibc_minor

MAINTAINER = "GPU Planner developers <developers@gpuplanner.org>"
_REVISION = "1"
_RECOMMENDS = ("desktop-file-utils", "shared-mime-info", "hicolor-icon-theme", "xkb-data", "xdg-utils")
_SUGGESTS = ("fonts-noto-cjk", "python3-venv")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

CONTROL = """\
Package: gpuplanner
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: {recommends}
Suggests: {suggests}
Section: science
Priority: optional
Description: planner of GPU memory and time for fine-tuning
 Will a fine-tune fit the GPU, how long will it take, and what is the
 cheapest change? GPU Planner opens with the published profile of Qwen in a
 table that can be edited, and answers at once for any change of the plan:
 memory per GPU part by part, a verdict for the card, time per step, and
 changes that make room.
 .
 Short real trials run in a Python of the user's own, which has torch. Nothing
 else needs a GPU, a network or an account.
"""

CHANGES = """\
gpuplanner ({version}) unstable; urgency=medium

  * See changelog.gz.

 -- {maintainer}  {date}
"""


def pack(build: Build, app: Path) -> Path:
    """Lay out the package's tree and pack it; returns the file."""
    from bundle.linux import normalise  # which packs by this module

    root = build.work / "deb"
    full = f"{version()}-{_REVISION}"
    _lay_out(root, app, full, build.epoch)
    normalise(root)
    architecture = _ARCHITECTURES[os.uname().machine]
    control = CONTROL.format(
        version=full,
        architecture=architecture,
        maintainer=MAINTAINER,
        kilobytes=_kilobytes(root),
        depends=", ".join(debian_depends(from_the_system(app), glibc_minor(app))),
        recommends=", ".join(_RECOMMENDS),
        suggests=", ".join(_SUGGESTS),
    )
    sums = "".join(
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(root)}\n"
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    )
    (root / "DEBIAN").mkdir(mode=0o755)
    (root / "DEBIAN" / "control").write_text(control, "utf-8")
    (root / "DEBIAN" / "md5sums").write_text(sums, "utf-8")
    for path in (root, *root.rglob("*")):
        os.utime(path, (build.epoch, build.epoch), follow_symlinks=False)
    target = build.out / f"gpuplanner_{full}_{architecture}.deb"
    build.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(target)], "dpkg-deb")
    return target


def _lay_out(root: Path, app: Path, full: str, epoch: int) -> None:
    library, share = root / "usr" / "lib" / "gpuplanner", root / "usr" / "share"
    documents = share / "doc" / "gpuplanner"
    documents.mkdir(parents=True)
    shutil.copytree(app, library, symlinks=True)
    (library / "licences").rename(documents / "licences")
    (root / "usr" / "bin").mkdir()
    (root / "usr" / "bin" / "gpuplanner").symlink_to("../lib/gpuplanner/gpuplanner")
    for place, content in desktop_files().items():
        target = share / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if place.startswith("man/"):
            _gzip(content, target.with_name(f"{target.name}.gz"))
        else:
            target.write_bytes(content)
    shutil.copyfile(LINUX / "copyright", documents / "copyright")
    _gzip((CHECKOUT / "packaging" / "CHANGELOG.md").read_bytes(), documents / "changelog.gz")
    date = format_datetime(datetime.fromtimestamp(epoch, UTC))
    changes = CHANGES.format(version=full, maintainer=MAINTAINER, date=date)
    _gzip(changes.encode(), documents / "changelog.Debian.gz")
    overrides = share / "lintian" / "overrides" / "gpuplanner"
    overrides.parent.mkdir(parents=True)
    shutil.copyfile(LINUX / "lintian-overrides", overrides)


def _gzip(content: bytes, target: Path) -> None:
    target.write_bytes(gzip.compress(content, 9, mtime=0))


def _kilobytes(root: Path) -> int:
    return sum(-(-path.lstat().st_size // 1024) for path in root.rglob("*"))
