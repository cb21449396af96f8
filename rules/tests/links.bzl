"""A rule whose files are in the runfiles only as links."""

def _links_impl(ctx):
    return [DefaultInfo(runfiles = ctx.runfiles(
        symlinks = {path: ctx.file.file for path in ctx.attr.symlinks},
        root_symlinks = {path: ctx.file.file for path in ctx.attr.root_symlinks},
    ))]

links = rule(
    doc = "A file under other names, for the `data` of a program.",
    implementation = _links_impl,
    attrs = {
        "file": attr.label(
            doc = "What all links lead to.",
            allow_single_file = True,
            mandatory = True,
        ),
        "root_symlinks": attr.string_list(
            doc = "Links, relative to the runfiles directory.",
        ),
        "symlinks": attr.string_list(
            doc = "Links, relative to the main repository's folder in it.",
        ),
    },
)
