"""Rate limits: who is counted, by which process, and what happens when the shared counter is away."""
from __future__ import annotations

import asyncio
import secrets

import pytest

from bot.safety.limits import Limits, NoLimits, network


async def refused(limits: Limits, times: int, what: str = "messages", address: str | None = "10.0.0.1", visitor: str | None = "one") -> list[int]:
    return [seconds for _ in range(times) if (seconds := await limits.wait(what, address, visitor))]


def test_a_visitor_is_stopped_after_a_burst_and_others_are_not():
    async def knock():
        limits = Limits()
        assert await refused(limits, 15) == []
        [seconds] = await refused(limits, 1)
        assert 1 <= seconds <= 10
        assert await refused(limits, 1, visitor="two") == []
    asyncio.run(knock())


def test_an_address_is_stopped_whatever_visitors_it_invents():
    async def knock():
        limits = Limits()
        for number in range(300):
            assert await limits.wait("messages", "10.0.0.1", f"visitor {number}") == 0
        assert await limits.wait("messages", "10.0.0.1", "one more") > 0
        assert await limits.wait("messages", "10.0.0.2", "somebody") == 0
    asyncio.run(knock())


def test_a_channel_without_addresses_counts_its_visitors():
    async def knock():
        limits = Limits()
        for number in range(400):
            assert await limits.wait("messages", None, f"visitor {number}") == 0
        assert len(await refused(limits, 16, address=None)) == 1
    asyncio.run(knock())


def test_limits_can_be_off():
    assert asyncio.run(refused(NoLimits(), 1000)) == []


def redis_url() -> str:
    import redis

    url = "redis://127.0.0.1:6379/0"
    try:
        redis.Redis.from_url(url, socket_timeout=1).ping()
    except redis.RedisError:
        pytest.skip("no Redis on 127.0.0.1:6379")
    return url


def test_two_processes_count_together_through_redis():
    visitor = secrets.token_hex(8)

    async def knock():
        one, other = Limits(redis_url()), Limits(redis_url())
        assert await refused(one, 8, address=None, visitor=visitor) == []
        assert await refused(other, 7, address=None, visitor=visitor) == []
        assert len(await refused(one, 1, address=None, visitor=visitor)) == 1
        assert len(await refused(other, 1, address=None, visitor=visitor)) == 1
    asyncio.run(knock())


def test_without_redis_a_process_counts_by_itself_and_nobody_waits_for_it():
    async def knock():
        limits = Limits("redis://127.0.0.1:1/0")
        assert await refused(limits, 15) == []
        assert len(await refused(limits, 1)) == 1
    asyncio.run(knock())


@pytest.mark.parametrize(("address", "counted"), [
    ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", "unknown"), ("x", "unknown"),
])
def test_an_address_counts_as_the_network_one_person_has(address, counted):
    assert network(address) == counted
