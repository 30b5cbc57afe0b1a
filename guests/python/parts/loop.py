"""An event loop without sockets or threads: where nothing is ready, it sleeps, which costs nothing."""

import asyncio
import time
from asyncio import base_events, events


class Clock:
    """Stands where a loop has its selector."""

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("the code waits for something that never happens")
        if timeout > 0:
            time.sleep(timeout)
        return []

    def close(self):
        pass


class Loop(base_events.BaseEventLoop):
    """The loop of `asyncio.run`."""

    def __init__(self):
        super().__init__()
        self._selector = Clock()

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass

    def run_in_executor(self, executor, func, *args):
        # There are no threads; the call is made now.
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def install():
    """Makes it the loop of asyncio."""
    asyncio.new_event_loop = events.new_event_loop = Loop
    asyncio.SelectorEventLoop = asyncio.EventLoop = Loop


def drive(coroutine):
    """Runs a coroutine to its end."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(coroutine)
