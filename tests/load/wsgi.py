"""The application with the bare view beside its pages, for a web server that is measured."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
settings.ROOT_URLCONF = "tests.load.urls"
