"""A module to reload, copied and edited."""

count = globals().get("count", 0) + 1
text = "first"


def describe():
    return f"{text} {count}"
