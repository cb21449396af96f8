"""Names of MODULE.bazel for WORKSPACE.

rules_go and gazelle insist on other repository names in WORKSPACE. These two
repositories forward to them, so that BUILD files read the same in both modes.
"""

_GO_RULES = [
    "go_binary",
    "go_cross_binary",
    "go_library",
    "go_source",
    "go_test",
]

def _rules_go_impl(rctx):
    rctx.file("go/BUILD.bazel", "")
    rctx.file("go/def.bzl", "\n".join([
        'load("@io_bazel_rules_go//go:def.bzl", {})'.format(", ".join(['_{0} = "{0}"'.format(name) for name in _GO_RULES])),
    ] + ["{0} = _{0}".format(name) for name in _GO_RULES]))
    rctx.file("go/runfiles/BUILD.bazel", """alias(
    name = "runfiles",
    actual = "@io_bazel_rules_go//go/runfiles",
    visibility = ["//visibility:public"],
)
""")

_rules_go = repository_rule(
    doc = "Forwards @rules_go to @io_bazel_rules_go.",
    implementation = _rules_go_impl,
)

def _gazelle_impl(rctx):
    rctx.file("BUILD.bazel", "")
    rctx.file("def.bzl", 'load("@bazel_gazelle//:def.bzl", _gazelle = "gazelle")\n\ngazelle = _gazelle\n')

_gazelle = repository_rule(
    doc = "Forwards @gazelle to @bazel_gazelle.",
    implementation = _gazelle_impl,
)

def module_names():
    """Declares @rules_go and @gazelle."""
    _rules_go(name = "rules_go")
    _gazelle(name = "gazelle")
