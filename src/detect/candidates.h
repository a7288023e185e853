/* What the database says of one package, gathered by vulnerability. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/database.h"
#include "advisory/ecosystem.h"
#include "core/arena.h"
#include "core/macros.h"
#include "model/report.h"

struct bolt_candidate {
	struct bolt_entry entry;
	struct bolt_hit hit;
	bool affects;                   /* false: its publisher knows the vulnerability, and does not count this version */
	unsigned rank;                  /* bolt_authority_rank */
	const struct bolt_probe *probe; /* what was asked */
	const struct bolt_advisory *record;
	const char *name;            /* the one of its upstream vulnerabilities that this is about; NULL: its own */
	struct bolt_candidate *next; /* in its group */
};

/* Advisories about one vulnerability, all of the same rank, that count this version. */
struct bolt_candidate_group {
	const char *id; /* the CVE where one of its names is one; else GHSA; else whatever it has */
	struct bolt_candidate *first, *best;
	size_t len;
};

struct bolt_candidates;

/* `arena` takes records and whatever findings will point to. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_candidates_new(struct bolt_database *database, struct bolt_arena *arena,
					struct bolt_candidates **ret_candidates);
void bolt_candidates_free(struct bolt_candidates *candidates);

/* Asks about a package and sorts the answers; what was gathered before is gone. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_candidates_gather(struct bolt_candidates *candidates, const struct bolt_package *package,
					   const struct bolt_os *os);

/* The next vulnerability that the package has, in no order; NULL at the end. Borrowed until the next gathering. */
struct bolt_candidate_group *bolt_candidates_next_group(struct bolt_candidates *candidates);

/* All candidates of the gathering, those that do not count, too; for explanations. */
const struct bolt_candidate *bolt_candidates_all(const struct bolt_candidates *candidates, size_t *ret_len);

/* "1.1.1n-0+deb11u3 < 1.1.1n-0+deb11u5 (fixed), Debian:11 openssl"; NULL when the arena is full. */
const char *bolt_candidate_why(const struct bolt_candidate *candidate, struct bolt_arena *arena);
