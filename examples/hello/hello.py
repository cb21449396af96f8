"""Says hello with much of the standard library loaded, and does a little work with it.

Standard output is the same under py_binary and py_cds_binary. Standard error tells how
many modules came out of the archive.
"""

import argparse
import ast
import asyncio
import base64
import bisect
import bz2
import calendar
import cmd
import code
import collections
import colorsys
import concurrent.futures
import configparser
import contextlib
import copy
import cProfile
import csv
import ctypes
import dataclasses
import datetime
import decimal
import difflib
import dis
import doctest
import email.message
import email.policy
import enum
import filecmp
import fileinput
import fnmatch
import fractions
import functools
import getpass
import gettext
import glob
import graphlib
import gzip
import hashlib
import heapq
import hmac
import html.parser
import http.client
import http.cookies
import http.server
import imaplib
import importlib.metadata
import importlib.resources
import inspect
import ipaddress
import json
import linecache
import logging.config
import logging.handlers
import lzma
import mailbox
import mimetypes
import multiprocessing
import netrc
import numbers
import optparse
import pathlib
import pdb
import pickle
import pickletools
import pkgutil
import platform
import plistlib
import pprint
import pyclbr
import queue
import quopri
import random
import re
import sched
import secrets
import selectors
import shelve
import shlex
import shutil
import smtplib
import socket
import socketserver
import sqlite3
import ssl
import statistics
import string
import subprocess
import sys
import tabnanny
import tarfile
import tempfile
import textwrap
import threading
import timeit
import tokenize
import tomllib
import trace
import traceback
import types
import typing
import unittest.mock
import urllib.request
import urllib.robotparser
import uuid
import wave
import weakref
import wsgiref.simple_server
import xml.dom.minidom
import xml.etree.ElementTree
import xmlrpc.client
import zipfile
import zoneinfo


@dataclasses.dataclass(frozen=True)
class Greeting:
    """One greeting: whom, and in which words."""

    name: str
    words: str = "Hello"

    def __str__(self):
        return f"{self.words}, {self.name}!"


def report():
    """Returns the lines that the program prints: a small result from many modules."""
    squares = statistics.mean(n * n for n in range(10))
    tree = xml.etree.ElementTree.fromstring("<a><b c='1'/><b c='2'/></a>")
    database = sqlite3.connect(":memory:")
    (answer,) = database.execute("select 6 * 7").fetchone()
    database.close()
    return [
        str(Greeting("world")),
        f"json: {json.dumps({'b': [1, 2.5, None], 'a': True}, sort_keys=True)}",
        f"re: {re.sub(r'(?P<word>[a-z]+)', lambda m: m['word'].title(), 'ahead of time')}",
        f"sha256: {hashlib.sha256(b'hello').hexdigest()[:16]}",
        f"fraction: {fractions.Fraction(3, 4) + fractions.Fraction(1, 6)}",
        f"decimal: {decimal.Decimal('0.1') + decimal.Decimal('0.2')}",
        f"date: {datetime.date(2024, 2, 29) + datetime.timedelta(days=366)}",
        f"mean: {squares}",
        f"xml: {[b.get('c') for b in tree]}",
        f"sqlite: {answer}",
        f"csv: {next(csv.reader(['a;b,c;d'], delimiter=';'))}",
        f"toml: {tomllib.loads('[x]' + chr(10) + 'y = 1')}",
        f"network: {ipaddress.ip_network('192.0.2.0/29').num_addresses}",
        f"pickle: {pickle.loads(pickle.dumps(Greeting('pickle')))}",
        f"asyncio: {asyncio.run(asyncio.sleep(0, 'done'))}",
        textwrap.fill("A program that imports a hundred modules before it says a word.", 40),
    ]


def from_archive():
    """Returns how many modules came out of the archive; 0 under a stock start."""
    try:
        import _pycds
    except ImportError:
        return 0
    return len(_pycds.stats()["imported"])


def main():
    for line in report():
        print(line)
    print(f"{from_archive()} of {len(sys.modules)} modules came from the archive", file=sys.stderr)


if __name__ == "__main__":
    main()
