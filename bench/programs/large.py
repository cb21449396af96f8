"""A large program: every third-party package of the others and 60 libraries with a sys.path entry each."""

import os
import time

start = time.perf_counter_ns()

import importlib
import sys

import asgiref.sync
import boto3
import botocore.session
import click
import dateutil.parser
import django.core.management
import django.db.models
import django.forms
import django.http
import django.template
import django.urls
import flask
import jinja2
import numpy
import pandas
import requests
import s3transfer.manager
import sqlalchemy.orm
import sqlparse

LIBRARIES = 60
MODULES = 5

modules = [importlib.import_module(f"dep_{i}.p0.m{j}") for i in range(LIBRARIES) for j in range(MODULES)]

end = time.perf_counter_ns()

print("libraries", sum(getattr(module, f"parse_{i % MODULES}")("name=7").value for i, module in enumerate(modules)))
print("jinja2", jinja2.Template("{{ n }} things").render(n=3))
print("sqlparse", sqlparse.format("select a from b", keyword_case="upper"))
print("sqlalchemy", sqlalchemy.select(sqlalchemy.column("a")).where(sqlalchemy.column("b") == 1))
print("dateutil", dateutil.parser.parse("2024-01-02T03:04:05").isoformat())
print("numpy", numpy.arange(10).sum())
print("pandas", pandas.Series([1, 2, 3]).sum())
print("requests", requests.Request("GET", "http://localhost/", params={"a": 1}).prepare().url)
print("flask", flask.Flask("large").name)
if len(sys.modules) < 600:
    raise SystemExit(f"{len(sys.modules)} modules, expected at least 600")

if os.environ.get("BENCH_IMPORT_FD"):
    os.write(int(os.environ["BENCH_IMPORT_FD"]), b"%d" % (end - start))
