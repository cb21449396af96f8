#!/bin/bash
# Tests tools/bazel as a command where a usable Bazel is at hand: which one runs,
# with what, and that its exit code passes through.
set -euo pipefail

bazel=$(cd "$(dirname "$0")/.." && pwd)/bazel
tmp=$(mktemp -d "${TEST_TMPDIR:-/tmp}/wrapper.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/repo/tools" "$tmp/bin" "$tmp/other"
# A copy, since the wrapper finds its repository from where it really is.
cp "$(readlink -f "$bazel")" "$tmp/repo/tools/bazel"
cp -rL "$(dirname "$0")" "$tmp/repo/tools/env"
echo 'module(name = "m")' >"$tmp/repo/MODULE.bazel"
export PYCDS_ENV_DIR=$tmp/cache
unset BAZEL_REAL PYCDS_ENV
export PYCDS_ENV_MARK=$tmp/mark

# stand_in FILE VERSION REGISTRY: a Bazel that says what it is; REGISTRY is the
# exit code of "mod".
stand_in() {
    cat >"$1" <<END
#!/bin/bash
case \$1 in
--version) echo "bazel $2" ;;
mod) echo asked >>"$tmp/asked"; exit $3 ;;
*) echo "${1##*/} \$#:\$*"; cat; exit 7 ;;
esac
END
    chmod +x "$1"
}

failures=0
# expect WHAT WANT COMMAND...: WANT is the exit code and the output.
expect() {
    local what=$1 want=$2 got rc=0
    shift 2
    got=$(echo in | "$@" 2>"$tmp/err") || rc=$?
    if [ "$want" != "$rc $got" ]; then
        printf 'FAIL: %s\n  want: %s\n  got:  %s %s\n' "$what" "$want" "$rc" "$got"
        cat "$tmp/err"
        failures=$((failures + 1))
    fi
}

run() { "$tmp/repo/tools/bazel" "$@"; }

stand_in "$tmp/other/real" 6.0.0 1
stand_in "$tmp/bin/bazel" 7.7.1 0
export PATH=$tmp/bin:$PATH

expect "BAZEL_REAL is taken as it is" $'7 real 3:run //x a b\nin' env BAZEL_REAL="$tmp/other/real" "$tmp/repo/tools/bazel" run //x "a b"
expect "bazel on PATH that reaches its registry" $'7 bazel 2:build //...\nin' run build //...
expect "the second time" $'7 bazel 1:info\nin' run info
expect "the registry was asked once" "0 1" grep -c asked "$tmp/asked"
expect "a wrong PYCDS_ENV" "2 " env PYCDS_ENV=never "$tmp/repo/tools/bazel" info

# From here on no Bazel is usable: the offline environment is what is left.
export PYCDS_ENV_DIR=$tmp/cache2
offline() { run --env-status | grep '^bazel:'; }
stand_in "$tmp/bin/bazel" 7.7.1 1
expect "a registry that does not answer" "0 bazel:     offline environment" offline
stand_in "$tmp/bin/bazel" 6.5.0 0
expect "too old" "0 bazel:     offline environment" offline
expect "insisting on the host" $'7 bazel 1:info\nin' env PYCDS_ENV=host "$tmp/repo/tools/bazel" info

run --env-clean 2>/dev/null
expect "clean" "1 " test -e "$tmp/cache2"

[ "$failures" = 0 ] || { echo "$failures failed"; exit 1; }
echo "ok"
