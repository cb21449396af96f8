"""A program that computes at its start what a training records."""

import dataclasses
import re
import sys

WORD = re.compile(r"(?P<word>[a-z]+)(?P<number>\d+)?")


@dataclasses.dataclass(frozen=True)
class Found:
    word: str
    number: str


def main():
    print([Found(*match.groups()) for match in WORD.finditer("ab12 c")], sys.argv[1:])
    print(exec("found = Found('eval', None)", globals()), found, re.sub("[x-z]+", "", "axyz"))  # noqa: F821


if __name__ == "__main__":
    main()
