"""Templates, made ready when they are read: what is the same on every page is worked out once.

A page holds hundreds of texts, addresses and plain values. Django translates and reverses each of them anew, and asks
of each value whether it is a number to write the local way, a time, or a text still to be translated.
"""

from collections.abc import Callable
from html import escape
from typing import Any

from django.conf import settings
from django.template import Context, Node, Origin, Template
from django.template.base import FilterExpression, VariableNode, render_value_in_context
from django.template.defaulttags import URLNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode


class Loader(cached.Loader):
    """Keeps templates as Django's does; the first time, it makes them ready."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        is_known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not is_known:
            make_ready(template)
        return template


def make_ready(template: Template) -> None:
    """Let each node that can say the same in a quicker way do so."""
    for kind, quicker, may_be in QUICKER:
        for node in template.nodelist.get_nodes_by_type(kind):
            # What is made of these kinds by others may say something else.
            if type(node) is kind and may_be(node):
                node.__class__ = quicker


class PlainVariable(VariableNode):
    """A value without filters: nearly always a text, to be escaped and no more."""

    def render(self, context: Context) -> str:
        value = self.filter_expression.resolve(context)
        if type(value) is str and context.autoescape:
            return escape(value)
        return str(render_value_in_context(value, context))


class _Once(Node):
    """Something that is the same on every page."""

    said: str | None = None

    def render(self, context: Context) -> str:
        if self.said is None:
            self.said = super().render(context)
        return self.said


class SteadyText(_Once, TranslateNode):
    """A text of the page itself."""


class NamedText(TranslateNode):
    """A text of the page itself, given a name."""

    said: str | None = None

    def render(self, context: Context) -> str:
        name = str(self.asvar)
        if self.said is None:
            super().render(context)
            self.said = context[name]
        context[name] = self.said
        return ""


class SteadyAddress(_Once, URLNode):
    """The address of a page without parameters."""


class SteadyFile(_Once, StaticNode):
    """The address of a style, script or picture."""


def _is_plain(node: VariableNode) -> bool:
    value = node.filter_expression
    return value.is_var and bool(value.var.lookups) and not value.filters and not value.var.translate


def _is_constant(value: FilterExpression) -> bool:
    """Tell whether it was written out in the template."""
    return not value.filters and not (value.is_var and value.var.lookups)


def _is_own_text(node: TranslateNode) -> bool:
    is_one_language = len(settings.LANGUAGES) == 1
    return is_one_language and _is_constant(node.filter_expression) and not node.message_context


def _is_steady_text(node: TranslateNode) -> bool:
    return _is_own_text(node) and not node.asvar


def _is_named_text(node: TranslateNode) -> bool:
    return _is_own_text(node) and bool(node.asvar)


def _is_steady_address(node: URLNode) -> bool:
    return _is_constant(node.view_name) and not (node.args or node.kwargs or node.asvar)


def _is_steady_file(node: StaticNode) -> bool:
    return _is_constant(node.path) and not node.varname


# What a node of Django becomes, and when.
QUICKER: list[tuple[type[Node], type[Node], Callable[[Any], bool]]] = [
    (VariableNode, PlainVariable, _is_plain),
    (TranslateNode, SteadyText, _is_steady_text),
    (TranslateNode, NamedText, _is_named_text),
    (URLNode, SteadyAddress, _is_steady_address),
    (StaticNode, SteadyFile, _is_steady_file),
]
