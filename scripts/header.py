"""The declarations of <ocihooks.h>, read from its text for the checks of the ABI."""
import pathlib
import re
import typing

# The types besides pointers that a function may take and return. Their size and passing never change.
PLAIN = {"void", "int", "size_t", "uint64_t"}


class Function(typing.NamedTuple):
    """A function or a callback's type."""

    name: str
    returns: str
    parameters: typing.List[str]  # as written, with names


class Header:
    """A header's declarations."""

    def __init__(self, path):
        text = pathlib.Path(path).read_text()
        self.text = re.sub(r"/\*.*?\*/|//[^\n]*|^\s*#[^\n]*", "", text, flags=re.S | re.M)
        self.functions = self._found(r"^([a-z][\w \t]*[ *])(ocihooks_\w+)\(([^)]*)\);")
        self.callbacks = self._found(r"^typedef ([^;(]*)\(\*(\w+)\)\(([^)]*)\);")

    def _found(self, pattern):
        found = re.findall(pattern, self.text, flags=re.M)
        return [Function(name, returns.strip(), [" ".join(each.split()) for each in inside.split(",")])
                for returns, name, inside in found]

    def enums(self):
        """The enums, each with its names and numbers."""
        found = re.findall(r"typedef enum (\w+) \{([^}]*)\}", self.text)
        return {name: {constant: int(value) for constant, value in re.findall(r"(\w+) = (-?\d+)", inside)}
                for name, inside in found}

    def by_value(self, declared):
        """The types in a declaration other than plain types, pointers and callbacks."""
        types = [declared.returns, *(re.sub(r"\w+$", "", each) or each for each in declared.parameters)]
        allowed = PLAIN | {callback.name for callback in self.callbacks}
        return [kind.strip() for kind in types if "*" not in kind and kind.strip() not in allowed]

    def faults(self):
        """Declarations that would make the ABI hard to keep: a visible struct, or another type by value."""
        for body in re.findall(r"\b(struct|union)\s+(\w*)\s*\{", self.text):
            yield f"{' '.join(body)} is defined: callers would depend on its size and members"
        for declared in [*self.functions, *self.callbacks]:
            for kind in self.by_value(declared):
                yield f"{declared.name} has a {kind} by value: only {', '.join(sorted(PLAIN))} and pointers keep their size"
        ends = len(re.findall(r"\);", self.text))
        if ends != len(self.functions) + len(self.callbacks):
            yield f"{ends} declarations, of which {len(self.functions) + len(self.callbacks)} could be read"
        values = len(re.findall(r"=", self.text))
        if values != sum(map(len, self.enums().values())):
            yield "a number could not be read: each number has to be written out, inside an enum"
