# Makes the sources of the Bazel modules that Debian does not package: rules_go
# and gazelle from their Go modules, and stand-ins for modules that must resolve
# but whose contents no build here uses. Sourced, never run.

RULES_GO_VERSION="0.64.2"
GAZELLE_VERSION="0.53.0"
# gazelle's repository nests a second Go module, which its module zip leaves out.
GAZELLE_V2="github.com/bazel-contrib/bazel-gazelle/v2@v2.0.0-3"

modules_key() {
    hash_of "$ENV_SRC/modules.sh" "$ENV_SRC/stubs.sh"
}

# go_module MODULE@VERSION FOLDER: the module's files, writable, with the run bits
# that module zips drop.
go_module() {
    local dir
    say "fetching Go module $1"
    dir=$(cd / && GOTOOLCHAIN=local GO111MODULE=on GOFLAGS=-mod=mod go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
    [ -d "$dir" ] || die "go mod download $1 failed; is the Go module proxy reachable (go env GOPROXY)?"
    mkdir -p "$2"
    cp -r "$dir/." "$2"
    chmod -R u+w "$2"
    find "$2" -name '*.sh' -exec chmod +x {} +
}

# build_modules FOLDER
build_modules() {
    local out=$1
    need_space "$out" 200
    go_module "github.com/bazelbuild/rules_go@v$RULES_GO_VERSION" "$out/rules_go"
    # rules_go's default SDK is a download. Here it is the host's Go, for every
    # module, the root one or not.
    sed -i -e '/^go_sdk.from_file($/,/^)$/c go_sdk.host(name = "go_default_sdk")' "$out/rules_go/MODULE.bazel"
    sed -i -e '/for index, host_tag in/,/name = host_tag.name/s/if not module.is_root:/if not module.is_root and module.name != "rules_go":/' \
        "$out/rules_go/go/private/extensions.bzl"
    grep -q 'module.name != "rules_go":' "$out/rules_go/go/private/extensions.bzl" ||
        die "rules_go $RULES_GO_VERSION has no check of go_sdk.host to lift in go/private/extensions.bzl"

    go_module "github.com/bazelbuild/bazel-gazelle@v$GAZELLE_VERSION" "$out/gazelle"
    go_module "$GAZELLE_V2" "$out/gazelle/v2"
    : >"$out/gazelle/v2/go.sum"

    write_stubs "$out"
}
