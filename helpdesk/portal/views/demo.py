from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from helpdesk.portal.demo import user_with_secret
from helpdesk.portal.sessions import begin_session, home_of_user, local_path


@require_GET
def sign_in(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in as a fictitious person, in the demo only; who was on the way somewhere is sent on as by a password."""
    user = user_with_secret(secret) if settings.DEMO else None
    if user is None:
        raise Http404
    begin_session(request, user)
    if wished := local_path(request.GET.get("next", "")):
        return HttpResponseRedirect(f"{reverse('portal:sign_in')}?{urlencode({'next': wished})}")
    return HttpResponseRedirect(home_of_user(user))
