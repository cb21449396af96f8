"""A large program: every third-party package of the examples and 40 libraries with a sys.path entry each."""

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
import requests
import s3transfer.manager
import sqlalchemy.orm
import sqlparse

LIBRARIES = 40


def main():
    total = 0
    for i in range(LIBRARIES):
        for j in range(10):
            module = importlib.import_module(f"dep_{i}.p0.m{j}")
            total += getattr(module, f"parse_{j}")("name=7").value
    print("libraries", total)
    print("jinja2", jinja2.Template("{{ n }} things").render(n=3))
    print("sqlparse", sqlparse.format("select a from b", keyword_case="upper"))
    print("sqlalchemy", sqlalchemy.select(sqlalchemy.column("a")).where(sqlalchemy.column("b") == 1))
    print("dateutil", dateutil.parser.parse("2024-01-02T03:04:05").isoformat())
    print("numpy", numpy.arange(10).sum())
    print("requests", requests.Request("GET", "http://localhost/", params={"a": 1}).prepare().url)
    print("flask", flask.Flask("large").name)
    if len(sys.modules) < 600:
        raise SystemExit(f"{len(sys.modules)} modules, expected at least 600")


if __name__ == "__main__":
    main()
