"""One source and its listeners: who keeps up hears all, who does not is cut off, who leaves is forgotten."""

from typing import Any

import anyio

from backend.kit.fan_out import FanOut, FanOutResponse

WITHIN_S = 5.0


class Client:
    """The client's end of a response: takes `able` messages and then no more, and goes away when told."""

    def __init__(self, able: int = 1_000_000) -> None:
        self.able = able
        self.bodies: list[bytes] = []
        self.whole = False
        self.left = anyio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if self.able == 0:
            await anyio.sleep_forever()  # its window is full: nothing more goes out
        self.able -= 1
        if message["type"] == "http.response.body":
            self.bodies.append(message["body"])
            self.whole = not message["more_body"]


async def _respond(fan_out: FanOut, client: Client, heartbeat_s: float = 60.0) -> Any:
    response = FanOutResponse(fan_out, fan_out.join(), heartbeat_s)
    scope = {"type": "http", "asgi": {"spec_version": "2.3"}}
    return lambda: response(scope, client.receive, client.send)


def test_listener__keeps_up__hears_everything_and_the_end() -> None:
    async def story() -> None:
        fan_out, client = FanOut(2, 3), Client()
        with anyio.fail_after(WITHIN_S):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(await _respond(fan_out, client))
                for i in range(20):
                    fan_out.send(b"%d" % i)
                    await anyio.wait_all_tasks_blocked()
                fan_out.end()
        assert client.bodies == [b"%d" % i for i in range(20)] + [b""]
        assert client.whole
        assert len(fan_out) == 0

    anyio.run(story)


def test_listener__does_not_take_what_is_sent__is_cut_off_and_nobody_else() -> None:
    async def story() -> None:
        fan_out, slow, other = FanOut(2, 3), Client(able=2), Client()
        with anyio.fail_after(WITHIN_S):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(await _respond(fan_out, slow))
                tasks.start_soon(await _respond(fan_out, other))
                assert fan_out.is_full
                for i in range(6):  # one is taken, one is under way, three wait, the last is too much
                    assert len(fan_out) == 2
                    fan_out.send(b"%d" % i)
                    await anyio.wait_all_tasks_blocked()
                assert len(fan_out) == 1
                assert not slow.whole
                fan_out.end()
        assert other.bodies[:-1] == [b"%d" % i for i in range(6)]

    anyio.run(story)


def test_listener__goes_away__is_forgotten_at_once() -> None:
    async def story() -> None:
        fan_out, client = FanOut(1, 3), Client()
        with anyio.fail_after(WITHIN_S):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(await _respond(fan_out, client))
                await anyio.wait_all_tasks_blocked()
                client.left.set()
        assert len(fan_out) == 0
        fan_out.send(b"nobody hears this")

    anyio.run(story)


def test_listener__slow_when_the_source_ends__still_gets_what_is_queued() -> None:
    async def story() -> None:
        fan_out, client = FanOut(1, 3), Client()
        with anyio.fail_after(WITHIN_S):
            respond = await _respond(fan_out, client)
            fan_out.send(b"last words")
            fan_out.end()
            fan_out.send(b"too late")
            await respond()
        assert client.bodies == [b"last words", b""]

    anyio.run(story)


def test_listener__silence__a_comment_goes_out() -> None:
    async def story() -> None:
        fan_out, client = FanOut(1, 3), Client()
        with anyio.fail_after(WITHIN_S):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(await _respond(fan_out, client, heartbeat_s=0.01))
                await anyio.sleep(0.1)
                fan_out.end()
        assert client.bodies[:-1]
        assert set(client.bodies[:-1]) == {b": ping\n\n"}

    anyio.run(story)
