"""Settings of the example: one application, one SQLite database in memory."""

SECRET_KEY = "an example needs no secret"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "inventory"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
    }
]
USE_TZ = True
TIME_ZONE = "UTC"
