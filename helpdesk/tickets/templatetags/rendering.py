from django import template

from helpdesk.tickets.rendering import html_of

register = template.Library()
register.filter("html_of", html_of)
