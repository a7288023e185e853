/* The tables between reading an OVAL file and resolving its criteria. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/feed_private.h"
#include "advisory/oval.h"
#include "core/arena.h"
#include "core/macros.h"

/* Rows of one kind, found by the hash of their id. The first member of a row is that hash. */
struct oval_table {
	void *rows; /* owned */
	size_t len, room, row_size;
};

struct oval_test {
	uint64_t id, object, state; /* 0: none */
	bool package;               /* of packages; others look at files, the kernel that runs, ... */
	bool none;                  /* true when no such package satisfies the state: says nothing that makes one vulnerable */
	bool pro;
};

struct oval_object {
	uint64_t id, variable; /* variable 0: `name` it is */
	const char *name;
	bool pro;
};

enum oval_judgement {
	OVAL_SILENT = 0,   /* of signatures, releases, what runs: nothing about a package's version */
	OVAL_EARLIER,      /* vulnerable below evr */
	OVAL_EVERY,        /* vulnerable in any version */
	OVAL_NOT_AFFECTED, /* never */
};

struct oval_state {
	uint64_t id;
	enum oval_judgement judgement;
	const char *evr;
	bool pro;
};

struct oval_variable {
	uint64_t id;
	struct bolt_texts names;
	bool pro;
};

enum oval_kind { OVAL_AND = 1, OVAL_OR, OVAL_NOT, OVAL_END, OVAL_CRITERION, OVAL_RELEASE, OVAL_MODULE };

/* A criteria tree, flat: a group lies between AND, OR or NOT and its END. */
struct oval_node {
	uint64_t test;  /* of a CRITERION */
	uint16_t label; /* of a RELEASE or MODULE: index of oval.labels */
	uint8_t kind;
	uint8_t status; /* enum bolt_status, of a CRITERION */
	bool pro;
};

struct oval_resolution {
	const char *component; /* "krb5-libs" "nodejs:16/nodejs" */
	enum bolt_status status;
};

struct oval_definition {
	const char *id, *summary, *details; /* id: the advisory's */
	struct bolt_texts upstream, cwes, references;
	const char *vector; /* the worst that its vulnerabilities have */
	enum bolt_severity severity;
	int64_t published_unix, modified_unix;
	bool vulnerability, unaffected; /* unaffected: it says that packages are not */
	struct oval_resolution *resolutions;
	size_t resolutions_len;      /* sorted */
	struct bolt_texts platforms; /* ecosystems; for criteria that name none */
	const struct oval_node *nodes;
	size_t nodes_len;
};

struct oval {
	const struct bolt_oval_dialect *dialect;
	struct bolt_arena *arena;
	struct oval_table tests, objects, states, variables;
	struct bolt_texts labels; /* ecosystems and modules, in the order met */
};

/* A zeroed row, NULL when out of memory or over BOLT_OVAL_ROWS_MAX. */
void *bolt_oval_add(struct oval_table *table);
void bolt_oval_sort(struct oval_table *table);
/* The first row with this id in a sorted table, or NULL. */
const void *bolt_oval_find(const struct oval_table *table, uint64_t id);

int bolt_oval_by_component(const void *a, const void *b); /* of resolutions, for qsort */

uint64_t bolt_oval_id(const char *id); /* NULL: 0 */

/* What a definition says of packages, added to the draft. Tables must be sorted.
 * 0 | -EBADMSG | -E2BIG (draft->why says why) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_oval_resolve(const struct oval *oval, const struct oval_definition *definition, struct bolt_draft *draft);
