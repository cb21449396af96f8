"""Declares, in //dev, a Python toolchain for each interpreter, chosen by the flag //dev:python."""

load("@bazel_skylib//rules:common_settings.bzl", "string_flag")
load(":interpreters.bzl", "DEFAULT_INTERPRETER", "INTERPRETERS")

def interpreter_toolchains(name):
    """The flag and, for each interpreter X, a config_setting X and a toolchain X_toolchain.

    They name the interpreters' repositories only by label, so that Bazel fetches none but the chosen one.

    Args:
        name: str, the flag's name.
    """
    string_flag(
        name = name,
        build_setting_default = DEFAULT_INTERPRETER,
        values = sorted(INTERPRETERS),
    )
    for interpreter, repository in INTERPRETERS.items():
        native.config_setting(
            name = interpreter,
            flag_values = {":" + name: interpreter},
        )
        native.toolchain(
            name = interpreter + "_toolchain",
            target_settings = [":" + interpreter],
            toolchain = "@{}//:runtime_pair".format(repository),
            toolchain_type = "@rules_python//python:toolchain_type",
        )
