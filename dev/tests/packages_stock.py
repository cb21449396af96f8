"""The packages of @pypi work: each does something of its own, with its data files and metadata."""

import importlib.metadata
import sys
import unittest
import warnings


class PackagesTest(unittest.TestCase):
    def test_one_path_entry_each(self):
        """As pip.parse's: sys.path has one entry for each distribution."""
        entries = [path for path in sys.path if path.endswith("/site-packages")]
        self.assertGreaterEqual(len(entries), 20)

    def test_metadata(self):
        for name in ("boto3", "botocore", "Django", "flask", "jinja2", "python-dateutil", "requests", "SQLAlchemy", "werkzeug"):
            with self.subTest(name):
                self.assertRegex(importlib.metadata.version(name), r"^\d+\.\d+")

    def test_boto3(self):
        import boto3

        client = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
        url = client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
        self.assertIn("bucket", url)

    def test_flask(self):
        import flask

        app = flask.Flask(__name__)
        app.route("/")(lambda: flask.render_template_string("1 + 1 = {{ n }}", n=2))
        self.assertEqual(app.test_client().get("/").data, b"1 + 1 = 2")

    def test_sqlalchemy(self):
        import sqlalchemy

        with sqlalchemy.create_engine("sqlite://").connect() as connection:
            self.assertEqual(connection.execute(sqlalchemy.text("SELECT 1 + 1")).scalar(), 2)

    def test_sqlalchemy_extension_modules(self):
        from sqlalchemy.util import has_compiled_ext

        # Debian builds them for 3.14 and 3.15; the others use the fallback in Python.
        self.assertEqual(has_compiled_ext(), sys.version_info >= (3, 14))

    def test_requests(self):
        import requests

        request = requests.Request("GET", "http://localhost/", params={"q": "1"}).prepare()
        self.assertEqual(request.url, "http://localhost/?q=1")

    def test_django(self):
        import django
        import django.conf
        import django.core.management
        from django.contrib.staticfiles import finders
        from django.urls import path
        from django.db import connection
        from django.template import loader

        django.conf.settings.configure(
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
            INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages", "django.contrib.sessions", "django.contrib.staticfiles"],
            ROOT_URLCONF=__name__,
            STATIC_URL="/static/",
            TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        )
        django.setup()
        from django.contrib import admin

        globals()["urlpatterns"] = [path("admin/", admin.site.urls)]
        django.core.management.call_command("migrate", verbosity=0)
        self.assertIn("auth_user", connection.introspection.table_names())
        self.assertIn("Django", loader.render_to_string("admin/base_site.html", {"site_header": "Django"}))
        # A file that Debian keeps in another package, behind a link.
        self.assertIsNotNone(finders.find("admin/js/vendor/jquery/jquery.js"))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    unittest.main(warnings="ignore")
