"""Reads and writes PDF in plain Python, without Django, Celery or the database."""

import os

# numpy is here for renumbering. Its linear algebra, which we never use, would start a thread with
# its own memory for each processor.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
