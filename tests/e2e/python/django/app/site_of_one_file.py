"""A site of Django in one file."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["whitenoise.middleware.WhiteNoiseMiddleware"],
    ROOT_URLCONF=__name__,
    STATIC_ROOT="/app/static",
    STATIC_URL="/static/",
)


def root(_: HttpRequest) -> HttpResponse:
    """Return the one page."""
    return HttpResponse("django")


urlpatterns = [path("", root)]
application = get_wsgi_application()
