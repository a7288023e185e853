/* Where catalogers put what they find. One sink a layer (one thread); sinks are merged into a report by inventory/merge.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"
#include "model/report.h"

struct bolt_sink;

/* One record of one package in one file. Texts are static or come from bolt_sink_text*. */
struct bolt_found {
	const char *type;                                             /* purl type; NULL: the cataloger row's */
	const char *name, *version;                                   /* never NULL; version may be "" */
	const char *arch, *source_name, *source_version, *modularity; /* or NULL */
	struct bolt_texts licenses;                                   /* fill with bolt_sink_license before bolt_sink_add */
	const char *location; /* NULL: the file being read. Set it for records inside that file: "app.jar!/BOOT-INF/lib/x.jar" */

	/* Filled by the sink. */
	const char *cataloger;
	const char *file; /* the outermost file, whose removal removes the record */
	uint64_t ordinal; /* of that file among the layer's entries */
};

/* Copies into the sink's memory. NULL means full: return -ENOMEM. */
const char *bolt_sink_text(struct bolt_sink *sink, struct bolt_cursor bytes);
const char *bolt_sink_strdup(struct bolt_sink *sink, const char *text);
const char *bolt_sink_printf(struct bolt_sink *sink, const char *format, ...) BOLT_PRINTF(2, 3);

/* Adds a licence (copied) to a record not yet added. Empty texts are dropped, those past BOLT_LICENSES_MAX cost a warning.
 * 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sink_license(struct bolt_sink *sink, struct bolt_found *found, struct bolt_cursor license);

/* Takes a copy of *found. 0 | -ENOMEM | -E2BIG (BOLT_PACKAGES_MAX passed; err says so). */
BOLT_MUST_CHECK int bolt_sink_add(struct bolt_sink *sink, const struct bolt_found *found, struct bolt_err *err);

/* A licence for package `name` of type `type`, found apart from its record (Debian's copyright files). 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sink_license_of(struct bolt_sink *sink, const char *type, struct bolt_cursor name,
					 struct bolt_cursor license);

/* The package `type` `name` (dpkg: "name" or "name:arch") says it installed the file at `path` (normalised by the sink).
 * Bounded by BOLT_OWNED_FILES_MAX, past which it is counted and a warning is made, not an error. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sink_owns(struct bolt_sink *sink, const char *type, struct bolt_cursor name, struct bolt_cursor path);

/* An operating system's description from the file being read. Higher rank wins over lower whatever the layer
 * (os-release 100, older files below). Texts as for bolt_found. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sink_os(struct bolt_sink *sink, const struct bolt_os *os, unsigned rank);

/* A warning about the file being read that does not end its reading. Never fails (counts what no longer fits). */
void bolt_sink_warn(struct bolt_sink *sink, const char *code, const char *format, ...) BOLT_PRINTF(3, 4);
