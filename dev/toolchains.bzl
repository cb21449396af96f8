"""Declares, in //dev, a Python toolchain for each interpreter, chosen by the flag //dev:python."""

load(":interpreters.bzl", "INTERPRETERS")

def interpreter_toolchains():
    """For each interpreter NAME: a config_setting NAME and a toolchain NAME_toolchain.

    They name the interpreters' repositories only by label, so that Bazel fetches none but the chosen one.
    """
    for name, repository in INTERPRETERS.items():
        native.config_setting(
            name = name,
            flag_values = {":python": name},
        )
        native.toolchain(
            name = name + "_toolchain",
            target_settings = [":" + name],
            toolchain = "@{}//:runtime_pair".format(repository),
            toolchain_type = "@rules_python//python:toolchain_type",
        )
