#!/usr/bin/env python3
"""Every test there is, from every runner, and one last line: N passed, N failed, N skipped. `./bootstrap check` runs it.

Logs are left in build/check/. Exit status 0 only when something passed and nothing failed.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOGS = BUILD / "check"
FUZZ_SECONDS = int(os.environ.get("BOLT_FUZZ_SECONDS", "30"))
CORES = os.cpu_count() or 1

# clang 14's sanitizers do not find their shadow memory under the wide address randomisation of newer kernels.
FIXED_LAYOUT = ["setarch", "-R"] if subprocess.run(["setarch", "-R", "true"], stderr=subprocess.DEVNULL).returncode == 0 else []
SANITIZER_ENV = {
    "ASAN_OPTIONS": "abort_on_error=1:detect_stack_use_after_return=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "halt_on_error=1:abort_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:abort_on_error=1",
}

passed, failed, skipped = [], [], []


def say(text):
    print(text, flush=True)


def tail(log, lines=40):
    say("".join(f"    {line}\n" for line in log.read_text(errors="replace").splitlines()[-lines:]))


def run(name, command, timeout, env=None):
    """The command's exit status; its output in build/check/NAME.log."""
    log = LOGS / f"{name}.log"
    with log.open("w") as out:
        try:
            return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                  timeout=timeout, env={**os.environ, **(env or {})}).returncode
        except subprocess.TimeoutExpired:
            out.write(f"\nstopped after {timeout} s\n")
            return -1


def step(name, command, timeout, env=None):
    """A command that is one test by itself, such as a build."""
    started = time.monotonic()
    ok = run(name, command, timeout, env) == 0
    (passed if ok else failed).append(name)
    say(f"{'ok' if ok else 'FAILED':7}{name}  ({time.monotonic() - started:.0f} s)")
    if not ok:
        tail(LOGS / f"{name}.log")
    return ok


def build(name, options, compiler="clang", targets=()):
    where = BUILD / name
    if not (where / "build.ninja").exists() and not step(
            f"configure-{name}", ["meson", "setup", str(where), str(ROOT), "--werror", *options], 300, {"CC": compiler, "CXX": f"{compiler}++"}):
        return False
    return step(f"build-{name}", ["ninja", "-C", str(where), *targets], 1800)


def cmocka_cases(text):
    """Name and result of each case in a cmocka program's output."""
    for state, case in re.findall(r"^\[ +(OK|FAILED|SKIPPED) +\] (\w+)$", text, re.M):
        yield case, state


def count_meson(name, results):
    """Meson's JSON test log; a cmocka program counts by its cases."""
    for line in results.read_text().splitlines():
        test = json.loads(line)
        title = f"{name}: {test['name']}"
        good = test["result"] in ("OK", "EXPECTEDFAIL")
        cases = list(cmocka_cases(test.get("stdout", "") + test.get("stderr", "")))
        for case, state in cases:
            {"OK": passed, "FAILED": failed, "SKIPPED": skipped}[state].append(f"{title}: {case}")
        if test["result"] == "SKIP":
            skipped.append(title)
        elif not good and not any(state == "FAILED" for _, state in cases):
            failed.append(f"{title} ({test['result'].lower()})")
        elif good and not cases:
            passed.append(title)
        if not good:
            say(f"FAILED {title}")
            say("".join(f"    {out}\n" for out in (test.get("stdout", "") + test.get("stderr", "")).splitlines()[-60:]))


def meson_tests(name, where, arguments=(), wrapper=()):
    started, before = time.monotonic(), (len(passed), len(failed), len(skipped))
    status = run(f"meson-{name}", [*wrapper, "meson", "test", "-C", str(where), "--no-rebuild", "--logbase", name, *arguments],
                 1800, SANITIZER_ENV)
    results = where / "meson-logs" / f"{name}.json"
    if results.exists():
        count_meson(name, results)
    if not results.exists() or (status != 0 and len(failed) == before[1]):
        failed.append(f"meson test {name}")
        tail(LOGS / f"meson-{name}.log")
    report(f"meson-{name}", before, started)


def report(name, before, started):
    good, bad, not_run = (len(now) - then for now, then in zip((passed, failed, skipped), before))
    say(f"{'ok' if not bad else 'FAILED':7}{name}: {good} passed, {bad} failed, {not_run} skipped  ({time.monotonic() - started:.0f} s)")


