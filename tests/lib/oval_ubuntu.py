#!/usr/bin/env python3
"""oval_ubuntu.py FILE.xml.bz2 READ: what Ubuntu's notices say of packages, found by resolving each criterion's references in a tree of
the whole file; must be what `feed_list` printed into READ: the same (notice, ecosystem, package, version), no more and no less."""
import bz2
import json
import re
import sys
import xml.etree.ElementTree as ElementTree


def local(element):
    return element.tag.split("}")[1]


def child(element, name):
    return next(e for e in element if local(e) == name)


def packages(by_id, criterion, release):
    """(ecosystem, package, version) of a criterion; nothing when its test is not about packages."""
    test = by_id[criterion.get("test_ref")]
    if local(test) != "dpkginfo_test":
        return
    item = by_id[child(test, "object").get("object_ref")]
    version = child(by_id[child(test, "state").get("state_ref")], "evr")
    assert version.get("operation") == "less than"
    name = child(item, "name")
    names = [value.text for value in by_id[name.get("var_ref")]] if name.get("var_ref") else [name.text]
    pro = "Ubuntu Pro" in item.get("comment", "")
    for package in names:
        yield f"Ubuntu:{'Pro:' if pro else ''}{release}", package, re.sub("^0:", "", version.text)


def said(path):
    root = ElementTree.parse(bz2.open(path)).getroot()
    by_id = {e.get("id"): e for e in root.iter() if e.get("id")}
    for definition in root.iter():
        if local(definition) != "definition" or definition.get("class") != "patch":
            continue
        notice = next(e.get("ref_id") for e in definition.iter() if local(e) == "reference" and e.get("source") == "USN")
        comment = next(e.get("comment") for e in definition.iter() if local(e) == "extend_definition")
        release = re.match(r"Ubuntu ([0-9.]+)", comment)[1]
        for criterion in definition.iter():
            if local(criterion) == "criterion":
                for package in packages(by_id, criterion, release):
                    yield (notice, *package)


def read(path):
    for line in open(path):
        record = json.loads(line)
        for affected in record.get("affected", []):
            assert affected["binary"]
            yield record["id"], affected["ecosystem"], affected["package"], affected["ranges"][0][-1]["fixed"]


want, got = set(said(sys.argv[1])), set(read(sys.argv[2]))
if not want:
    sys.exit("the file says nothing of packages: did its form change?")
if want != got:
    sys.exit(f"missing {sorted(want - got)[:5]}, too many {sorted(got - want)[:5]}")
print(len(want), "packages and versions, the same")
