"""Pickles of classes, instances and functions of archived modules and of __main__."""

import __main__
import copy
import pickle
import pickletools

from sample import shapes
from sample.language import noted


def run():
    for value in [
        shapes.Square, shapes.Square(3, tags=("a",)), shapes.Colour.GREEN, shapes.Point(1), shapes.Pair(2),
        shapes.Outer.Inner, shapes.double, shapes.Special.static, noted, shapes, __main__.in_main, __main__.InMain,
    ]:
        for protocol in (0, 2, pickle.HIGHEST_PROTOCOL):
            try:
                text = pickle.dumps(value, protocol)
            except Exception as error:
                print(type(error).__name__, error)
                continue
            print(text, pickle.loads(text) == value)
    pickletools.dis(pickle.dumps([shapes.Square(1), shapes.Outer.Inner(5)]))
    print(copy.deepcopy(shapes.Outer.Inner(8)) == shapes.Outer.Inner(8), pickle.loads(pickle.dumps(__main__.InMain(4))).value)
    try:
        pickle.dumps(shapes.triple)
    except Exception as error:
        print(type(error).__name__, error)
