/* Making the next generation of the database: part by part, into a file that nobody else has open yet. Runs in the process that
 * reads hostile feeds; everything it needs is open before its sandbox closes. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "advisory/feed.h"
#include "core/err.h"
#include "core/macros.h"

struct bolt_writer;

struct bolt_writer_options {
	const char *path;  /* a private copy of the database without its trailer, or an empty file */
	int spool_fd;      /* an empty file for what waits until its part is whole; borrowed */
	bool allow_shrink; /* a part may lose as many records as it likes */
	int64_t now_unix;
};

/* Maps the file. 0 | -EBADMSG (damaged, or of another version) | -ENOMEM | negative errno. */
BOLT_MUST_CHECK int bolt_writer_open(const struct bolt_writer_options *options, struct bolt_writer **ret_writer,
				     struct bolt_err *err);
void bolt_writer_close(struct bolt_writer *writer);
BOLT_DEFINE_CLEANUP(struct bolt_writer *, bolt_writer_close)

/* 1: the database has such a part | 0 | negative errno, err set. */
BOLT_MUST_CHECK int bolt_writer_has(struct bolt_writer *writer, const char *part, struct bolt_err *err);

/* Begins a part and gives the sink for its records. `whole`: records that do not come are removed at the end; otherwise they stay.
 * 0 | -EINVAL (no name of a part) | -E2BIG (more parts than BOLT_PARTS_MAX) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_writer_begin(struct bolt_writer *writer, const char *part, bool whole, struct bolt_feed_sink **ret_sink,
				      struct bolt_err *err);

/* In a part that is not whole: the record of this id goes. 0 (also when there is none) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_writer_remove(struct bolt_writer *writer, const char *id);

/* Before the first part: what will be written is a copy of another database's generation. If that is beyond this database's, it
 * takes its number and its mark, so that differences from there fit here, too. */
void bolt_writer_adopt(struct bolt_writer *writer, uint64_t generation, uint64_t mark);

/* How many records, scores and entries of the part have come so far. */
uint64_t bolt_writer_taken(const struct bolt_writer *writer);

/* Where a part came from; NULLs and zeros for what is not known. */
struct bolt_part_source {
	const char *url, *etag, *last_modified;
	const char *sha256; /* of the file as fetched, hex */
	uint64_t bytes;     /* of that file */
	int64_t fetched_unix;
};

enum bolt_part_outcome { BOLT_PART_UNCHANGED = 0, BOLT_PART_NEW, BOLT_PART_UPDATED, BOLT_PART_REFUSED, _BOLT_PART_OUTCOME_MAX };
const char *bolt_part_outcome_text(enum bolt_part_outcome outcome); /* "unchanged" "new" "updated" "refused" */

struct bolt_part_result { /* sent between processes as it is */
	char part[BOLT_PART_NAME];
	uint32_t outcome;
	uint32_t padding;
	uint64_t records;                 /* in the part now */
	uint64_t added, changed, removed; /* records (scores of EPSS, entries of KEV) */
	uint64_t damaged, duplicates;     /* left out */
	char reason[512];                 /* REFUSED: why. Otherwise the first damaged record, or empty */
};

/* Ends the part. r: how reading it went (`why` says more); a part whose reading failed, or that looks wrong (limits.h), is refused,
 * and what the database has of it stays. 0 (refused or not) | negative errno: the file can no longer be used (-ENOSPC, -EIO,
 * -ENOMEM, -EBADMSG), err set. */
BOLT_MUST_CHECK int bolt_writer_end(struct bolt_writer *writer, int r, const struct bolt_err *why,
				    const struct bolt_part_source *source, struct bolt_part_result *ret_result,
				    struct bolt_err *err);

struct bolt_writer_outcome {
	bool changed;   /* something other than dates: there is a new generation */
	bool compacted; /* the database is in compact_fd, not in the file */
	uint64_t generation;
};

/* Writes what is left, the trailer, and syncs. When more than a third of the file is free and compact_fd (an empty file) is not -1,
 * a compact copy is made there. The writer can only be closed afterwards. 0 | negative errno, err set. */
BOLT_MUST_CHECK int bolt_writer_finish(struct bolt_writer *writer, int compact_fd, struct bolt_writer_outcome *ret_outcome,
				       struct bolt_err *err);
