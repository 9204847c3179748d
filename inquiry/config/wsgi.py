import os

from django.core.wsgi import get_wsgi_application

from evidence.web.whole import WholeRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")
application = get_wsgi_application()
application.request_class = WholeRequest
