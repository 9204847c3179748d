import os

from django.core.wsgi import get_wsgi_application

from evidence.files.working import work_here
from evidence.web.whole import WholeRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")
application = get_wsgi_application()
work_here()
application.request_class = WholeRequest
