# Writes stand-ins for Bazel modules that dependencies name but no build here
# uses, each as small as its users' load statements allow. Sourced, never run.

# stub NAME FOLDER [VERSION]: an empty module.
stub() {
    mkdir -p "$2/$1"
    printf 'module(name = "%s", version = "%s")\n' "$1" "0" >"$2/$1/MODULE.bazel"
    : >"$2/$1/BUILD.bazel"
    printf 'workspace(name = "%s")\n' "$1" >"$2/$1/WORKSPACE"
}

# write_stubs FOLDER
write_stubs() {
    local out=$1
    stub apple_support "$out"
    stub protobuf "$out"
    stub zlib "$out"

    # bazel_tools uses its extension for "bazel mod tidy".
    stub buildozer "$out"
    cat >"$out/buildozer/buildozer_binary.bzl" <<'EOF'
def _none_impl(rctx):
    rctx.file("BUILD.bazel", "")

_none = repository_rule(implementation = _none_impl)

def _buildozer_binary_impl(_ctx):
    _none(name = "buildozer_binary")

buildozer_binary = module_extension(implementation = _buildozer_binary_impl)
EOF

    # rules_go and gazelle mark Go packages with it.
    stub package_metadata "$out"
    mkdir -p "$out/package_metadata/providers" "$out/package_metadata/rules"
    : >"$out/package_metadata/providers/BUILD.bazel"
    : >"$out/package_metadata/rules/BUILD.bazel"
    cat >"$out/package_metadata/providers/package_metadata_info.bzl" <<'EOF'
PackageMetadataInfo = provider("Where a package came from.", fields = ["metadata", "files"])
EOF
    cat >"$out/package_metadata/rules/package_metadata.bzl" <<'EOF'
load("//providers:package_metadata_info.bzl", "PackageMetadataInfo")

def _package_metadata_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".package-metadata.json")
    ctx.actions.write(out, json.encode({"purl": ctx.attr.purl}))
    return [
        DefaultInfo(files = depset([out])),
        PackageMetadataInfo(metadata = out, files = depset([out])),
    ]

_package_metadata = rule(
    implementation = _package_metadata_impl,
    attrs = {
        "attributes": attr.label_list(),
        "purl": attr.string(),
    },
    provides = [PackageMetadataInfo],
)

# Packages name the target as the metadata of all they hold, itself included.
def package_metadata(name, **kwargs):
    _package_metadata(name = name, applicable_licenses = [], **kwargs)
EOF

    # What Bazel 7 answers to the questions that the modules here ask.
    stub bazel_features "$out"
    cat >"$out/bazel_features/features.bzl" <<'EOF'
bazel_features = struct(
    external_deps = struct(
        bazel_mod_tidy = True,
        extension_metadata_has_reproducible = True,
        is_bzlmod_enabled = True,
        module_extension_has_os_arch_dependent = True,
    ),
    rules = struct(
        instrumented_files_info_has_baseline_coverage_files = False,
    ),
)
EOF
}
