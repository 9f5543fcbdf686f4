"""JSON documents on stdout: numbers that JSON knows, text that no terminal can be steered by."""

import json
from collections.abc import Mapping
from typing import Any

import click

from foedus.documents import plain

__all__ = ["plain", "print_json"]


def print_json(document: Mapping[str, Any]) -> None:
    """Print one document. Letters beyond ASCII are escaped, so that it arrives whole everywhere."""
    click.echo(json.dumps(plain(document), indent=2, allow_nan=False))
