/* The advisory database: one immutable file (LMDB), mapped into memory and shared by any number of readers. An update makes a new
 * file and renames it over the old one; who has the old one open keeps it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/advisory.h"
#include "advisory/version.h"
#include "core/arena.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"

struct bolt_database;

/* Opens for reading; must be done before a sandbox closes the file system. Nothing is read but two pages.
 * 0 | -ENOENT (no such file: err says how to get one) | -EBADMSG (not a database, of another version, or damaged) | -EACCES |
 * -ENOMEM. */
BOLT_MUST_CHECK int bolt_database_open(const char *path, struct bolt_database **ret_database, struct bolt_err *err);
void bolt_database_close(struct bolt_database *database);
BOLT_DEFINE_CLEANUP(struct bolt_database *, bolt_database_close)

/* Reads the whole file and compares its checksum. 0 | as bolt_database_open. */
BOLT_MUST_CHECK int bolt_database_verify(const char *path, struct bolt_err *err);

uint64_t bolt_database_generation(const struct bolt_database *database);
int64_t bolt_database_built_unix(const struct bolt_database *database);

/* A part as it was last imported. Texts live as long as the database is open. */
struct bolt_part_state {
	const char *part;
	uint16_t number;
	uint64_t advisories;              /* records in it (scores in EPSS, entries in KEV) */
	uint64_t damaged;                 /* records that were left out */
	uint64_t generation;              /* that last changed it */
	int64_t dated_unix;               /* the publisher's date, or the newest record's; 0: not known */
	int64_t fetched_unix;             /* when it was downloaded or imported, changed or not */
	const char *url;                  /* where it came from; NULL: a file */
	const char *etag, *last_modified; /* for the next request, or NULL */
	const char *sha256;               /* of the file as fetched, hex */
	uint64_t bytes;                   /* of that file */
};
size_t bolt_database_parts_len(const struct bolt_database *database);
const struct bolt_part_state *bolt_database_part(const struct bolt_database *database, size_t index); /* sorted by name */
const struct bolt_part_state *bolt_database_part_numbered(const struct bolt_database *database, uint16_t number); /* or NULL */

/* One advisory's word on one package. Texts point into the map. */
struct bolt_entry {
	uint32_t record; /* for bolt_database_record */
	uint16_t part;   /* for bolt_database_part_numbered */
	enum bolt_status status;
	enum bolt_severity severity;
	const char *modularity; /* or NULL */
	bool withdrawn;
	struct bolt_cursor body; /* ranges and versions: bolt_entry_affects */
};

/* All that is said of a package: bytes for bolt_entry_next, empty when nobody says anything. Names in normal form.
 * 0 | -EBADMSG (damaged). */
BOLT_MUST_CHECK int bolt_database_find(struct bolt_database *database, const char *ecosystem, const char *package, bool binary,
				       struct bolt_cursor *ret_entries);
/* 1 | 0 at the end | -EBADMSG. */
BOLT_MUST_CHECK int bolt_entry_next(struct bolt_cursor *entries, struct bolt_entry *ret_entry);

/* Why a version is affected, for people. */
struct bolt_hit {
	const char *fixed; /* first version with the fix, or NULL */
	const char *from;  /* the introduced event it lies after ("0": all), or NULL: it is listed */
	const char *until; /* last_affected or limit it lies before, or NULL */
};

/* Is `version` affected? 1 (ret_hit filled) | 0 | -EBADMSG. Texts point into the map. */
BOLT_MUST_CHECK int bolt_entry_affects(struct bolt_database *database, const struct bolt_entry *entry,
				       enum bolt_version_scheme scheme, const char *version, struct bolt_hit *ret_hit);

/* The record itself, without what it says of packages (affected_len 0), and the part it is in (ret_part may be NULL); texts in the
 * arena. 0 | -ENOENT | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_database_record(struct bolt_database *database, uint32_t record, struct bolt_arena *arena,
					 uint16_t *ret_part, struct bolt_advisory *ret_advisory);

/* Numbers of the records that have `id` as their own or as an alias (not as upstream), at most `most`. How many, or -EBADMSG. */
BOLT_MUST_CHECK int bolt_database_named(struct bolt_database *database, const char *id, uint32_t *records, size_t most);

/* The same with what it says of packages, for people. */
BOLT_MUST_CHECK int bolt_database_whole_record(struct bolt_database *database, uint32_t record, struct bolt_arena *arena,
					       uint16_t *ret_part, struct bolt_advisory *ret_advisory);

/* Left as `known = false` when nothing is known. 0 | -EBADMSG. */
BOLT_MUST_CHECK int bolt_database_epss(struct bolt_database *database, const char *cve, struct bolt_epss *ret_epss);
BOLT_MUST_CHECK int bolt_database_kev(struct bolt_database *database, const char *cve, struct bolt_kev *ret_kev);

/* Who wants to know what changed since they last asked keeps the generation and its mark: another database, or one made anew, gives
 * its generations other marks. 0: not known, or no longer; everything has to be asked again. */
BOLT_MUST_CHECK int bolt_database_mark(struct bolt_database *database, uint64_t generation, uint64_t *ret_mark); /* 0 | -EBADMSG */

/* What a generation touched: a package of an ecosystem, whose records changed in some way; or a name (in upper case): that of a
 * record that changed, also one that speaks of no package, or that of a CVE known, or no longer known, to be exploited. */
struct bolt_change {
	uint64_t generation;
	const char *name; /* NULL: a package */
	const char *ecosystem, *package;
	bool binary;
};
/* Calls `each` for all that the generations after `generation` touched, the newest first; one thing may come several times. Stops
 * when it returns non-zero and returns that. 0 | -ESTALE (as below) | -EBADMSG. */
BOLT_MUST_CHECK int bolt_database_each_change(struct bolt_database *database, uint64_t generation,
					      int (*each)(void *context, const struct bolt_change *change), void *context);

/* Calls `each` once for every (ecosystem, package) whose advisories changed after `generation`; stops when it returns non-zero and
 * returns that. -ESTALE: so old a generation that the database no longer knows; everything has to be asked again. */
BOLT_MUST_CHECK int bolt_database_changes(struct bolt_database *database, uint64_t generation,
					  int (*each)(void *context, const char *ecosystem, const char *package, bool binary),
					  void *context);
