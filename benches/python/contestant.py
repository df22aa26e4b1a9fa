"""What every contestant in Python has in common: its ballast and the line protocol.

The protocol: for each line "N" on stdin do N units of work, answer one line with the nanoseconds it took.
"""

import mmap
import sys
import time

PAGE = 4096


def touch_memory(mebibytes):
    """Private, small pages, written to: memory of which a fork would have to copy the page tables.

    The caller keeps what is returned for as long as the memory shall stay.
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
    """Answers batches until stdin ends; `batch` gets the number of units to do."""
    for line in sys.stdin:
        count = int(line)
        begin = time.monotonic_ns()
        batch(count)
        print(time.monotonic_ns() - begin, flush=True)
