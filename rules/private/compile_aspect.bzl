"""Compiles the sources of every Python target that a program depends on.

One action per target, so that editing one library recompiles one library, and
all programs of a configuration share the result."""

load("@rules_python//python:py_info.bzl", "PyInfo")
load(":compile.bzl", "compile_bundle", "source_line")
load(":paths.bzl", "logical_path")
load(":providers.bzl", "PyCdsCodeInfo", "PyCdsRuntimeInfo")
load(":tools.bzl", "COMPILER")

# Where programs and wrappers of them keep the Python targets they are made of.
_EDGES = ["deps", "binary", "stock", "target"]

# Rules whose own sources are exactly the .py files in their srcs attribute.
_STOCK_KINDS = ["py_binary", "py_library", "py_test"]

def _compile_aspect_impl(target, ctx):
    runtime = ctx.attr._runtime[PyCdsRuntimeInfo]
    edges = _edge_targets(ctx.rule.attr)
    transitive = [edge[PyCdsCodeInfo].bundles for edge in edges if PyCdsCodeInfo in edge]

    sources = _own_sources(target, ctx.rule, edges)
    if not sources:
        return [PyCdsCodeInfo(bundles = depset(transitive = transitive), runtime = runtime)]

    bundle = ctx.actions.declare_file("{}.{}.pycbundle".format(target.label.name, ctx.attr.optimize))
    workspace_name = ctx.workspace_name
    compile_bundle(
        ctx,
        runtime = runtime.runtime,
        compiler = ctx.file._compiler,
        output = bundle,
        add_sources = lambda args: args.add_all(
            sources,
            allow_closure = True,
            map_each = lambda file: source_line(file.path, logical_path(file.short_path, workspace_name)),
        ),
        inputs = sources,
        optimize = ctx.attr.optimize,
        # A dependency may carry files for other Python versions that are never
        # imported; one's own syntax error is an error.
        lenient = target.label.repo_name != "",
        what = "%{label}",
    )
    return [PyCdsCodeInfo(
        bundles = depset([bundle], transitive = transitive),
        runtime = runtime,
    )]

def _edge_targets(attributes):
    targets = []
    for name in _EDGES:
        value = getattr(attributes, name, None)
        if type(value) == "Target":
            targets.append(value)
        elif type(value) == "list":
            targets.extend([item for item in value if type(item) == "Target"])
    return targets

def _own_sources(target, rule, edges):
    if rule.kind in _STOCK_KINDS:
        return [file for file in rule.files.srcs if file.extension == "py"]
    if PyInfo not in target:
        return []

    # Of any other rule only the provider's meaning is known: what it has beyond
    # its dependencies is its own.
    inherited = depset(transitive = [edge[PyInfo].transitive_sources for edge in edges if PyInfo in edge])
    known = {file: True for file in inherited.to_list()}
    return [
        file
        for file in target[PyInfo].transitive_sources.to_list()
        if file.extension == "py" and file not in known
    ]

compile_aspect = aspect(
    doc = "Provides PyCdsCodeInfo for a target with PyInfo.",
    implementation = _compile_aspect_impl,
    attr_aspects = _EDGES,
    attrs = {
        "optimize": attr.int(
            doc = "sys.flags.optimize to compile for.",
            default = 0,
            values = [0, 1, 2],
        ),
        "_runtime": attr.label(default = "//rules/private:runtime"),
    } | COMPILER,
    provides = [PyCdsCodeInfo],
)
