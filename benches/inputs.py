"""The inputs of the benchmark: the state that hooks get, a config.json, and a document of 10,000 hooks."""

import json
from pathlib import Path

MANY_HOOKS = 10_000

# Values for the placeholders of the example bundle's template. The spec requires absolute paths.
PLACEHOLDERS = {"@BUNDLE@": "/var/lib/containers/demo", "@SCRATCH@": "/var/lib/containers/demo/scratch"}


def state():
    """A state of the size that container engines send."""
    container = "4cb4f2b7c5b04f2a9f3fd1be4b8d2ce8f6b2b1d3f0a94e5c8a7d6e5f4c3b2a19"
    return json.dumps(
        {
            "ociVersion": "1.2.0",
            "id": container,
            "status": "created",
            "pid": 4242,
            "bundle": f"/run/containers/storage/overlay-containers/{container}/userdata",
            "annotations": {
                "io.kubernetes.cri.container-type": "container",
                "io.kubernetes.cri.sandbox-name": "web-7d4b9c6f5d-x2x9p",
                "io.kubernetes.cri.sandbox-namespace": "production",
            },
        }
    )


def many_hooks():
    """A hooks object with the given number of hooks, as an engine with plugins would write it."""
    hooks = [
        {
            "path": f"/usr/libexec/oci/hooks.d/plugin-{number:05}",
            "args": [f"plugin-{number:05}", "--root", "/run/containers", "--stage", "createRuntime"],
            "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", f"PLUGIN_INDEX={number}"],
            "timeout": 1 + number % 60,
        }
        for number in range(MANY_HOOKS)
    ]
    return json.dumps({"createRuntime": hooks})


def config(template):
    """The config.json of the example bundle, with absolute paths for its placeholders."""
    text = template.read_text()
    for name, value in PLACEHOLDERS.items():
        text = text.replace(name, value)
    return text


def write(directory, template):
    """Writes all inputs and returns their paths by name."""
    directory.mkdir(parents=True, exist_ok=True)
    texts = {"state": state(), "config": config(template), "hooks": many_hooks()}
    paths = {}
    for name, text in texts.items():
        paths[name] = Path(directory, f"{name}.json")
        paths[name].write_text(text)
    return paths
