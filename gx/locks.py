"""Locks on files between processes; the kernel lets go of one when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import time


def lock_within(descriptor: int, kind: int, seconds: float) -> bool:
    """Take the lock within that time, or say that it could not be had."""
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        else:
            return True
