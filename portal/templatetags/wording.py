"""`{% translate %}` that looks each fixed text up once per language; a template builtin.

A page has hundreds of them, and a text without a translation is looked for in the catalogue of every app.
"""

from typing import Any

from django import template
from django.template.base import Parser, Token, Variable
from django.template.context import Context
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()


class WordingNode(TranslateNode):
    """Django's own node, with what it said remembered where the text stands in the template itself."""

    def __init__(self, node: TranslateNode) -> None:
        super().__init__(node.filter_expression, node.noop, node.asvar, node.message_context)
        text = self.filter_expression.var
        self.is_fixed = (
            isinstance(text, Variable)
            and isinstance(text.literal, str)
            and not self.filter_expression.filters
            and not self.message_context
        )
        self.speaker = TranslateNode(node.filter_expression, node.noop)
        self.said: dict[Any, str] = {}

    def render(self, context: Context) -> str:
        if not self.is_fixed:
            return super().render(context)
        key = (get_language(), context.autoescape)
        text = self.said.get(key)
        if text is None:
            text = self.said[key] = self.speaker.render(context)
        if not self.asvar:
            return text
        context[self.asvar] = text
        return ""


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> WordingNode:
    """A text in the reader's language."""
    return WordingNode(do_translate(parser, token))
