/* The vocabulary of judgement: what is wrong with a package, how bad it is, what to do first. Texts live in the report's arena. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"
#include "model/texts.h"

/* In rising order, so that >= compares. NEGLIGIBLE is Debian's and Ubuntu's word for what they will not hurry to fix. */
enum bolt_severity {
	BOLT_SEVERITY_UNKNOWN = 0,
	BOLT_SEVERITY_NEGLIGIBLE,
	BOLT_SEVERITY_LOW,
	BOLT_SEVERITY_MEDIUM,
	BOLT_SEVERITY_HIGH,
	BOLT_SEVERITY_CRITICAL,
	_BOLT_SEVERITY_MAX
};
const char *bolt_severity_text(enum bolt_severity severity); /* "unknown" "negligible" "low" "medium" "high" "critical" */
/* Any case; "moderate" is medium, "important" high. 0 | -EINVAL. */
BOLT_MUST_CHECK int bolt_severity_parse(const char *text, enum bolt_severity *ret_severity);

/* What the publisher who was believed says of the fix. NOT_AFFECTED is never a finding: it is a publisher's word against another's.
 */
enum bolt_status {
	BOLT_STATUS_AFFECTED = 0, /* no fix yet, no word on one */
	BOLT_STATUS_FIXED,        /* fixed_version has it */
	BOLT_STATUS_WILL_NOT_FIX,
	BOLT_STATUS_DEFERRED,
	BOLT_STATUS_END_OF_LIFE,
	BOLT_STATUS_UNDER_INVESTIGATION,
	BOLT_STATUS_NOT_AFFECTED,
	_BOLT_STATUS_MAX
};
const char *bolt_status_text(enum bolt_status status); /* "affected" "fixed" "will-not-fix" "deferred" "end-of-life" ... */

enum bolt_finding_kind { BOLT_FINDING_VULNERABILITY = 0 };

/* One advisory that says so. */
struct bolt_evidence {
	const char *advisory; /* "DSA-5417-1" */
	const char *part;     /* part of the database it came from: "osv/Debian" */
	const char *why;      /* which range, which comparison: "1.1.1n-0+deb11u3 < 1.1.1n-0+deb11u5 (fixed), Debian:11 openssl" */
	const char *url;      /* or NULL */
};

/* EPSS (first.org): probability of exploitation within 30 days, and how many score no higher; both in 1/100000. */
struct bolt_epss {
	bool known;
	uint32_t score, percentile;
};

/* CISA's catalogue of known exploited vulnerabilities. */
struct bolt_kev {
	bool known;
	const char *added, *due; /* YYYY-MM-DD */
	bool ransomware;
};

struct bolt_priority {
	unsigned score;            /* 0 to 1000: the order to fix things in */
	struct bolt_texts reasons; /* clauses for people, in order of weight (not sorted) */
};

/* Who said that a finding does not count here, and where. */
struct bolt_suppression {
	const char *by;            /* "openvex" "csaf" "cyclonedx" "ignore-file"; NULL: not suppressed */
	const char *source;        /* the file */
	const char *status;        /* VEX: "not_affected" "fixed"; else NULL */
	const char *justification; /* VEX's label, or NULL */
	const char *reason;        /* free text, or NULL */
	const char *expires;       /* YYYY-MM-DD, or NULL */
};

struct bolt_finding {
	const char *id; /* the CVE where there is one, else the advisory's own */
	enum bolt_finding_kind kind;
	enum bolt_severity severity;
	const char *severity_source; /* who says so: "debian" "ubuntu" "nvd" "ghsa" ..., NULL when unknown */
	unsigned cvss_tenths;        /* base score times ten; 0 without a vector */
	const char *cvss_vector;     /* or NULL */
	const char *title;           /* one line, or NULL */
	const char *description;     /* or NULL; may be cut, and then ends in "..." */
	const struct bolt_package *package;
	const char *fixed_version; /* or NULL */
	enum bolt_status status;
	struct bolt_texts aliases;    /* other names: GHSA, DSA, RHSA ... */
	struct bolt_texts cwes;       /* "CWE-79" */
	struct bolt_texts references; /* URLs */
	struct bolt_evidence *evidence;
	size_t evidence_len;
	const char *published; /* RFC 3339, or NULL */
	struct bolt_epss epss;
	struct bolt_kev kev;
	struct bolt_priority priority;
	struct bolt_suppression suppressed;
};

/* One thing somebody can do that takes findings away. */
enum bolt_action_kind { BOLT_ACTION_REBUILD_BASE, BOLT_ACTION_BUMP_RUNTIME, BOLT_ACTION_BUMP_DEPENDENCY };
const char *bolt_action_kind_text(enum bolt_action_kind kind); /* "rebuild-base" "bump-runtime" "bump-dependency" */

struct bolt_action {
	enum bolt_action_kind kind;
	const char *text;            /* "rebuild on a current debian:11: removes 41 findings, 3 of them exploited" */
	size_t removes, exploited;   /* findings; those of them in KEV */
	unsigned long long priority; /* sum of the priorities it takes away: actions are sorted by it */
	struct bolt_texts packages;  /* names it touches */
};

/* What the judgement rests on. */
struct bolt_advisories_used {
	bool used;           /* false: the scan did not look for vulnerabilities */
	uint64_t generation; /* of the database */
	int64_t built_unix;  /* when it was last changed */
	struct bolt_feed_used {
		const char *part;     /* "osv/Debian" */
		int64_t updated_unix; /* when its publisher last changed it, or when we fetched it */
		uint64_t advisories;
		bool stale;
	} * feeds; /* those that were asked for this subject */
	size_t feeds_len;
};
