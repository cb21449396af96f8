# Messages, atomic folders and keys shared by the scripts of the offline
# environment. Sourced, never run.

# say MESSAGE...: one line of progress, on stderr so that stdout stays Bazel's.
say() {
    printf 'tools/bazel: %s\n' "$*" >&2
}

# die MESSAGE...: an error and exit code 2 (Bazel's own code for a wrong set-up).
die() {
    printf 'tools/bazel: ERROR: %s\n' "$*" >&2
    exit 2
}

# hash_of FILE...: a key of 16 hex digits over the files' bytes; "-" is stdin.
hash_of() {
    cat -- "$@" | sha256sum | cut -c1-16
}

# make_folder TARGET COMMAND...: runs COMMAND with a fresh folder's path as its
# last argument and renames the folder to TARGET when it succeeded. An
# interrupted run leaves TARGET.new, which the next one starts by removing. The
# caller holds the lock.
make_folder() {
    local target=$1 rc=0
    shift
    [ -e "$target" ] && return 0
    remove_tree "$target.new"
    mkdir -p "$target.new"
    # Not "if !": inside a condition set -e is off, and a half-made folder
    # would pass for a whole one.
    set +e
    (set -e; "$@" "$target.new")
    rc=$?
    set -e
    [ $rc = 0 ] || die "could not make $target (see the messages above); what was made so far is in $target.new"
    mv "$target.new" "$target"
}

# remove_tree PATH...: rm -rf that also removes read-only folders, and never
# leaves its file system, should something be mounted below.
remove_tree() {
    local path
    for path in "$@"; do
        [ -e "$path" ] || continue
        chmod -R u+w "$path" 2>/dev/null || true
        rm -rf --one-file-system "$path" || die "could not remove $path"
    done
}

# need_space FOLDER MIB: fails when the file system of FOLDER has less room.
need_space() {
    local free
    free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$2" ] ||
        die "$1 has $free MiB free, $2 MiB are needed; free some or set PYCDS_ENV_DIR to a folder on a larger disk"
}
