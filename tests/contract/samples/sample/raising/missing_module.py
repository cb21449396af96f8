"""Imports a module that does not exist."""

import json

import no_such_module_anywhere.inner
