/* The feeds of advisories: one file and one row each. A row says where its publisher keeps it, how its files are recognised, and
 * how one is read. A feed comes in parts ("osv/Debian", "alpine/v3.18/main", "kev"): each part is a file that is fetched, checked,
 * and replaced on its own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/advisory.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

enum { BOLT_PART_NAME = 128 }; /* bytes of a part's name with its NUL: "FEED/..." of [A-Za-z0-9._+:-], parts separated by '/' */

/* Where a reader puts what it reads. Everything passed is borrowed for the call. Each returns 0 or a negative errno with err set,
 * which ends the reading with it. */
struct bolt_feed_sink {
	int (*advisory)(struct bolt_feed_sink *sink, const struct bolt_advisory *advisory, struct bolt_err *err);
	int (*epss)(struct bolt_feed_sink *sink, const char *cve, uint32_t score, uint32_t percentile,
		    struct bolt_err *err); /* 1/100000 */
	int (*kev)(struct bolt_feed_sink *sink, const char *cve, const struct bolt_kev *kev, struct bolt_err *err);
	/* A record that cannot be understood (`where`: its name; `why`: one clause). It is left out, counted and told; more than a
	 * few of them and the whole part is refused (that is the sink's business). */
	int (*damaged)(struct bolt_feed_sink *sink, const char *where, const char *why, struct bolt_err *err);
	/* When the publisher says that the whole part was made. */
	void (*dated)(struct bolt_feed_sink *sink, int64_t unix_seconds);
	/* Sound records that are none of ours (`why`: "bug fix or enhancement erratum" ...), once for each reason. May be NULL. */
	void (*skipped)(struct bolt_feed_sink *sink, const char *why, uint64_t records);
};

/* Something `db update` fetches. */
struct bolt_feed_source {
	const char *part;
	const char *url;    /* https; a {} in part and url stands for each word of `expand` */
	const char *expand; /* words separated by blanks, or NULL */
	bool by_default;    /* fetched without being asked for by name */
	const char *mirror; /* where a mirror of all feeds has it below its base URL, with {} as above; NULL: nowhere */
};

struct bolt_feed {
	const char *name;      /* "osv": first word of its parts */
	const char *publisher; /* "OSV.dev" */
	const char *summary;   /* one line for documentation */
	const struct bolt_feed_source *sources;
	size_t sources_len;
	/* Is this one of its files? `path`: as given by the user, relative to the directory imported (may be any name); `head`: up
	 * to 64 KiB from the beginning, already decompressed (zip archives are not). Writes the part's name. */
	bool (*recognise)(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME]);
	/* Reads one part, decompressed (zip archives are not), in bounded memory. 0 | -EBADMSG (not what it should be, or cut off:
	 * nothing of it may be used) | -E2BIG (a bound of limits.h) | -ENOMEM | what reader or sink failed with. */
	int (*read)(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err);
};

/* In the order of documentation. */
extern const struct bolt_feed *const bolt_feeds[];
extern const size_t bolt_feeds_len;

/* The feed a part belongs to, by its first word; NULL: none. */
const struct bolt_feed *bolt_feed_of_part(const char *part);
