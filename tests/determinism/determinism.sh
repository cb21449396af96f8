#!/bin/bash
# Builds archives a second time in another output base, with PyCds actions that no cache answers and
# that run outside workers, and compares the bytes with the first build's. Tools come from the disk
# cache, so that it takes a minute or two.
#
#     tests/determinism/determinism.sh [TARGET...]     default: //examples/hello
#
# Exit status: 0 the same; 1 not the same, or not built.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

targets=("$@")
[ $# != 0 ] || targets=(//examples/hello)
base=$(mktemp -d "${TMPDIR:-/tmp}/pycds-determinism.XXXXXX")
second=(./tools/bazel --output_base="$base/output")

finish() {
    "${second[@]}" shutdown >/dev/null 2>&1 || true
    chmod -R u+w "$base"
    rm -rf "$base"
}
trap finish EXIT

# digests COMMAND... -- FLAG...: builds the targets' archives and prints "SHA256 FILE" of each.
digests() {
    local bazel=()
    while [ "$1" != -- ]; do
        bazel+=("$1")
        shift
    done
    shift
    local flags=("--output_groups=archive,manifest" --noshow_progress --ui_event_filters=-info "$@")
    "${bazel[@]}" build "${flags[@]}" -- "${targets[@]}" >&2 || return
    local root
    root=$("${bazel[@]}" info execution_root 2>/dev/null) || return
    # config: after tests under several interpreters a label alone may mean any of them.
    "${bazel[@]}" cquery "${flags[@]}" --output=files "config(set(${targets[*]}), target)" 2>/dev/null |
        LC_ALL=C sort -u | (cd "$root" && xargs -r sha256sum)
}

digests ./tools/bazel -- >"$base/first"
digests "${second[@]}" -- --modify_execution_info=PyCds.*=+no-cache,PyCds.*=-supports-workers \
    --action_env=PYTHONHASHSEED=17 >"$base/second"
grep -q '\.pycds$' "$base/first" || {
    echo "determinism.sh: ${targets[*]} have no archive" >&2
    exit 1
}
if ! diff "$base/first" "$base/second"; then
    echo "determinism.sh: the archives of ${targets[*]} differ between two output bases" >&2
    exit 1
fi
echo "the same bytes in two output bases:"
cat "$base/first"
