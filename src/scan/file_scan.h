/* One regular file through every eye in one pass: its hash, and the catalogers that want it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/budget.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"
#include "inventory/sink_private.h"
#include "scan/kept_records.h"

struct bolt_file_scan {
	struct bolt_sink *sink;
	struct bolt_hash *hash; /* SHA-256, reused */
	struct bolt_budget *budget;
	struct bolt_kept *kept; /* for hard links that follow; NULL where a link is read like any file (trees) */
	unsigned where_mask;    /* enum bolt_catalog_where */
	bool strict;            /* a damaged record ends the scan */
};

/* Reads `content` to its end. `ordinal`: of the file's record in the layer's index. Damage to a package record becomes a warning
 * in the sink (or, when strict, -EBADMSG). 0 | -ENOMEM | -EBADMSG | what the content failed with. */
BOLT_MUST_CHECK int bolt_file_scan(const struct bolt_file_scan *scan, const char *path, uint32_t mode, uint64_t size,
				   uint64_t ordinal, struct bolt_reader *content, uint8_t ret_sha256[32], struct bolt_err *err);

/* A hard link to `target`, whose content came before under that name: read again as a record of this path. 1: it was read, or no
 * cataloger wants the path; 0: a cataloger would, but the content was not kept. Errors as above. */
BOLT_MUST_CHECK int bolt_file_scan_link(const struct bolt_file_scan *scan, const char *path, const char *target, uint32_t mode,
					uint64_t ordinal, struct bolt_err *err);
