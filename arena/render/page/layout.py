"""How all pages are made: templates of this folder, filled with data in which nothing hides."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from arena.errors import visible
from arena.render.page.numbers import UNKNOWN
from arena.render.theme import DARK, LIGHT, Rgb, Theme


def page(template: str, **parts: Any) -> str:
    """A page as HTML, in both themes."""
    themes = {"light": _variables(LIGHT), "dark": _variables(DARK), "series": range(len(LIGHT.series))}
    return _environment().get_template(template).render(**themes, **parts)


def shown(value: Any) -> Any:
    """The same data without characters that hide or turn text around."""
    if isinstance(value, Mapping):
        return {visible(str(key)): shown(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [shown(part) for part in value]
    return visible(value) if isinstance(value, str) else value


@cache
def _environment() -> Environment:
    """Every value is escaped, a misspelt one is an error."""
    loader = PackageLoader("arena.render.page", ".")
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.filters["thousands"] = lambda number: UNKNOWN if number is None else f"{number:,.0f}"
    return found


def _variables(theme: Theme) -> Markup:
    """A theme as variables of CSS."""
    named = {name: getattr(theme, name) for name in ("page", "beyond", "grid", "edge", "ink", "muted", "goal")}
    colors = named | {f"c{k}": color for k, color in enumerate(theme.series)}
    return Markup(" ".join(f"--{name}: {_rgb(color)};" for name, color in colors.items()))


def _rgb(color: Rgb) -> str:
    return "rgb({} {} {})".format(*color)
