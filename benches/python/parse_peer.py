"""Python's json.loads. Arguments: FILE KIND (the last is ignored, because it parses any JSON)."""

import json
import sys
from pathlib import Path

from contestant import serve


def main():
    text = Path(sys.argv[1]).read_bytes()

    def batch(count):
        for _ in range(count):
            json.loads(text)

    serve(batch)


if __name__ == "__main__":
    main()
