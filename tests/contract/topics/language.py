"""Runs code that uses most of the language, cold, hot, and a second time from a fresh import."""

import copy
import gc
import importlib
import pprint
import sys


def run():
    from sample import language

    first = language.results()
    pprint.pprint(first, width=110)
    for _ in range(3):
        language.hot()
    del sys.modules["sample.language"]
    again = importlib.import_module("sample.language")
    print(again is language, again.results() == first, language.results() == first)
    values = again.constants()
    print({value: type(value).__name__ for value in values if value.__hash__ and not isinstance(value, complex)})
    # "nan" aside, a constant is found by an equal value made at run time, and by identity if it is interned.
    table = {text: True for text in values if isinstance(text, str)}
    print([table.get("".join(list(text))) for text in values if isinstance(text, str)])
    print([sys.intern("".join(list(text))) is text for text in values if isinstance(text, str) and text.isidentifier()])
    print(copy.deepcopy(values) == values, [hash(value) for value in values if isinstance(value, (int, float))])
    print([value.encode("utf-8", "surrogateescape" if "\ud800" not in value else "surrogatepass") for value in table])
    print(gc.collect() >= 0, all(item is not None for item in gc.get_objects()))
