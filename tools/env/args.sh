# Decides from Bazel's arguments and the host which Bazel runs and how. Sourced,
# never run.

# wants_workspace ARGUMENT...: whether the command asks for WORKSPACE in place of
# MODULE.bazel. What follows "--" belongs to the program that is run.
wants_workspace() {
    local arg
    for arg in "$@"; do
        case $arg in
        --) return 1 ;;
        --enable_workspace | --enable_workspace=true | --enable_workspace=1) return 0 ;;
        --noenable_bzlmod | --enable_bzlmod=false | --enable_bzlmod=0) return 0 ;;
        esac
    done
    return 1
}

# command_index ARGUMENT...: the position, from 1, of Bazel's command, which
# follows the startup options; 0: there is none.
command_index() {
    local i=0 arg skip=
    for arg in "$@"; do
        i=$((i + 1))
        if [ -n "$skip" ]; then
            skip=
            continue
        fi
        case $arg in
        # The startup options whose value is the next argument.
        --bazelrc | --output_base | --output_user_root | --host_jvm_args | --install_base | --server_javabase) skip=1 ;;
        -*) ;;
        *)
            echo "$i"
            return
            ;;
        esac
    done
    echo 0
}

# bazel_arguments ARGUMENT...: sets BAZEL_ARGS to the arguments with the flags of
# WORKSPACE mode added where they are asked for.
bazel_arguments() {
    local at
    BAZEL_ARGS=("$@")
    wants_workspace "$@" || return 0
    at=$(command_index "$@")
    [ "$at" = 0 ] || BAZEL_ARGS=("${@:1:at}" --config=workspace "${@:at+1}")
}

# bazel_major: the major version in "bazel --version" output on stdin, e.g. 7 of
# "bazel 7.7.1"; 0 for anything else, such as a development build.
bazel_major() {
    sed -n 's/^bazel \([0-9][0-9]*\)\..*/\1/p;t;s/.*/0/p' | head -n 1
}

# check_mode: refuses a PYCDS_ENV that means nothing.
check_mode() {
    case ${PYCDS_ENV:-auto} in
    auto | host | offline) ;;
    *) die "PYCDS_ENV is \"$PYCDS_ENV\", expected auto, host or offline" ;;
    esac
}

# host_bazel: prints the host's Bazel when it is 7 or newer and the registry
# answers it; fails otherwise.
host_bazel() {
    local name real major stamp
    [ "${PYCDS_ENV:-auto}" != offline ] || return 1
    # Bazelisk downloaded that one, so the network is there.
    if [ -n "${BAZEL_REAL:-}" ]; then
        echo "$BAZEL_REAL"
        return
    fi
    for name in bazel bazelisk; do
        real=$(type -P "$name") || continue
        [ "$(readlink -f "$real")" != "$WORKSPACE/tools/bazel" ] || continue
        # Bazelisk would call this script again; not here.
        export BAZELISK_SKIP_WRAPPER=1
        if [ "${PYCDS_ENV:-auto}" = host ]; then
            echo "$real"
            return
        fi
        major=$(cd "$WORKSPACE" && timeout 120 "$real" --version 2>/dev/null </dev/null | bazel_major) || continue
        [ "${major:-0}" -ge 7 ] || continue
        # The question to the registry is asked once per Bazel and MODULE.bazel.
        mkdir -p "$PYCDS_ENV_DIR"
        stamp=$PYCDS_ENV_DIR/host-$({ echo "$real"; cat "$WORKSPACE/MODULE.bazel"; } | hash_of -)
        [ -e "$stamp.no" ] && continue
        if [ ! -e "$stamp.yes" ]; then
            say "asking whether $real reaches the module registry"
            if (cd "$WORKSPACE" && timeout 120 "$real" mod graph --depth=1 >/dev/null 2>&1 </dev/null); then
                : >"$stamp.yes"
            else
                : >"$stamp.no"
                say "it does not: using the offline environment (PYCDS_ENV=host to insist; --env-clean to ask again)"
                continue
            fi
        fi
        echo "$real"
        return
    done
    return 1
}
