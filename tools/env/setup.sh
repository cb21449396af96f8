# Sets up the offline environment, runs Bazel in it and removes it. Sourced,
# never run.

# env_names: the folders the present recipe needs. Each name has the hash of what
# it is made from, so that a change remakes only what it concerns.
env_names() {
    ROOTFS=$PYCDS_ENV_DIR/rootfs-$(rootfs_key)
    MODULES=$PYCDS_ENV_DIR/modules-$(modules_key)
    export ROOTFS MODULES
}

# bazelrc_name: sets REGISTRY and BAZELRC, once the folders above are there. The
# bazelrc comes last, so where it is, everything is.
bazelrc_name() {
    REGISTRY=$PYCDS_ENV_DIR/registry-$(registry_key)
    BAZELRC=$PYCDS_ENV_DIR/bazelrc-$({
        echo "$ROOTFS $MODULES $REGISTRY"
        cat "$ENV_SRC/bazelrc.sh" "$ENV_SRC/debs.sh"
        debs_wanted "$WORKSPACE/dev/debs.txt"
    } | hash_of -)
    export BAZELRC
}

# env_setup: makes what is missing. Any number of these may run at a time, for
# several clones too.
env_setup() {
    env_names
    require_go
    gosdk_name
    if [ -d "$ROOTFS" ] && [ -d "$MODULES" ] && [ -d "$GOSDK" ]; then
        bazelrc_name
        [ ! -e "$BAZELRC" ] || return 0
    fi

    require_packages
    require_namespaces
    mkdir -p "$PYCDS_ENV_DIR/root" "$PYCDS_ENV_DIR/output" "$PYCDS_ENV_DIR/disk-cache"
    exec 9>"$PYCDS_ENV_DIR/lock"
    flock -n 9 || { say "waiting for another set-up to finish"; flock 9; }
    make_folder "$ROOTFS" build_rootfs
    make_folder "$MODULES" build_modules
    [ "$GOSDK" = "$HOST_GOROOT" ] || make_folder "$GOSDK" copy_gosdk "$HOST_GOROOT"
    bazelrc_name
    make_folder "$REGISTRY" build_registry
    update_debs "$WORKSPACE/dev/debs.txt"
    write_bazelrc "$BAZELRC"
    exec 9>&-
}

# env_exec ARGUMENT...: becomes Bazel inside the environment, in the same folder.
env_exec() {
    local flags=(--mount) inside_path
    [ "$(id -u)" = 0 ] || flags=(--user --map-current-user --keep-caps --mount)
    bazel_arguments "$@"
    inside_path=/usr/lib/host-go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    exec unshare "${flags[@]}" /bin/bash "$ENV_SRC/enter.sh" \
        /usr/bin/env -u GOROOT -u SSL_CERT_DIR PATH="$inside_path" SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt GOTOOLCHAIN=local \
        /usr/bin/bazel ${BAZEL_ARGS[@]+"${BAZEL_ARGS[@]}"}
}

# env_servers: the process ids of the environment's Bazel servers.
env_servers() {
    local file pid
    for file in "$PYCDS_ENV_DIR"/output/*/server/server.pid.txt; do
        [ -e "$file" ] || continue
        pid=$(cat "$file")
        # The id may have been given to another process since.
        if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q -- "--output_base=$PYCDS_ENV_DIR/output/"; then
            echo "$pid"
        fi
    done
}

# env_status: what is there.
env_status() {
    local path
    echo "workspace: $WORKSPACE"
    echo "folder:    $PYCDS_ENV_DIR"
    if path=$(host_bazel); then
        echo "bazel:     $path (the host's)"
        return
    fi
    env_names
    echo "bazel:     offline environment"
    for path in "$ROOTFS" "$MODULES"; do
        if [ -d "$path" ]; then echo "made:      $path"; else echo "not made:  $path"; fi
    done
    for path in "$PYCDS_ENV_DIR"/registry-* "$PYCDS_ENV_DIR/debs"; do
        [ -d "$path" ] && echo "made:      $path"
    done
    echo "servers:   $(env_servers | tr '\n' ' ')"
    [ ! -d "$PYCDS_ENV_DIR" ] || echo "size:      $(du -sh --one-file-system "$PYCDS_ENV_DIR" 2>/dev/null | cut -f1)"
}

# env_clean: nothing is mounted outside of the servers' namespaces, so ending the
# servers is all that the removal waits for.
env_clean() {
    local pid
    [ -d "$PYCDS_ENV_DIR" ] || return 0
    for pid in $(env_servers); do
        say "stopping Bazel server $pid"
        kill "$pid" 2>/dev/null || true
        while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
    done
    say "removing $PYCDS_ENV_DIR"
    remove_tree "$PYCDS_ENV_DIR"
}
