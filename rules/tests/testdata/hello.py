"""A program for tests of the rules."""

from rules.tests.testdata import greeting

if __name__ == "__main__":
    print(greeting.GREETING)
