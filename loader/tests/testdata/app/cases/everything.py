"""Imports a large part of the standard library and uses some of it."""
import argparse, ast, asyncio, base64, bz2, calendar, cmd, collections.abc, concurrent.futures, configparser, contextlib
import copy, csv, dataclasses, datetime, decimal, difflib, dis, doctest, email.message, enum, fractions, ftplib
import functools, getpass, glob, gzip, hashlib, heapq, html.parser, http.client, http.server, inspect, io, ipaddress
import itertools, json, logging.config, lzma, mailbox, mimetypes, multiprocessing, numbers, operator, pathlib, pickle
import platform, plistlib, pprint, queue, random, re, sched, secrets, selectors, shelve, shlex, shutil, signal, smtplib
import socketserver, sqlite3, statistics, string, subprocess, tarfile, tempfile, textwrap, threading, timeit, tokenize
import traceback, types, typing, unittest.mock, urllib.request, uuid, wave, weakref, xml.dom.minidom, xml.etree.ElementTree
import xmlrpc.client, zipfile, zoneinfo


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: float = 1.0


async def main():
    await asyncio.sleep(0)
    return [Point(1) < Point(2)]


class Case(unittest.TestCase):
    def test(self):
        with unittest.mock.patch("json.dumps", return_value="x"):
            self.assertEqual(json.dumps(1), "x")


print(asyncio.run(main()))
print(unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Case)))
print(ast.unparse(ast.parse("x = {1: [a for a in b if a]}")))
print(re.findall(r"(?i)(\w+)@(?:\d+|x)", "a@1 b@x C@22"), string.Template("$a").substitute(a=1))
print(xml.dom.minidom.parseString("<a><b c='1'/></a>").toxml(), configparser.ConfigParser().sections())
print(decimal.Decimal("1.10") + 1, fractions.Fraction(3, 6), statistics.median([1, 5, 2]))
print(pickle.loads(pickle.dumps(Point(3, 4.5))), textwrap.fill("a b c " * 20, 30))
print(argparse.ArgumentParser(prog="p").format_help())
print(typing.get_type_hints(Point), inspect.signature(Point), enum.Enum("E", "a b").a)
print(concurrent.futures.ThreadPoolExecutor(2).submit(sum, [1, 2]).result())
print(hashlib.sha256(b"x").hexdigest(), uuid.UUID(int=5), ipaddress.ip_network("10.0.0.0/8").num_addresses)
with tempfile.TemporaryDirectory() as d:
    with zipfile.ZipFile(d + "/z.zip", "w") as z:
        z.writestr("m_in_zip.py", "X = __file__.rpartition('/')[2]")
    import sys
    sys.path.insert(0, d + "/z.zip")
    import m_in_zip
    print(m_in_zip.X)
logging.getLogger("x").warning("to stderr")
import warnings
warnings.warn("a warning", DeprecationWarning, stacklevel=1)
