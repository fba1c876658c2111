"""An Elasticsearch that can be made to keep silent or go away."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from integrations.search.elastic.engine import ElasticsearchEngine
from tests.engines.gateway import Gateway


@pytest.fixture
def gateway(elasticsearch, settings) -> Iterator[Gateway]:
    """Stand between the engine and the cluster."""
    with Gateway(urlsplit(elasticsearch).port) as gateway:
        settings.ELASTICSEARCH_URL = gateway.url
        yield gateway


@pytest.fixture
def client(elasticsearch) -> Iterator[Elasticsearch]:
    with closing(Elasticsearch(elasticsearch)) as client:
        yield client


@pytest.fixture
def engine(gateway, settings) -> Iterator[ElasticsearchEngine]:
    with closing(ElasticsearchEngine("live")) as engine:
        yield engine
    gateway.open()
    settings.ELASTICSEARCH_URL = gateway.url
    with closing(ElasticsearchEngine("live")) as fresh:
        fresh.drop()