def bats(kind):
    """Test Anything Protocol, one file at a time, so that one hanging file costs only itself."""
    for path in sorted((ROOT / "tests" / kind).glob("*.bats")):
        started, before = time.monotonic(), (len(passed), len(failed), len(skipped))
        name = f"{kind}-{path.stem}"
        status = run(name, ["bats", "--tap", str(path)], 1200, {"BOLT_BUILD": str(BUILD), "BOLT_SOURCE_ROOT": str(ROOT)})
        text = (LOGS / f"{name}.log").read_text(errors="replace")
        planned = sum(int(n) for n in re.findall(r"^1\.\.(\d+)$", text, re.M))
        seen = 0
        for verdict, title, skip in re.findall(r"^(ok|not ok) \d+ (.*?)( # skip.*)?$", text, re.M | re.I):
            seen += 1
            kept = skipped if skip else passed if verdict == "ok" else failed
            kept.append(f"{kind}/{path.stem}: {title}{skip}")
        if seen != planned or planned == 0 or (status != 0 and len(failed) == before[1]):
            failed.append(f"{kind}/{path.stem}: {seen} of {planned} tests reported, exit status {status}")
        report(name, before, started)
        if len(failed) > before[1]:
            tail(LOGS / f"{name}.log", 60)


def fuzz_one(program):
    """One target for FUZZ_SECONDS, from its seeds."""
    name = program.name
    flat = name.removeprefix("fuzz_").replace("-", "_")
    seeds = [d for d in (ROOT / "fuzz" / "corpus").iterdir() if d.name.replace("-", "_") == flat]
    found = BUILD / "fuzz" / "found" / name
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir(parents=True)
    if not seeds:
        (LOGS / f"{name}.log").write_text(f"no seeds in fuzz/corpus for {name}\n")
        return name, False
    status = run(name, [*FIXED_LAYOUT, str(program), str(found), str(seeds[0]), f"-max_total_time={FUZZ_SECONDS}", "-timeout=20",
                        "-rss_limit_mb=2560", "-print_final_stats=1", f"-artifact_prefix={found}/"], FUZZ_SECONDS + 180, SANITIZER_ENV)
    return name, status == 0


def fuzz():
    where = BUILD / "fuzz"
    targets = json.loads(subprocess.run(["meson", "introspect", "--targets", str(where)], capture_output=True, text=True, check=True).stdout)
    programs = sorted(pathlib.Path(t["filename"][0]) for t in targets if t["name"].startswith("fuzz_") and t["type"] == "executable")
    if not programs:
        failed.append("fuzz: no target")
        return
    if not step("build-fuzz", ["ninja", "-C", str(where), *(str(p.relative_to(where)) for p in programs)], 1800):
        return
    started, before = time.monotonic(), (len(passed), len(failed), len(skipped))
    with concurrent.futures.ThreadPoolExecutor(max(CORES, 1)) as pool:
        for name, good in pool.map(fuzz_one, programs):
            (passed if good else failed).append(f"fuzz: {name}")
            if not good:
                say(f"FAILED {name}")
                tail(LOGS / f"{name}.log", 60)
    report(f"fuzz ({FUZZ_SECONDS} s each)", before, started)


def everything():
    if step("build-gcc", ["./bootstrap", "build"], 1800):
        meson_tests("gcc", BUILD)
        bats("component")
        bats("e2e")
    build("clang", [])
    if build("asan", ["-Db_sanitize=address,undefined", "-Db_lundef=false"]):
        meson_tests("asan", BUILD / "asan", ["--no-suite", "self", "--timeout-multiplier", "4"], FIXED_LAYOUT)
    if build("tsan", ["-Db_sanitize=thread", "-Db_lundef=false"]):
        meson_tests("tsan", BUILD / "tsan", ["--suite", "unit", "--timeout-multiplier", "6"], FIXED_LAYOUT)
    if (BUILD / "fuzz" / "build.ninja").exists() or step("configure-fuzz", [
            "meson", "setup", str(BUILD / "fuzz"), str(ROOT), "-Dfuzz=true", "-Db_sanitize=address,undefined", "-Db_lundef=false"],
            300, {"CC": "clang", "CXX": "clang++"}):
        fuzz()


def main():
    started = time.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    everything()
    for title, names in (("skipped", skipped), ("failed", failed)):
        if names:
            say(f"{title}:")
            for name in names:
                say(f"  {name}")
    say(f"{time.monotonic() - started:.0f} s, logs in build/check/")
    say(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
