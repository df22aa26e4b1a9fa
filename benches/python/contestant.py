"""The code that all contestants in Python share: ballast and the line protocol.

The protocol: for each line "N" on stdin, do N units of work and answer one line with the nanoseconds that they took.
"""

import mmap
import sys
import time

PAGE = 4096


def touch_memory(mebibytes):
    """Private memory in small pages, written to, so that a fork has to copy its page tables.

    The caller keeps the result as long as it needs the memory.
    """
    size = mebibytes << 20
    if size == 0:
        return None
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    for offset in range(0, size, PAGE):
        memory[offset] = 1
    return memory


def serve(batch):
    """Answers batches until stdin ends. `batch` gets the number of units."""
    for line in sys.stdin:
        count = int(line)
        begin = time.monotonic_ns()
        batch(count)
        print(time.monotonic_ns() - begin, flush=True)
