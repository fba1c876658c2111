from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from helpdesk.portal.demo import user_with_secret
from helpdesk.portal.sessions import begin_session, home_of_user


@require_GET
def sign_in(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in as a fictitious person, in the demo only."""
    user = user_with_secret(secret) if settings.DEMO else None
    if user is None:
        raise Http404
    begin_session(request, user)
    return HttpResponseRedirect(home_of_user(user))
