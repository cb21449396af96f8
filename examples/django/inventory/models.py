"""What is in stock."""

from django.core.exceptions import ValidationError
from django.db import models


def even(value):
    if value % 2:
        raise ValidationError("%(value)s is not even: things come in pairs", params={"value": value})


class Shelf(models.Model):
    name = models.CharField(max_length=20, unique=True)

    def __str__(self):
        return self.name


class Item(models.Model):
    name = models.SlugField(unique=True)
    count = models.PositiveIntegerField(default=0, validators=[even])
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="items")

    class Meta:
        ordering = ["name"]
