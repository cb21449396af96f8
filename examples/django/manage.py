"""Django's manage.py: `manage.py restock` makes its own database in memory and works on it."""

import os
import sys

from django.core.management import execute_from_command_line


def main(arguments=None):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    execute_from_command_line(["manage.py", *(arguments or sys.argv[1:] or ["restock"])])


if __name__ == "__main__":
    main()
