/* One publisher's statement about one vulnerability or erratum, in the one shape that every feed is brought into: OSV's model
 * (ossf.github.io/osv-schema 1.7), with what distributions say beyond it (a status and a severity for each release). All texts are
 * UTF-8, NUL-terminated, and borrowed: they live as long as the arena they were made in. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/finding.h"
#include "model/texts.h"

enum bolt_event_kind { BOLT_EVENT_INTRODUCED = 0, BOLT_EVENT_FIXED, BOLT_EVENT_LAST_AFFECTED, BOLT_EVENT_LIMIT };

struct bolt_event {
	enum bolt_event_kind kind;
	const char *version; /* "0": before every version (introduced); "*" (limit): after every version */
};

struct bolt_range {
	bool semver; /* OSV's type SEMVER: compared as SemVer 2 whatever the ecosystem */
	struct bolt_event *events;
	size_t events_len;
};

/* What it says of one package in one ecosystem. Affected is every version in one of the ranges and every one listed (OSV,
 * "Evaluation"). A status other than AFFECTED says what its publisher does about those the ranges leave without a fix; with
 * NOT_AFFECTED there need be neither ranges nor versions: no version is. */
struct bolt_affected {
	const char *ecosystem;  /* normal form (advisory/ecosystem.h): "Debian:12" "Alpine:v3.18" "Red Hat:9" "npm" ... */
	const char *package;    /* normal form of that ecosystem's names */
	bool binary;            /* a distribution's binary package, where the ecosystem's own names are source packages */
	const char *modularity; /* rpm module "name:stream" it is part of, or NULL */
	enum bolt_status status;
	enum bolt_severity severity; /* the publisher's own for this release, or UNKNOWN */
	struct bolt_range *ranges;
	size_t ranges_len;
	const char **versions;
	size_t versions_len;
};

/* A severity as somebody stated it: a CVSS vector, or a word. */
struct bolt_rating {
	const char *source;          /* who: "nvd" "ghsa" "debian" "redhat" "cna" ...; NULL: the feed's publisher */
	const char *vector;          /* "CVSS:3.1/AV:N/..." or v2 "AV:N/AC:L/..."; NULL: only a word */
	enum bolt_severity severity; /* the word; UNKNOWN when there is only a vector */
};

struct bolt_advisory {
	const char *id;                /* "DSA-5417-1" "CVE-2023-0464" "GHSA-..." */
	struct bolt_texts aliases;     /* the same vulnerability elsewhere (OSV aliases) */
	struct bolt_texts upstream;    /* vulnerabilities this one deals with: the CVEs of a DSA, RHSA, ALAS, USN (OSV upstream) */
	const char *summary, *details; /* or NULL */
	int64_t published_unix, modified_unix; /* 0: not said */
	bool withdrawn;                        /* kept, so that it can be explained; never judged by */
	struct bolt_texts cwes, references;    /* "CWE-79"; URLs */
	struct bolt_rating *ratings;
	size_t ratings_len;
	struct bolt_affected *affected;
	size_t affected_len;
};
