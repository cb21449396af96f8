# Makes the Bazel registry of the offline environment: a folder that answers
# every bazel_dep with sources on this machine, so that MODULE.bazel stays what
# an online user has. Sourced, never run.

# module_sources: "NAME PATH" for every module, as seen inside the environment.
module_sources() {
    local m
    for m in cc java license proto python shell; do
        echo "rules_$m /usr/share/bazel/rules/$m"
    done
    echo "bazel_skylib /usr/share/bazel/tools/skylib"
    echo "platforms /usr/share/bazel/tools/platforms"
    for m in rules_go gazelle apple_support bazel_features buildozer package_metadata protobuf zlib; do
        echo "$m $MODULES/$m"
    done
}

# host_path PATH: where a path of the environment lies on the host.
host_path() {
    case $1 in
    /usr/*) echo "$ROOTFS$1" ;;
    *) echo "$1" ;;
    esac
}

# deps_of FILE...: "NAME VERSION" for every bazel_dep of MODULE.bazel files.
deps_of() {
    cat -- "$@" | sed 's/#.*//' | tr '\n' ' ' | grep -o 'bazel_dep([^)]*)' |
        sed -n 's/.*name *= *"\([^"]*\)".*version *= *"\([^"]*\)".*/\1 \2/p' | sort -u
}

# workspace_modules: the MODULE.bazel files of this repository and of the
# workspace that Bazel is called in.
workspace_modules() {
    local dir=$PWD
    find "$WORKSPACE" -maxdepth 4 -name MODULE.bazel -not -path '*/bazel-*' 2>/dev/null | LC_ALL=C sort
    while [ "$dir" != / ]; do
        [ -f "$dir/MODULE.bazel" ] && echo "$dir/MODULE.bazel"
        dir=$(dirname "$dir")
    done
}

# asked_versions: "NAME VERSION" that anybody asks for, the workspace included.
# One source answers every version of a module.
asked_versions() {
    local files=("$ROOTFS/usr/share/bazel/embedded_tools/MODULE.bazel") name path f
    while read -r name path; do
        files+=("$(host_path "$path")/MODULE.bazel")
    done < <(module_sources)
    while read -r f; do
        files+=("$f")
    done < <(workspace_modules)
    # Bazel itself asks for this one, for local_config_platform.
    echo "platforms 0.0.7"
    deps_of "${files[@]}"
}

registry_key() {
    { cat "$ENV_SRC/registry.sh"; module_sources; asked_versions; } | hash_of -
}

# build_registry FOLDER
build_registry() {
    local out=$1 name path version folder
    say "writing the module registry"
    echo '{}' >"$out/bazel_registry.json"
    asked_versions >"$out/asked.txt"
    while read -r name path; do
        while read -r version; do
            folder="$out/modules/$name/$version"
            mkdir -p "$folder"
            printf '{"type": "local_path", "path": "%s"}\n' "$path" >"$folder/source.json"
            # The module's own file, saying the version asked for.
            sed -e "/^module(/,/)/s/version = \"[^\"]*\"/version = \"$version\"/" \
                "$(host_path "$path")/MODULE.bazel" >"$folder/MODULE.bazel"
        done < <(sed -n "s/^$name //p" "$out/asked.txt")
    done < <(module_sources)
}
