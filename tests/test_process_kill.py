"""The killed processes of tests have their own connections, so no other process waits for them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from tests.process_kill import die, killed_in


def _dies_if_it_has_its_own_connection() -> None:
    if connection.connection is None:
        die()


@pytest.mark.django_db(transaction=True)
def test_killed_process_has_its_own_database_connection():
    connection.ensure_connection()

    killed_in(_dies_if_it_has_its_own_connection)


@pytest.mark.django_db(transaction=True)
def test_killed_process_has_its_own_connection_after_a_browser_ran():
    # What drives the browser runs a loop in its thread, and Django keeps the connections of a
    # loop apart from those of the thread; a new process has no loop, so it has the thread's.
    async def in_a_loop() -> None:
        killed_in(_dies_if_it_has_its_own_connection)

    def in_a_thread() -> None:
        connection.ensure_connection()
        try:
            asyncio.run(in_a_loop())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(in_a_thread).result()
