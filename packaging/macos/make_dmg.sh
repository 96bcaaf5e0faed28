#!/usr/bin/env bash
# make_dmg.sh APP LICENCES IMAGE: a compressed disk image with the app, its licences and a link to Applications.
# With CODESIGN_IDENTITY set the app is signed for the hardened runtime; notarising it is left to `xcrun notarytool`.
set -euo pipefail
app=$1 licences=$2 image=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -n "${CODESIGN_IDENTITY:-}" ]; then
  codesign --force --deep --timestamp --options runtime --sign "$CODESIGN_IDENTITY" "$app"
  codesign --verify --deep --strict "$app"
fi
cp -R "$app" "$folder/"
cp -R "$licences" "$folder/Licences"
ln -s /Applications "$folder/Applications"
hdiutil create -volname "GPU Planner" -srcfolder "$folder" -fs HFS+ -format UDZO -ov "$image"
