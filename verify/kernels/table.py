"""The kernels to boot, and the sources of their packages."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Kernel:
    """One kernel: its version, the Debian release that has it, and the architecture by Debian's name."""

    version: str
    release: str
    architecture: str

    @property
    def name(self):
        return f"{self.version}-{self.architecture}"


@dataclasses.dataclass(frozen=True)
class Architecture:
    """Other names of an architecture, and its emulator."""

    triplet: str
    rust: str
    emulator: tuple
    console: str


KERNELS = [
    # Lacks close_range's flags, cgroup.kill, and a pidfd that signals a group or reports the exit status: uses the
    # fallbacks.
    Kernel("5.10", "bullseye", "amd64"),
    # Has cgroup.kill, but none of the features of 6.9 and later.
    Kernel("6.1", "bookworm", "amd64"),
    # Has a pidfd that signals a group (6.9) and opens namespaces (6.11).
    Kernel("6.12", "trixie", "amd64"),
    Kernel("6.1", "bookworm", "arm64"),
    Kernel("6.12", "trixie", "arm64"),
]

ARCHITECTURES = {
    "amd64": Architecture(
        triplet="x86_64-linux-gnu",
        rust="x86_64-unknown-linux-gnu",
        emulator=("qemu-system-x86_64", "-cpu", "max"),
        console="ttyS0",
    ),
    "arm64": Architecture(
        triplet="aarch64-linux-gnu",
        rust="aarch64-unknown-linux-gnu",
        emulator=("qemu-system-aarch64", "-machine", "virt", "-cpu", "max"),
        console="ttyAMA0",
    ),
}
