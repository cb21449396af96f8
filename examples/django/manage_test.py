"""Tests the command restock, on a database in memory."""

import io
import os
import unittest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

import django
from django.core.management import call_command
from django.core.management.base import CommandError

django.setup()

from inventory.models import Item


class RestockTest(unittest.TestCase):
    def test_restock(self):
        output = io.StringIO()
        call_command("restock", more=5, stdout=output, no_color=True)
        self.assertIn("TOP: 3 kinds\n  gloves  7\n", output.getvalue())
        self.assertEqual(Item.objects.get(name="shoes").count, 9)
        self.assertEqual([item.name for item in Item.objects.all()], ["gloves", "shoes", "socks"])

    def test_unknown_option(self):
        with self.assertRaises((CommandError, TypeError)):
            call_command("restock", "--less", stdout=io.StringIO())


if __name__ == "__main__":
    unittest.main()
