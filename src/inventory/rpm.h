/* What the RPM database formats share: a database is a set of header blobs (rpm 4 package file format, section "header
 * structure"), and whatever container held a blob, bolt_rpm_add reads it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"
#include "inventory/sink.h"

/* One database being read. */
struct bolt_rpm {
	struct bolt_sink *sink;
	uint64_t blob_bytes_left;  /* blobs do not overlap: all of them together cannot be longer than the file */
	uint64_t paths_bytes_left; /* BOLT_OWNED_PATH_BYTES_MAX, counted down */
	size_t packages, damaged;
	struct bolt_err damage; /* of the first damaged record */
};

/* file_bytes: the whole database's length. */
struct bolt_rpm bolt_rpm_begin(struct bolt_sink *sink, uint64_t file_bytes);

/* Reads one header blob and adds its package. Damage is remembered, not returned: the next blob is still worth reading.
 * 0 | -EBADMSG (blobs overlap: stop) | -ENOMEM | -E2BIG, the last three with err set. */
BOLT_MUST_CHECK int bolt_rpm_add(struct bolt_rpm *rpm, struct bolt_cursor blob, struct bolt_err *err);

/* Remembers damage found by a container. */
void bolt_rpm_damaged(struct bolt_rpm *rpm, const char *format, ...) BOLT_PRINTF(2, 3);

/* To be called last: 0, or -EBADMSG with the first damage and the counts in err. */
BOLT_MUST_CHECK int bolt_rpm_end(const struct bolt_rpm *rpm, struct bolt_err *err);

/* Fills source_name and source_version from "NAME-VERSION-RELEASE.src.rpm" (or .nosrc.rpm); other texts leave both NULL.
 * 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_rpm_source(struct bolt_sink *sink, struct bolt_cursor source_rpm, struct bolt_found *found);
