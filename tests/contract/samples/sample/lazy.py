"""Has a module __getattr__ and __dir__."""

known = 1


def __getattr__(name):
    if name == "computed":
        return [known, 2]
    raise AttributeError(f"module {__name__!r} has no {name!r} today")


def __dir__():
    return ["computed", "known"]
