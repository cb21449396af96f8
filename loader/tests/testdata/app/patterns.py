"""Regular expressions that cover the syntax: what archives are trained with, and cases use."""
import re
import sys

import re_tests

WIDE = "".join(map(chr, range(0x400, 0x500, 3)))

SYNTAX = [
    r"", r"a", r"abc", r".", r"a.c", r"^abc$", r"\Aabc\Z", r"\babc\b", r"\Babc", r"a|b", r"a|b|", r"|a", r"abc|abd|ab",
    r"[abc]", r"[^abc]", r"[a-z]", r"[^a-z]", r"[]a]", r"[^]a]", r"[a-]", r"[-a]", r"[\]]", r"[\w-]", r"[\d\s]", r"[^\W\d_]",
    r"\d", r"\D", r"\s", r"\S", r"\w", r"\W", r"\d+\.\d*", r"\t\n\r\f\v\a\\", r"\x41", r"\101", r"\0", r"[\b]",
    r"a*", r"a+", r"a?", r"a{2}", r"a{2,}", r"a{,3}", r"a{2,3}", r"a{0}", r"a{0,0}b", r"a*?", r"a+?", r"a??", r"a{2,3}?",
    r"a{", r"a{x}", r"a{1", r"{1}", r"(a*)*", r"(a|b)*", r"(?:a|b)+", r"(?:ab)*c", r"(a+)+$",
    r"(a)", r"(a)(b)", r"((a)b)", r"(a)|(b)", r"(a)?b", r"(a)\1", r"(a)(b)\2\1", r"(?P<x>a)", r"(?P<x>a)(?P=x)",
    r"(?P<z>a)(?P<y>b)(?P<x>c)", r"(?P<n>a)|(b)|(?P<m>c)", r"()", r"(()())", r"(((((((((((a)))))))))))\11",
    r"(?=a)", r"(?!a)", r"(?<=a)b", r"(?<!a)b", r"(?<=ab|cd)e", r"(?=(a))a\1", r"(?<=(a))b", r"(?!)", r"(?=)",
    r"(a)?(?(1)b|c)", r"(?P<q>')?\w+(?(q)'|)", r"(a)(?(1)b)", r"(?:(a)|b)(?(1)c|d)",
    r"(?i)abc", r"(?s).", r"(?m)^a$", r"(?x) a b # comment", r"(?a)\w", r"(?u)\w", r"(?ims)a.b$", r"(?i:a)b", r"(?-i:a)b", r"a(?s:.)b",
    r"(?i)(?-i:a)b", r"(?x: a b )c d", r"(?m-s:^.)", r"(?#comment)a", r"a(?#x)b", r"(?a:\w)\w", r"(?u:\d)",
    r"[^\n]*\n", r"(?s:.*)x", r".*x.*y", r".*?x", r"x*y*z*", r"[a-f]+[0-9]{2,4}", r"(?:[a-z]+,)*[a-z]+", r"(?:)*", r"$^", r"$", r"^",
    "é", "[à-ÿ]", "ß", "ſ", "K", "[K]", "İ", "ı", "[ſ-ƀ]", "Σ", "[^Σ]", "ǆ", "ﬁ", "\U0001f600", "[\U0001f600-\U0001f64f]+", "[^\U00010000]",
    "[" + WIDE + "]", "[^" + WIDE + "]", "[a-zà-ÿ\u0100-\u017f\u4e00-\u9fff]", "[\x00-\xff]", "[\u0100-\uffff]", "\x00", "a\x00b",
    "abcabcabcabd", "aaaaab", "abababac", "(abcabd)+", "abc[def]", "(?:abc|abd)x", "prefix(?P<rest>.*)", "ab*c", "aab+",
    r"[\u0410-\u042f]", r"\u00e9", r"\U0001f600", r"\N{SNOWMAN}", r"(?P<\u00e9>a)".encode().decode("unicode_escape"),
    r"(?P<first_name>\w+)\s+(?P<last_name>\w+)", r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}",
    r"^(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:[T ](?P<t>\d\d:\d\d))?$", r'"(?:[^"\\]|\\.)*"', r"<(\w+)(?:\s[^>]*)?>(.*?)</\1>",
    r"(?x)\s*  (?P<key> [^\s=]+ ) \s*=\s*  (?P<value> .*? ) \s*$", r"(?:(?:(?:(?:(?:(?:a)b)c)d)e)f)*", "a" * 300, "(?:" + "|".join(f"w{i}" for i in range(200)) + ")",
    "(a)" * 120, "[[]a", "[]]", r"[a\-z]", r"[\--\/]", r"\.\*\+\?\(\)\[\]\{\}\^\$\|",
]
if sys.version_info >= (3, 11):
    SYNTAX += [r"(?>a+)b", r"(?>a|ab)c", r"a++b", r"a*+", r"a?+a", r"a{2,3}+a", r"(?:ab)++", r"((?>a*))b", r"(?>(a)|b)*+c", r"(?>.*?x)y"]
# Wrong, or with a warning.
WRONG = ["(", ")", "[", "a**", "*a", "(?P<x>a)(?P<x>b)", r"\1", "(?P=x)", "(?<=a*)b", "(?z)", "a(?i)b", "[z-a]", r"\y", "(?P<1>a)",
         "(?(1)a", "(?(x)a|b)", "a{3,2}", r"[\d-z]x", "[[a]", "[a--b]", "[a&&b]", "[a||b]", "[a~~b]", "(?L)a", "(?-u:a)", "\\"]
FLAGS = [0, re.I, re.M, re.S, re.X, re.A, re.I | re.A, re.I | re.M | re.S, re.X | re.I, re.U, re.I | re.U | re.X | re.M | re.S]
BYTES = [p.encode("latin-1") for p in SYNTAX if all(c < "\u0100" for c in p) and r"\u" not in p and r"\U" not in p and r"\N" not in p and "(?u" not in p]
BYTES_FLAGS = [0, re.I, re.S | re.M, re.X]

PATTERNS = [(p, f) for p in SYNTAX for f in FLAGS] + [(p, f) for p in BYTES for f in BYTES_FLAGS]
PATTERNS += [(p, 0) for p in WRONG] + [(b"\xff[\x80-\xfe]\x00", f) for f in BYTES_FLAGS] + [("lone \udc80", 0), ("memo", re.I), (b"memo", re.I)]

# What test_re.py does with the table, and more (Lib/test/test_re.py, ExternalTests, 3.14).
TESTSUITE_FLAGS = [0, re.I, re.M, re.S, re.A, re.X]
TESTSUITE = [(case[0], flags) for case in re_tests.tests for flags in TESTSUITE_FLAGS]
TESTSUITE += [(case[0].encode("ascii"), 0) for case in re_tests.tests if case[0].isascii()]

TEXTS = ["", "a", "ab", "abc", "ABC", "aaa", "aab", "b", "c", "abcabcabd", "x y", "a\nb\n", "A.b\r\n", "12.5", "2024-01-31T10:20", "key = value ", "10.0.0.1",
         "<b x='1'>t</b>", '"q\\"x" y', "'word'", "éÉàÿ", "ßſsSK", "İıiI", "Σσς", "ǆǅǄ", "ﬁfi", "\U0001f600x", "ЖжЪ\u0400", "\x00a\x00b",
         "ababac" * 3, "first last", "w17", "memo MEMO", "_ \t\f\v\\", "☃", "a" * 40, "abcdefabcdef"]


def compile_again(pattern, flags):
    """re.compile() without its cache; returns the exception of a wrong pattern."""
    re.purge()
    try:
        return re.compile(pattern, flags)
    except Exception as error:
        return error
