"""How often strangers may say something of articles, on the pages and over the API together."""

from helpdesk.kernel.limits import Limit

# A whole town hall may share one address.
FEEDBACK = Limit("article-feedback", times=300, seconds=600)
