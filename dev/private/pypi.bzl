"""Repository rules for third-party Python packages: one repository each, and a hub, as pip.parse makes them.

They come from Debian packages, whose files are moved to where a wheel would have them: site-packages/ with the
package, its metadata (importlib.metadata finds them) and its data; links to other Debian packages are resolved.
"""

load(":debs.bzl", "run", "unpack_debs")
load(":packages.bzl", "PACKAGES", "VARIANTS")

_PACKAGE_BUILD = """\
load("@rules_python//python:py_library.bzl", "py_library")

package(default_visibility = ["//visibility:public"])

py_library(
    name = "pkg",
    srcs = glob(["site-packages/**/*.py"]),
    data = [":data"],
    imports = ["site-packages"],
    deps = {deps},
)

# Also extension modules: for all interpreters that Debian builds them for, told apart by their suffix.
filegroup(
    name = "data",
    srcs = glob(
        ["site-packages/**/*"],
        exclude = [
            "**/*.py",
            "**/*.pyc",
            "**/__pycache__/**",
        ],
    ),
)

filegroup(
    name = "dist_info",
    srcs = glob(
        ["site-packages/*.dist-info/**", "site-packages/*.egg-info/**"],
    ),
)
"""

# Links are followed, so that a package's files need no other package; what links to nothing is dropped.
_MOVE = """\
set -e
find root -xtype l -delete
cp -rL root/usr/lib/python3/dist-packages site-packages
find site-packages -name __pycache__ -prune -exec rm -rf {} +
"""

# As auditwheel does: the libraries beside the package, found by RUNPATH relative to each file that needs them.
_ADD_LIBRARIES = """\
set -e
patchelf=tools/usr/bin/patchelf
libs=$1; shift
mkdir "site-packages/$libs"
for library; do
    file="site-packages/$libs/${library##*/}"
    cp -L root/usr/lib/*-linux-gnu/"$library" "$file"
    chmod u+w "$file"
    $patchelf --set-rpath '$ORIGIN' "$file"
done
find site-packages -name '*.so' | while read -r module; do
    for needed in $($patchelf --print-needed "$module"); do
        if [ -e "site-packages/$libs/$needed" ]; then
            up=$(dirname "${module#site-packages/}" | sed 's:[^/]*:..:g')
            chmod u+w "$module"
            $patchelf --set-rpath "\\$ORIGIN/$up/$libs" "$module"
            break
        fi
    done
done
"""

def _pypi_package_impl(rctx):
    unpack_debs(rctx, rctx.attr.debs + sorted(rctx.attr.shared_libraries), "root")
    run(rctx, ["sh", "-c", _MOVE])
    if rctx.attr.shared_libraries:
        unpack_debs(rctx, ["patchelf"], "tools")
        libraries = [file for _, file in sorted(rctx.attr.shared_libraries.items())]
        run(rctx, ["sh", "-c", _ADD_LIBRARIES, "sh", rctx.attr.libs] + libraries)
        rctx.delete("tools")
    rctx.delete("root")
    rctx.file(
        "BUILD.bazel",
        _PACKAGE_BUILD.format(deps = repr(["@pypi//" + d for d in rctx.attr.deps])),
        executable = False,
    )

_pypi_package = repository_rule(
    implementation = _pypi_package_impl,
    environ = ["PYCDS_DEBS"],
    attrs = {
        "debs": attr.string_list(mandatory = True, doc = "Debian packages, lines of dev/debs.txt."),
        "deps": attr.string_list(doc = "Names of packages in the hub."),
        "libs": attr.string(doc = "Name of the folder in site-packages for shared_libraries."),
        "shared_libraries": attr.string_dict(doc = "Debian package -> file in its usr/lib/<triplet>."),
    },
)

_HUB_TARGETS = ["pkg", "data", "dist_info"]

_REQUIREMENTS = """\
\"\"\"The packages of this hub by their names.\"\"\"

all_requirements = {all}

def requirement(name):
    \"\"\"The label of a package, named as in a requirements file.\"\"\"
    normalized = name.replace("-", "_").replace(".", "_").lower()
    return str(Label("//" + normalized))
"""

def _alias(name, actual):
    return "alias(\n    name = \"%s\",\n    actual = %s,\n)\n" % (name, actual)

def _pypi_hub_impl(rctx):
    rctx.file("BUILD.bazel", "", executable = False)
    names = sorted(PACKAGES.keys() + VARIANTS.keys())
    for name in names:
        build = ["package(default_visibility = [\"//visibility:public\"])\n"]
        for target in _HUB_TARGETS:
            if name in VARIANTS:
                choices = {
                    str(Label("//dev:" + interpreter)): "@pypi_%s//:%s" % (package, target)
                    for interpreter, package in VARIANTS[name].items()
                }
                choices["//conditions:default"] = ":unavailable"
                actual = "select(%s)" % repr(choices)
            else:
                actual = repr("@pypi_%s//:%s" % (name, target))
            build.append(_alias(target, actual))
        build.append(_alias(name, "\":pkg\""))
        if name in VARIANTS:
            build.append("# There is no %s for the chosen interpreter (//dev:python).\nfilegroup(\n    name = \"unavailable\",\n    target_compatible_with = [\"@platforms//:incompatible\"],\n)\n" % name)
        rctx.file(name + "/BUILD.bazel", "\n".join(build), executable = False)
    chosen = {package: None for variants in VARIANTS.values() for package in variants.values()}
    rctx.file(
        "requirements.bzl",
        _REQUIREMENTS.format(all = repr(["@pypi//" + n for n in names if n not in chosen])),
        executable = False,
    )

_pypi_hub = repository_rule(
    implementation = _pypi_hub_impl,
)

def pypi_repositories():
    """Declares @pypi and a repository @pypi_NAME for each package."""
    for name, package in PACKAGES.items():
        _pypi_package(
            name = "pypi_" + name,
            debs = package.debs,
            deps = package.deps,
            libs = name.partition("_")[0] + ".libs",
            shared_libraries = package.shared_libraries,
        )
    _pypi_hub(name = "pypi")
