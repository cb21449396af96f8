# Writes the environment's /etc/bazel/bazelrc: the flags that only the offline
# environment needs. The repository's own .bazelrc has the rest. Sourced, never
# run.

# Modules that --config=workspace takes from this machine, "REPOSITORY PATH".
workspace_repositories() {
    local name path
    module_sources | while read -r name path; do
        case $name in
        rules_go) echo "io_bazel_rules_go $path" ;;
        gazelle) echo "bazel_gazelle $path" ;;
        rules_cc | rules_python | rules_license | rules_shell | bazel_skylib | platforms | package_metadata) echo "$name $path" ;;
        esac
    done
}

# write_bazelrc FILE
write_bazelrc() {
    local name path
    {
        # Debian's unpacked installation, as it is.
        echo "startup --install_base=/usr/share/bazel --trust_install_base"
        echo "startup --output_user_root=$PYCDS_ENV_DIR/output"
        # Bazel 7.7.1 as Debian builds it crashes on a lock file.
        echo "common --noenable_workspace --lockfile_mode=off"
        echo "common --registry=file://$REGISTRY"
        echo "common --disk_cache=$PYCDS_ENV_DIR/disk-cache"
        echo "common --java_runtime_version=local_jdk --tool_java_runtime_version=local_jdk"
        # Go modules come through the host's module cache.
        echo "common --repo_env=GO_REPOSITORY_USE_HOST_CACHE=1"
        echo "common --repo_env=PYCDS_DEBS=$PYCDS_ENV_DIR/debs"
        # As Bazel 8 has it by default: runfiles trees, and with them sandboxes, have each
        # file of another repository once, not twice.
        echo "common --nolegacy_external_runfiles"
        echo "build --spawn_strategy=worker,linux-sandbox,local"
        echo "common:workspace --noenable_bzlmod --enable_workspace"
        workspace_repositories | while read -r name path; do
            echo "common:workspace --override_repository=$name=$path"
        done
    } >"$1.new"
    mv "$1.new" "$1"
}
