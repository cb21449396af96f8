#!/bin/bash
# Tests the functions of tools/env that read or decide something.
set -euo pipefail

ENV_SRC=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d "${TEST_TMPDIR:-/tmp}/env.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
WORKSPACE=$tmp
PYCDS_ENV_DIR=$tmp/cache
for piece in lib args host gosdk rootfs modules stubs registry bazelrc debs; do
    # shellcheck source=/dev/null
    source "$ENV_SRC/$piece.sh"
done

failures=0

# expect WHAT WANT GOT
expect() {
    if [ "$2" != "$3" ]; then
        printf 'FAIL: %s\n  want: %s\n  got:  %s\n' "$1" "$2" "$3"
        failures=$((failures + 1))
    fi
}

# answer COMMAND...: yes or no.
answer() {
    if "$@"; then echo yes; else echo no; fi
}

# arguments ARG...: what Bazel gets, each in brackets.
arguments() {
    bazel_arguments "$@"
    printf '[%s]' ${BAZEL_ARGS[@]+"${BAZEL_ARGS[@]}"}
}

# Arguments.
expect "no arguments" "[]" "$(arguments)"
expect "plain" "[build][//...]" "$(arguments build //...)"
expect "spaces and empty arguments" "[run][//x][--][a b][]" "$(arguments run //x -- "a b" "")"
expect "workspace" "[build][--config=workspace][--enable_workspace][//...]" "$(arguments build --enable_workspace //...)"
expect "workspace, startup options" "[--output_base][/x][--nohome_rc][test][--config=workspace][--noenable_bzlmod]" \
    "$(arguments --output_base /x --nohome_rc test --noenable_bzlmod)"
expect "bzlmod said twice" "[build][--enable_bzlmod][//x]" "$(arguments build --enable_bzlmod //x)"
expect "the program's own flag" "[run][//x][--][--enable_workspace]" "$(arguments run //x -- --enable_workspace)"
expect "command after startup options" 3 "$(command_index --bazelrc rc build)"
expect "no command" 0 "$(command_index --bazelrc=rc)"

# Versions.
expect "bazel 7" 7 "$(echo 'bazel 7.7.1' | bazel_major)"
expect "bazel 10" 10 "$(echo 'bazel 10.0.0-pre.1' | bazel_major)"
expect "development build" 0 "$(echo 'bazel no_version' | bazel_major)"
expect "1.26.8 is 1.24" yes "$(answer version_at_least 1.26.8 1.24)"
expect "1.9 is not 1.24" no "$(answer version_at_least 1.9 1.24)"
expect "1.24 is 1.24" yes "$(answer version_at_least 1.24 1.24)"

# The host's mirror.
expect "mirror" "http://mirror.example/debian" "$(mirror_from <<'END'
'http://mirror.example/debian-security/dists/bookworm-security/InRelease' a 0
'http://mirror.example/debian/dists/bookworm-updates/InRelease' b 0
'http://mirror.example/debian/dists/bookworm/InRelease' c 0
'http://other.example/debian/dists/bookworm/InRelease' d 0
'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' e 0
END
)"
expect "no mirror" "" "$(echo 'Reading package lists...' | mirror_from || true)"

# Missing packages: nothing is on this PATH.
mkdir "$tmp/bin"
for tool in sort dirname; do ln -s "$(type -P "$tool")" "$tmp/bin/$tool"; done
lacking() {
    (PATH=$tmp/bin; missing_packages "$1") | grep -v keyring | tr '\n' ' '
}
expect "root lacks" "gcc git mmdebstrap util-linux " "$(lacking 0)"
expect "a user lacks" "gcc git mmdebstrap uidmap util-linux " "$(lacking 1000)"
expect "command" "sudo apt-get install a b" "$(install_command a b)"
message=$(
    id() { echo 1000; }
    missing_packages() { printf 'mmdebstrap\nuidmap\n'; }
    require_packages 2>&1
) && expect "exit code of a user who lacks packages" "not 0" 0
expect "message" "yes" "$(answer grep -q 'sudo apt-get install mmdebstrap uidmap$' <<<"$message")"

# Module dependencies.
cat >"$tmp/MODULE.bazel" <<'END'
module(name = "m", version = "9")
bazel_dep(name = "a", version = "1.0")  # bazel_dep(name = "not", version = "0")
bazel_dep(
    name = "b",
    version = "2.0-x",
    repo_name = "bb",
)
bazel_dep(name = "no_version")
END
expect "bazel_dep" "a 1.0;b 2.0-x;" "$(deps_of "$tmp/MODULE.bazel" | tr '\n' ';')"

# Folders are made whole or not at all.
make_one() { echo x >"$1/file"; }
make_none() { echo x >"$1/file"; false; echo y >"$1/file"; }
make_folder "$tmp/one" make_one
expect "made" x "$(cat "$tmp/one/file")"
# Not in a condition, where bash would ignore set -e within.
set +e
(make_folder "$tmp/none" make_none) 2>/dev/null
rc=$?
set -e
expect "failed" 2 "$rc"
expect "nothing of the failed one" no "$(answer test -e "$tmp/none")"
make_folder "$tmp/none" make_one
expect "made at the second try" x "$(cat "$tmp/none/file")"
expect "disk space" 2 "$( (need_space "$tmp" 999999999) 2>/dev/null && echo 0 || echo $?)"

# Lists of packages.
printf '# c\n\n b/bookworm  # why\na\na\n' >"$tmp/debs.txt"
expect "wanted" "a;b/bookworm;" "$(debs_wanted "$tmp/debs.txt" | tr '\n' ';')"
expect "no list" "" "$(debs_wanted "$tmp/absent")"
mkdir "$tmp/debs"
echo x >"$tmp/debs/a_1_all.deb"
printf 'a a_1_all.deb\nb b_1_all.deb\n' >"$tmp/debs/INDEX"
expect "missing" "b;c;" "$(printf 'a\nb\nc\n' | debs_missing "$tmp/debs" | tr '\n' ';')"
expect "no comment in mmdebstrap's list" no "$(answer grep -q '[# ]' <<<"$(rootfs_packages)")"

[ "$failures" = 0 ] || { echo "$failures failed"; exit 1; }
echo "ok"
