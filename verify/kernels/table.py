"""The kernels that are booted: which, and where their packages come from."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Kernel:
    """One kernel: its version, the Debian release that has it, and the architecture, in Debian's words."""

    version: str
    release: str
    architecture: str

    @property
    def name(self):
        return f"{self.version}-{self.architecture}"


@dataclasses.dataclass(frozen=True)
class Architecture:
    """What an architecture is called by others, and how it is emulated."""

    triplet: str
    rust: str
    emulator: tuple
    console: str


KERNELS = [
    # Before close_range's flags, cgroup.kill, a pidfd that signals a group or tells the exit status: the fallbacks are used.
    Kernel("5.10", "bullseye", "amd64"),
    # With cgroup.kill, and nothing of what came with 6.9 and later.
    Kernel("6.1", "bookworm", "amd64"),
    # With a pidfd that signals a group (6.9) and hands out namespaces (6.11).
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
