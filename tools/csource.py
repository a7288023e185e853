"""C source for the checks: the files, their code without comments and literals, their functions."""
import pathlib
import re

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def files(root, folders=("src", "fuzz", "tests")):
    """Every .c and .h below the folders, sorted. A caller treats none as a failure."""
    return sorted(p for folder in folders for p in (pathlib.Path(root) / folder).rglob("*") if p.suffix in (".c", ".h"))


def code(path):
    """The text with comments and literals blanked out; line numbers stay."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return TOKEN.sub(blank, path.read_text(encoding="utf-8"))


def functions(path):
    """(name, first line, number of lines) of each function: in this layout a body is between a '{' and a '}' in the first column."""
    lines = code(path).splitlines()
    start = None
    for number, line in enumerate(lines):
        if line.rstrip() == "{" and start is None:
            start = number
        elif line.startswith("}") and start is not None:
            yield name_above(lines, start), start + 1, number - start + 1
            start = None


def name_above(lines, brace):
    """The name before the parameter list that ends above line `brace`."""
    head = ""
    for line in reversed(lines[:brace]):
        if not line.strip() or line.startswith(("}", "#")):
            break
        head = line + " " + head
    found = re.search(r"(\w+)\s*\(", head)
    return found.group(1) if found else "?"
