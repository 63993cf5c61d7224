"""YAML text that every reader takes alike: what any of them may read as something else than text is quoted."""

from __future__ import annotations

from typing import Any

import yaml

from gx.contracts.scalars import AmbiguousScalar, resolve

_WIDEST = 10_000
"""Characters of a line before text is folded: folded text is hard to compare."""


class _Dumper(yaml.CSafeDumper):
    """Writes plain values; no anchors, since each value is written where it is used."""

    def ignore_aliases(self, data: Any) -> bool:
        """No value is ever referred to."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Text, quoted where a reader of YAML 1.2 would see a number; PyYAML itself knows those of YAML 1.1."""
    style = None if _is_plain(text) else "'"
    found: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return found


def _is_plain(text: str) -> bool:
    try:
        return resolve(text) == text
    except AmbiguousScalar:
        return False


_Dumper.add_representer(str, _text)


def yaml_text(value: Any) -> str:
    """The value as YAML in blocks, in the order of its keys."""
    written: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDEST, default_flow_style=False
    )
    return written
