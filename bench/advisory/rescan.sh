#!/bin/sh
# rescan.sh BUILD [ADVISORIES] [IMAGES] [PACKAGES] [TOUCHED]: how long it takes to judge stored images again after an update, beside judging
# everything again. Makes the database (OSV's records of Debian, PyPI, npm and Go), the store and the update itself. Prints one line each:
# seconds, images that were asked, findings new, changed and gone, and the most memory of one process.
set -eu
build=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
advisories=$(realpath "${2:-${BOLT_ADVISORIES:-$here/../../../shared/data/advisories}}")
images=${3:-10000} packages=${4:-300} touched=${5:-1000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The purls that images are made of: packages with advisories and as many that nobody speaks of; and the update.
python3 - "$advisories" "$touched" >purls <<'END'
import json, pathlib, random, shutil, sys, zipfile

source, touched, draw = pathlib.Path(sys.argv[1]) / "osv", int(sys.argv[2]), random.Random(1)
records, purls, counts = [], {}, {}
for ecosystem in ("Debian", "PyPI", "npm", "Go"):
    for day in ("monday", "tuesday"):
        (pathlib.Path(day) / "osv" / ecosystem).mkdir(parents=True)
    shutil.copy(source / ecosystem / "all.zip", f"monday/osv/{ecosystem}/all.zip")
    with zipfile.ZipFile(source / ecosystem / "all.zip") as archive:
        for name in archive.namelist():
            record = json.loads(archive.read(name))
            records.append((ecosystem, name, record))
            for affected in record.get("affected", []):
                package = affected["package"]
                counts[package["name"]] = counts.get(package["name"], 0) + 1
                if package["ecosystem"] == "Debian:12":
                    fixed = [e["fixed"] for r in affected.get("ranges", []) for e in r["events"] if "fixed" in e and e["fixed"] != "0"]
                    purls[package["name"], f"pkg:deb/debian/{package['name']}@{(fixed or ['1'])[-1].replace('+', '%2B')}~0?distro=debian-12"] = True
                elif ecosystem == "PyPI":
                    versions = affected.get("versions") or ["1.0"]
                    purls[package["name"], f"pkg:pypi/{package['name'].lower()}@{versions[-1].replace('+', '%2B')}"] = True
                elif ecosystem == "npm":
                    purls[package["name"], f"pkg:npm/{package['name'].replace('@', '%40')}@1.0.0"] = True
# Not the few with hundreds: kernels and browsers are in no server image.
speaking = sorted(purl for name, purl in purls if counts[name] <= 30)
draw.shuffle(speaking)
speaking = speaking[:3000]
silent = [f"pkg:deb/debian/quiet-{i}@1.{i}?distro=debian-12" for i in range(len(speaking))]
pool = [p for pair in zip(speaking, silent) for p in pair]
pool.sort(key=lambda p: p != silent[0])  # a system to begin with
print("\n".join(p for p in pool if " " not in p))
changed = {(e, n) for e, n, _ in draw.sample(records, min(touched, len(records)))}
archives = {e: zipfile.ZipFile(f"tuesday/osv/{e}/all.zip", "w", zipfile.ZIP_DEFLATED) for e, _, _ in records}
for ecosystem, name, record in records:
    if (ecosystem, name) in changed:
        record["modified"] = "2099-01-01T00:00:00Z"
        record["severity"] = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:L"}]
        for affected in record.get("affected", []):
            for r in affected.get("ranges", []):
                for event in r["events"]:
                    if event.get("fixed", "0") != "0":
                        event["fixed"] += ".1"
    archives[ecosystem].writestr(name, json.dumps(record))
for archive in archives.values():
    archive.close()
END

export BOLTSEAL_DB=$work/advisories.db BOLTSEAL_STORE=$work/images.db
"$build/boltseal" db import --quiet monday
"$build/tests/image_store" images.db "$images" "$packages" <purls
echo "$images images of $packages packages: $(stat -c %s images.db) bytes; $touched advisories touched"

run() { # WHAT ARGUMENTS..
	what=$1
	shift
	python3 - "$what" "$build/boltseal" "$@" <<'END'
import json, resource, subprocess, sys, time

started = time.monotonic()
done = subprocess.run([sys.argv[2], "rescan", "--format", "json", *sys.argv[3:]], stdout=subprocess.PIPE, check=True)
seconds, counts = time.monotonic() - started, json.loads(done.stdout)["counts"]
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(f"{sys.argv[1]:<34} {seconds:7.2f} s  asked {counts['asked']:6}  new {counts['findings_new']} changed {counts['findings_changed']} "
      f"gone {counts['findings_gone']}  {peak} MiB")
END
}
run "never judged: everything"
run "nothing changed"
"$build/boltseal" db import --quiet tuesday
run "after the update, everything" --dry-run --since 0
run "what it touched, nothing kept" --dry-run
run "after the update, what it touched"
run "again, nothing changed"
