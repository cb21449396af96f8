"""Compiles regular expressions and shows all that can be seen of them."""
import copy
import hashlib
import pickle
import re
import sys
import threading
import warnings

import patterns
import re_tests


def show(pattern):
    if not isinstance(pattern, re.Pattern):
        return type(pattern).__name__, str(pattern), sorted(vars(pattern).items(), key=str)
    return (repr(pattern), pattern.pattern, pattern.flags, pattern.groups, list(pattern.groupindex.items()), hash(pattern),
            type(pattern.pattern), type(pattern.flags))


def use(pattern):
    """The results of all kinds of matching over sample texts."""
    for text in patterns.TEXTS:
        if isinstance(pattern.pattern, bytes):
            text = text.encode("utf-8")
        for match in (pattern.match(text), pattern.search(text), pattern.fullmatch(text)):
            yield match and (match.span(), match.groups(), match.groupdict(), match.lastindex, match.lastgroup, match.regs)
        yield [m.span() for m in pattern.finditer(text)], pattern.split(text), pattern.findall(text), pattern.subn(text[:0], text)
    yield pattern.scanner(text).search() and 1


def syntax():
    for pattern, flags in patterns.PATTERNS:
        made = patterns.compile_again(pattern, flags)
        print(ascii((pattern, flags)), ascii(show(made)))
        if isinstance(made, re.Pattern):
            print(hashlib.sha256(repr(list(use(made))).encode("utf-8", "surrogatepass")).hexdigest())
        assert patterns.compile_again(pattern, flags) == made or isinstance(made, Exception)


def counted():
    """How many of the patterns importlib's user compiles itself; printed for the test alone."""
    import re._compiler
    count, original = 0, re._compiler._code

    def counting(*args):
        nonlocal count
        count += 1
        return original(*args)

    re._compiler._code = counting
    for pattern, flags in patterns.PATTERNS + patterns.TESTSUITE:
        patterns.compile_again(pattern, flags)
    print(count)


def library():
    """Patterns that modules of the standard library have compiled."""
    import cases.everything
    import gc
    found = sorted((o for o in gc.get_objects() if isinstance(o, re.Pattern)), key=repr)
    for name, module in sorted(sys.modules.items()):
        found += [o for o in getattr(module, "__dict__", {}).values() if isinstance(o, re.Pattern)]
    for pattern in sorted(found, key=repr):
        print(ascii(show(pattern)))


def testsuite():
    """CPython's own table."""
    for pattern, text, *rest in re_tests.tests:
        for flags in patterns.TESTSUITE_FLAGS:
            made = patterns.compile_again(pattern, flags)
            print(ascii((pattern, show(made))))
            if isinstance(made, re.Pattern) and isinstance(text, str):
                match = made.search(text)
                print(ascii(match and (match.span(), match.groups(), match.groupdict())))


def variants():
    """The same text in other types, with other flags, another time."""
    class Text(str):
        pass

    class Flags(int):
        pass

    for pattern in ("memo", b"memo", Text("memo"), bytearray(b"memo"), "mem" + "o"):
        for flags in (0, re.I, int(re.I), re.RegexFlag(2), Flags(2), True, re.I | re.A, re.LOCALE, re.NOFLAG, 2.0, None, -1, 1 << 33, re.U | re.A):
            try:
                print(ascii(show(patterns.compile_again(pattern, flags))))
            except BaseException as error:
                print(type(error), error)
    print(re.compile("memo", re.I) is re.compile("memo", re.I), re.compile(Text("memo")).pattern.__class__.__name__)
    first = re.compile("memo", re.I)
    re.purge()
    second = re.compile("memo", re.I)
    print(first is second, first == second, hash(first) == hash(second), first.pattern is second.pattern, len({first, second}))
    print(pickle.loads(pickle.dumps(first)) == first, copy.deepcopy(first) is first, re.compile(first) is first)
    print(sys.intern("memo") is first.pattern, first.groupindex, type(first.groupindex))
    for call in (lambda: re.compile(first, re.I), lambda: re.compile("memo", flags=[]), lambda: re.compile(), lambda: re.compile(None),
                 lambda: re._compiler.compile("memo"), lambda: re._compiler.compile("memo", flags=2), lambda: re._compiler.compile(p="memo", flags=2),
                 lambda: re._compiler.compile("memo", 2, 3), lambda: re._compiler.compile("memo", re.I), lambda: re._compiler.compile(b"memo", 2)):
        try:
            print(ascii(show(call())))
        except Exception as error:
            print(type(error).__name__)


def debug():
    for pattern, flags in (("memo", re.I | re.DEBUG), (r"(?P<x>a)(b)?(?(x)c|d)", re.DEBUG), (b"memo", re.DEBUG)):
        print(show(re.compile(pattern, flags)))
        print(show(re.compile(pattern, flags)))


def functions():
    """The functions of re that compile, twice each: with and without its cache."""
    for _ in range(2):
        print(re.findall("[abc]", "xaybzc"), re.sub("(a)(b)", r"\2\1", "abab"), re.split("a|b", "1a2b3"), re.escape("a.b"), re.sub("a*", "-", "xaax", count=2))
        print(re.search("(?P<x>a)", "ba"), re.match("a", "b"), re.fullmatch("abc", "abc"), list(re.finditer("a", "aa")), re.subn(b"a", b"b", b"aa"))
        print(re.sub("(?i)abc", lambda m: m[0].lower(), "xABCx"), re.Scanner([("a", 1), ("b", lambda s, t: t)]).scan("abba"))
        re.purge()


def warned():
    """Warnings come each time, and where they came before."""
    warnings.simplefilter("always")
    for pattern in ("[[a]", "[a--b]", "[a&&b]", "[a||b]", "[a~~b]", "memo", "[[a]"):
        for _ in range(2):
            re.purge()
            re.compile(pattern)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        re.purge()
        re.match("[[a]", "[")
    print([(w.category.__name__, str(w.message), w.filename.rpartition("/")[2], w.lineno) for w in seen])
    warnings.simplefilter("error")
    re.purge()
    try:
        re.compile("[[a]")
    except FutureWarning as error:
        print(error)


def watched():
    """Tracers and profilers see the Python functions that they saw."""
    for setter in (sys.settrace, sys.setprofile):
        seen = []
        setter(lambda frame, event, arg: seen.append((event, frame.f_code.co_name)) if event[0] != "c" or event == "call" else None)
        re.purge()
        re.compile("memo", re.I)
        setter(None)
        print(seen)


def threads():
    out = []

    def work():
        for pattern, flags in patterns.PATTERNS[:400]:
            made = patterns.compile_again(pattern, flags)
            out.append(isinstance(made, re.Pattern) and made.pattern == pattern)

    all_of_them = [threading.Thread(target=work) for _ in range(4)]
    for t in all_of_them:
        t.start()
    for t in all_of_them:
        t.join()
    print(len(out), out.count(True))


globals()[sys.argv[1]]()
