# Finds the Go that the environment takes from the host. Sourced, never run.

# gosdk_split GOROOT: whether it links to folders elsewhere, as the Go packages
# of Debian do; those links would lead nowhere inside.
gosdk_split() {
    [ -n "$(find "$1" -maxdepth 2 -type l -print -quit)" ]
}

# copy_gosdk FROM TO: a Go root of one piece.
copy_gosdk() {
    need_space "$2" 500
    say "copying $1, which is split over several folders"
    cp -rL "$1/." "$2"
}

# gosdk_name: sets GOSDK to the folder to mount: the host's own, or the copy that
# env_setup makes.
gosdk_name() {
    GOSDK=$HOST_GOROOT
    if gosdk_split "$HOST_GOROOT"; then
        GOSDK=$PYCDS_ENV_DIR/go-$({ echo "$HOST_GOROOT"; cat "$HOST_GOROOT/VERSION"; } | hash_of -)
    fi
    export GOSDK
}
