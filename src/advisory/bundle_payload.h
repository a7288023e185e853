/* What is in a bundle behind its header, once decompressed: part after part, each with where it came from, records (their canonical
 * bytes) that are new or changed, ids that are gone, scores, known exploited vulnerabilities. Numbers are LEB128, texts end in NUL.
 *
 *   'P' name, flags (1: there is content; 2: it is the whole part), url, etag, last_modified, sha256, bytes, dated, fetched
 *   'R' length, record    'G' id    'S' count, columns of scores    'K' CVE, added, due, ransomware    'E' end of the part
 *   'Z' end */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/advisory.h"
#include "advisory/bundle_scores.h"
#include "advisory/feed.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

struct bolt_bundle_part {
	const char *name;
	bool content, whole;
	const char *url, *etag, *last_modified, *sha256; /* or NULL */
	uint64_t bytes;
	int64_t dated_unix, fetched_unix;
};

/* Writing: each adds to the buffer. 0 | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_payload_part(struct bolt_buf *buf, const struct bolt_bundle_part *part);
BOLT_MUST_CHECK int bolt_payload_record(struct bolt_buf *buf, const void *canonical, size_t n);
BOLT_MUST_CHECK int bolt_payload_gone(struct bolt_buf *buf, const char *id);
BOLT_MUST_CHECK int bolt_payload_scores(struct bolt_buf *buf, const struct bolt_rescore *scores, size_t len);
BOLT_MUST_CHECK int bolt_payload_kev(struct bolt_buf *buf, const char *cve, const struct bolt_kev *kev);
BOLT_MUST_CHECK int bolt_payload_part_end(struct bolt_buf *buf);
BOLT_MUST_CHECK int bolt_payload_end(struct bolt_buf *buf);

/* Reading. What is passed is borrowed for the call. Each returns 0 or a negative errno with err set, which ends it. */
struct bolt_payload_sink {
	int (*part)(struct bolt_payload_sink *sink, const struct bolt_bundle_part *part, struct bolt_err *err);
	int (*record)(struct bolt_payload_sink *sink, struct bolt_cursor canonical, struct bolt_err *err);
	int (*gone)(struct bolt_payload_sink *sink, const char *id, struct bolt_err *err);
	int (*scores)(struct bolt_payload_sink *sink, const struct bolt_rescore *scores, size_t len, struct bolt_err *err);
	int (*kev)(struct bolt_payload_sink *sink, const char *cve, const struct bolt_kev *kev, struct bolt_err *err);
	int (*part_end)(struct bolt_payload_sink *sink, struct bolt_err *err);
};

/* To its end, in memory bounded by one record and by a part's scores. 0 | -EBADMSG (not as above, or cut off) | -E2BIG (bounds) |
 * -ENOMEM | what reader or sink fail with. */
BOLT_MUST_CHECK int bolt_payload_read(struct bolt_reader *reader, struct bolt_payload_sink *sink, struct bolt_err *err);
