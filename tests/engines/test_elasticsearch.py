"""The Elasticsearch that tests run against is a genuine one."""

import json
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.engines.services import Elasticsearch, free_port


@pytest.mark.elasticsearch
def test_it_says_what_it_is_and_is_of_the_version_we_support(elasticsearch_url):
    parts = urlsplit(elasticsearch_url)
    with closing(HTTPConnection(parts.hostname, parts.port, timeout=10)) as link:
        link.request("GET", "/_nodes")
        answer = link.getresponse()
        assert answer.headers["X-elastic-product"] == "Elasticsearch"
        nodes = json.loads(answer.read())["nodes"].values()
    assert {node["version"].split(".")[0] for node in nodes} <= {"8", "9"}


def test_a_process_that_has_another_one_s_number_is_not_taken_for_the_server(tmp_path):
    server = Elasticsearch(tmp_path, free_port())
    (tmp_path / "pid").write_text("1")
    assert (server.pid, server.is_running()) == (None, False)
    server.stop()
