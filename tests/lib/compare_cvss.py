#!/usr/bin/env python3
"""compare_cvss.py CVSS_SCORES: our scores of whole spaces of CVSS vectors against those of the Python package `cvss`. Every base
vector of v2, v3.0 and v3.1, and seeded samples with all other metrics, of v4.0 too. Prints what differs; exits 1 if anything
does."""
import itertools
import random
import subprocess
import sys

from cvss import CVSS2, CVSS3, CVSS4
from cvss.constants2 import METRICS_VALUE_NAMES as V2
from cvss.constants3 import METRICS_VALUE_NAMES as V3
from cvss.constants4 import METRICS_VALUE_NAMES as V4

SAMPLE = 20000


def vectors(prefix, names, metrics):
    """Every combination of the values of `metrics`."""
    for values in itertools.product(*(names[metric] for metric in metrics)):
        yield prefix + "/".join(f"{metric}:{value}" for metric, value in zip(metrics, values))


def sample(dice, prefix, names, required):
    """One vector: the required metrics, and about half of the others."""
    parts = []
    for position, (metric, values) in enumerate(names.items()):
        if position < required or dice.random() < 0.5:
            parts.append(f"{metric}:{dice.choice(list(values))}")
    return prefix + "/".join(parts)


def tenths(score):
    return round(float(score) * 10)


def defined(metrics, names, nothing):
    return any(metrics.get(name, nothing) != nothing for name in names)


def expected2(vector):
    scores = CVSS2(vector).scores()
    return tenths(scores[0]), tenths(next(score for score in reversed(scores) if score is not None))


def expected3(vector):
    judged = CVSS3(vector)
    base, temporal, environmental = judged.scores()
    own = judged.original_metrics
    names = [name for name in V3 if name in ("CR", "IR", "AR") or name[0] == "M"]
    return tenths(base), tenths(environmental if defined(own, names, "X") else temporal)


def expected4(vector):
    score = tenths(CVSS4(vector).base_score)
    return score, score


def main():
    dice = random.Random(20231101)
    jobs = [
        ("v2 base", expected2, list(vectors("", V2, list(V2)[:6]))),
        ("v2", expected2, [sample(dice, "", V2, 6) for _ in range(SAMPLE)]),
        ("v3.0 base", expected3, list(vectors("CVSS:3.0/", V3, list(V3)[:8]))),
        ("v3.1 base", expected3, list(vectors("CVSS:3.1/", V3, list(V3)[:8]))),
        ("v3.0", expected3, [sample(dice, "CVSS:3.0/", V3, 8) for _ in range(SAMPLE)]),
        ("v3.1", expected3, [sample(dice, "CVSS:3.1/", V3, 8) for _ in range(SAMPLE)]),
        ("v4.0 base", expected4, [sample(dice, "CVSS:4.0/", dict(list(V4.items())[:11]), 11) for _ in range(SAMPLE)]),
        ("v4.0", expected4, [sample(dice, "CVSS:4.0/", V4, 11) for _ in range(SAMPLE)]),
    ]
    differ = 0
    for name, expected, asked in jobs:
        ran = subprocess.run([sys.argv[1]], input="\n".join(asked) + "\n", capture_output=True, text=True, check=True)
        answers = ran.stdout.splitlines()
        assert len(answers) == len(asked) > 0
        wrong = 0
        for vector, answer in zip(asked, answers):
            want = expected(vector)
            if answer != f"{want[0]} {want[1]}":
                wrong += 1
                if wrong <= 5:
                    print(f"{vector}: {answer}, want {want[0]} {want[1]}")
        print(f"{name}: {len(asked)} vectors, {wrong} differ")
        differ += wrong
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
