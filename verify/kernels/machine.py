"""An emulated machine: boots a kernel with a guest, and reads its console."""
import dataclasses
import re
import subprocess

from table import ARCHITECTURES

# All tests take about twenty minutes in the emulator, and far more on a shared machine.
SECONDS = 3600
MEMORY_MIB = 2048
PROCESSORS = 2


@dataclasses.dataclass
class Ran:
    """The result of a test program. Its status is None if the machine ended during the program."""

    name: str
    status: int = None
    lines: list = dataclasses.field(default_factory=list)

    @property
    def passed(self):
        return self.status == 0

    @property
    def cases(self):
        return sum(line.startswith("ok  ") for line in self.lines)


def boot(architecture, kernel, guest, log):
    """Boots a kernel, writes its console to a file, and returns whether the machine turned itself off."""
    how = ARCHITECTURES[architecture]
    command = [*how.emulator, "-smp", str(PROCESSORS), "-m", str(MEMORY_MIB), "-nographic", "-no-reboot", "-net", "none",
               "-kernel", kernel, "-initrd", guest, "-append", f"console={how.console} quiet panic=-1 rdinit=/init"]
    with open(log, "wb") as output:
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, timeout=SECONDS, check=True)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            output.write(f"\n{error}\n".encode())
            return False
    return True


def read(log):
    """The guest's line about its kernel, and the result of each program."""
    says, programs = "", []
    for line in log.read_text(errors="replace").replace("\r", "").splitlines():
        if line.startswith("guest: "):
            says = line.removeprefix("guest: ")
        elif begun := re.fullmatch(r"begin: (\S+)", line):
            programs.append(Ran(begun[1]))
        elif (ended := re.fullmatch(r"end: (\S+) (\d+)", line)) and programs and programs[-1].name == ended[1]:
            programs[-1].status = int(ended[2])
        elif programs and programs[-1].status is None:
            programs[-1].lines.append(line)
    return says, programs
