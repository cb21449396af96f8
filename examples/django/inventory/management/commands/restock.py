"""The command `restock`: migrates, fills the shelves, and prints what they hold."""

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Count, F, Sum
from django.template import engines
from inventory.models import Item, Shelf

REPORT = """{% for shelf in shelves %}{{ shelf|upper }}: {{ shelf.kinds }} kind{{ shelf.kinds|pluralize }}
{% for item in shelf.items.all %}  {{ item.name|ljust:8 }}{{ item.count }}
{% empty %}  (empty)
{% endfor %}{% endfor %}"""


class Command(BaseCommand):
    help = "Fills the shelves and prints what they hold."

    def add_arguments(self, parser):
        parser.add_argument("--more", type=int, default=10, help="how many of each item to add")

    def handle(self, *args, more, **options):
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            top, _ = Shelf.objects.get_or_create(name="top")
            Shelf.objects.get_or_create(name="bottom")
            for count, name in enumerate(["socks", "gloves", "shoes"]):
                Item.objects.create(name=name, count=2 * count, shelf=top)
        Item.objects.filter(count__gt=0).update(count=F("count") + more)
        try:
            Item(name="a hat", count=7, shelf=top).full_clean()
        except ValidationError as error:
            for field, messages in sorted(error.message_dict.items()):
                self.stdout.write(f"{field}: {messages[0]}")
        shelves = Shelf.objects.annotate(kinds=Count("items")).order_by("-name")
        self.stdout.write(engines["django"].from_string(REPORT).render({"shelves": shelves}))
        total = Item.objects.aggregate(total=Sum("count"))["total"]
        self.stdout.write(self.style.SUCCESS(f"{total} things in stock"))
