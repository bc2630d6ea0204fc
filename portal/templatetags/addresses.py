"""`{% url %}` that works out each address once: a list links to the same few again and again; a template builtin."""

from functools import lru_cache
from typing import Final

from django import template
from django.conf import settings
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as read_url
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()
# What is told apart by comparing: 1 and "1" lead to the same place, 1 and True do not.
PLAIN: Final = (int, str)


class AddressNode(URLNode):
    """Django's own node, with the addresses remembered that have only plain arguments."""

    def render(self, context: Context) -> str:
        arguments = tuple([argument.resolve(context) for argument in self.args])
        if self.kwargs or not all(type(argument) in PLAIN for argument in arguments):
            return super().render(context)
        name = str(self.view_name.resolve(context))
        try:
            address = _address(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), name, arguments)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            address = ""
        if self.asvar is None:
            return address
        context[self.asvar] = address
        return ""


@lru_cache(maxsize=4096)
def _address(urlconf: str, prefix: str, name: str, arguments: tuple[int | str, ...]) -> str:
    """Escaped already; `prefix` tells addresses of another mount point apart."""
    return SafeString(conditional_escape(reverse(name, urlconf=urlconf, args=arguments)))


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """The address of a page by its name and arguments."""
    node = read_url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
