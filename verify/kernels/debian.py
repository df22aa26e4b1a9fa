"""Debian's packages of any release and architecture, which apt fetches into a separate directory. The machine's
installed packages are neither read nor changed. The mirrors are the machine's."""
import functools
import os
import pathlib
import re
import subprocess


def own_release():
    """The code name of this machine's Debian."""
    for line in pathlib.Path("/etc/os-release").read_text().splitlines():
        key, _, value = line.partition("=")
        if key == "VERSION_CODENAME":
            return value.strip('"')
    raise SystemExit("/etc/os-release names no Debian release: the kernels' packages can't be found")


def mirrors():
    """This machine's sources of packages and security updates."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Identifier: Packages"]
    lines = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
    by_release = dict(reversed(line.split()) for line in lines)
    release = own_release()
    try:
        return by_release[release], by_release[f"{release}-security"]
    except KeyError as missing:
        raise SystemExit(f"apt knows no packages of {missing}") from missing


@functools.cache
def release(directory, name, architecture):
    """The packages of a release for an architecture. Their lists are fetched once."""
    return Release(directory, name, architecture)


class Release:
    """apt's state for a release and an architecture."""

    def __init__(self, directory, release, architecture):
        self.directory = pathlib.Path(directory) / f"{release}-{architecture}"
        self.archives = self.directory / "archives"
        (self.directory / "lists/partial").mkdir(parents=True, exist_ok=True)
        (self.archives / "partial").mkdir(parents=True, exist_ok=True)
        (self.directory / "status").touch()
        main, security = mirrors()
        sources = f"deb {main} {release} main\ndeb {security} {release}-security main\n"
        (self.directory / "sources.list").write_text(sources)
        (self.directory / "apt.conf").write_text(self._configuration(architecture))
        self._apt("apt-get", "update")

    def _configuration(self, architecture):
        settings = {
            "APT::Architecture": architecture,
            "APT::Architectures": architecture,
            "APT::Install-Recommends": "false",
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            "Dir::State::status": self.directory / "status",
            "Dir::State::lists": self.directory / "lists",
            "Dir::Cache": self.directory,
            "Dir::Cache::archives": self.archives,
            "Dir::Etc::sourcelist": self.directory / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
        }
        return "".join(f'{key} "{value}";\n' for key, value in settings.items())

    def _apt(self, *command):
        environment = {**os.environ, "APT_CONFIG": str(self.directory / "apt.conf"), "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run([command[0], "-q", *command[1:]], cwd=self.archives, env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}:\n{done.stdout}")
        return done.stdout

    def package(self, name):
        """Fetches one package and returns its file. `name` may be NAME=VERSION."""
        stem = name.partition("=")[0]
        for old in self.archives.glob(f"{stem}_*.deb"):
            old.unlink()
        self._apt("apt-get", "download", name)
        return next(self.archives.glob(f"{stem}_*.deb"))

    def with_dependencies(self, *names):
        """Fetches packages and their dependencies, and returns their files."""
        self._apt("apt-get", "--yes", "--download-only", "install", *names)
        wanted = self._apt("apt-get", "--yes", "--simulate", "install", *names)
        installed = re.findall(r"^Inst (\S+) \((\S+)", wanted, re.MULTILINE)
        # apt writes a colon in a version as %3a.
        return [next(self.archives.glob(f"{name}_{version.replace(':', '%3a')}_*.deb")) for name, version in installed]

    def dependency(self, name, pattern):
        """The package that another depends on and whose name matches."""
        for line in self._apt("apt-cache", "depends", "--important", name).splitlines():
            kind, _, other = line.strip().partition(": ")
            if kind == "Depends" and re.fullmatch(pattern, other):
                return other
        raise SystemExit(f"{name} depends on no {pattern}")


def unpack(package, directory):
    """Unpacks a package's files. A directory that is a link stays one, such as /bin."""
    pathlib.Path(directory).mkdir(parents=True, exist_ok=True)
    files = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "--extract", "--keep-directory-symlink", f"--directory={directory}"], check=True, input=files)
