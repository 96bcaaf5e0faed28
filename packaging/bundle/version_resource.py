"""What Windows shows as the properties of the program, in the form that PyInstaller reads."""

from __future__ import annotations

from bundle.freeze import version

_TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, fileType=1),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "GPU Planner developers"),
      StringStruct("FileDescription", "GPU Planner"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "gpuplanner"),
      StringStruct("LegalCopyright", "Apache License 2.0"),
      StringStruct("OriginalFilename", "gpuplanner.exe"),
      StringStruct("ProductName", "GPU Planner"),
      StringStruct("ProductVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def version_resource(given: str = "") -> str:
    """The resource for a version, by default the program's own; Windows wants four numbers."""
    text = given or version()
    numbers = [int(part) for part in text.split(".") if part.isdecimal()][:4]
    return _TEMPLATE.format(version=text, numbers=(*numbers, *[0] * (4 - len(numbers))))
