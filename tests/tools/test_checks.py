#!/usr/bin/env python3
"""The checks of the tree check something: each must pass on a small good tree, fail on a bad one, and fail on an empty one."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LONG_BODY = "\tx++;\n" * 79


def outcome(check, files, argument=""):
    """Exit status and output of a check over a tree of {path: text}."""
    with tempfile.TemporaryDirectory() as tree:
        for path, text in files.items():
            where = pathlib.Path(tree, path)
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_text(text)
        done = subprocess.run([sys.executable, ROOT / check, pathlib.Path(tree, argument)], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


class Floors(unittest.TestCase):
    def look(self, path, include):
        return outcome("tests/floors", {f"src/{path}": f'#include <stdio.h>\n#include "{include}"\n'}, "src")

    def test_downward_and_own_room_pass(self):
        for path, include in (("scan/a.c", "core/err.h"), ("core/a.c", "core/b.h"), ("cli/a.h", "report/x.h")):
            self.assertEqual(self.look(path, include)[0], 0, (path, include))

    def test_upward_fails_and_says_where(self):
        status, text = self.look("core/a.c", "scan/job.h")
        self.assertEqual(status, 1)
        self.assertIn("a.c:2: scan/job.h: upward", text)

    def test_sideways_fails(self):
        status, text = self.look("report/a.c", "scan/job.h")
        self.assertEqual(status, 1)
        self.assertIn("sideways", text)

    def test_unknown_rooms_and_roomless_includes_fail(self):
        for path, include in (("attic/a.c", "core/err.h"), ("core/a.c", "attic/x.h"), ("core/a.c", "err.h")):
            self.assertEqual(self.look(path, include)[0], 1, (path, include))

    def test_seeing_no_include_fails(self):
        self.assertEqual(outcome("tests/floors", {"src/core/a.c": "int x;\n"}, "src")[0], 1)


class Banned(unittest.TestCase):
    def look(self, text):
        return outcome("tools/check_banned.py", {"src/core/a.c": text})

    def test_a_call_fails_and_says_where(self):
        status, text = self.look("void f(char *a)\n{\n\tstrcpy(a, a);\n}\n")
        self.assertEqual(status, 1)
        self.assertIn("a.c:3: strcpy", text)

    def test_comments_strings_and_longer_names_pass(self):
        self.assertEqual(self.look('/* strcpy(a) */\n// gets(x)\nconst char *s = "system(1)";\nint my_atoi(int);\n')[0], 0)

    def test_no_files_fails(self):
        self.assertEqual(outcome("tools/check_banned.py", {"README": ""})[0], 1)


class FunctionLength(unittest.TestCase):
    def look(self, body):
        return outcome("tools/check_function_length.py", {"src/core/a.c": f"static int count(int x)\n{{\n{body}\treturn x;\n}}\n"})

    def test_short_passes(self):
        self.assertEqual(self.look("\tx++;\n")[0], 0)

    def test_long_fails_with_its_name(self):
        status, text = self.look(LONG_BODY)
        self.assertEqual(status, 1)
        self.assertIn("count has 82 lines", text)

    def test_no_function_fails(self):
        self.assertEqual(outcome("tools/check_function_length.py", {"src/core/a.h": "int x;\n"})[0], 1)


class DocumentationExamples(unittest.TestCase):
    def look(self, text):
        with tempfile.TemporaryDirectory() as tree:
            page = pathlib.Path(tree, "page.md")
            page.write_text(text)
            done = subprocess.run([sys.executable, ROOT / "tools/run_doc_examples.py", tree, page], capture_output=True, text=True, check=False)
            return done.returncode, done.stdout

    def test_same_output_passes(self):
        self.assertEqual(self.look("```console\n$ printf 'a\\nb\\nc\\n'\na\n...\n$ echo took 3 ms\ntook … ms\n```\n")[0], 0)

    def test_other_output_fails_and_shows_it(self):
        status, text = self.look("```console\n$ echo new\nold\n```\n")
        self.assertEqual(status, 1)
        self.assertIn("    new", text)

    def test_other_exit_status_fails(self):
        self.assertEqual(self.look("```console\n$ exit 3\n```\n")[0], 1)
        self.assertEqual(self.look("```console\n$ exit 3\n# exit status 3\n```\n")[0], 0)

    def test_no_example_fails(self):
        self.assertEqual(self.look("text\n")[0], 1)


if __name__ == "__main__":
    unittest.main()
