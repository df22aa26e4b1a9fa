"""Python's subprocess, with the state as input, both outputs captured and a timeout.

Arguments: HOOK STATE MIB HOOKS_PER_PHASE (the last is ignored).
"""

import subprocess
import sys
from pathlib import Path

from contestant import serve, touch_memory

TIMEOUT_SECONDS = 5


def main():
    hook, state_file, mebibytes, _ = sys.argv[1:]
    state = Path(state_file).read_bytes()
    ballast = touch_memory(int(mebibytes))  # noqa: F841 - kept until the end

    def batch(count):
        for _ in range(count):
            subprocess.run([hook], input=state, capture_output=True, timeout=TIMEOUT_SECONDS, check=True)

    serve(batch)


if __name__ == "__main__":
    main()
