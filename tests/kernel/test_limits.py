import time_machine
from redis.exceptions import ConnectionError as RedisGone

from helpdesk.kernel.limits import Limit

LIMIT = Limit("test", times=2, seconds=60)


def test_the_third_within_the_window_waits_until_the_next_and_others_do_not():
    with time_machine.travel("2026-11-23T12:00:10Z", tick=False):
        assert [LIMIT.wait_s("10.0.0.1") for _ in range(3)] == [0, 0, 50]
        assert LIMIT.wait_s("10.0.0.2") == 0
    with time_machine.travel("2026-11-23T12:01:00Z", tick=False):
        assert LIMIT.wait_s("10.0.0.1") == 0


def test_what_is_counted_by_size_ends_at_the_same_number():
    with time_machine.travel("2026-11-23T12:00:10Z", tick=False):
        bytes_sent = Limit("bytes", times=100, seconds=60)
        assert [bytes_sent.wait_s("10.0.0.1", size) for size in (60, 40, 1)] == [0, 0, 50]
        assert bytes_sent.wait_s("10.0.0.2", 101) == 50


class DeadCache:
    def add(self, *_args, **_options):
        raise RedisGone("no redis")


def test_without_a_cache_people_go_on_and_only_what_guards_a_secret_is_refused(monkeypatch):
    monkeypatch.setattr("helpdesk.kernel.limits.cache", DeadCache())

    assert Limit("post", times=1, seconds=60).wait_s("x") == 0
    assert Limit("sign-in", times=1, seconds=60, guards=True).wait_s("x") == 60


class ForgetfulCache(dict):
    def add(self, *_args, **_options):
        return False

    def incr(self, key, amount):
        raise ValueError(key)

    def set(self, key, value, **_options):
        self[key] = value


def test_a_counter_that_made_room_for_another_begins_again(monkeypatch):
    monkeypatch.setattr("helpdesk.kernel.limits.cache", ForgetfulCache())

    assert Limit("post", times=1, seconds=60).wait_s("x") == 0
