/* Bringing the database up to date from what `db export --publish` put on a web server: its index says which generation there is,
 * the difference that fits is fetched, else everything. */
#pragma once

#include "advisory/bundle.h"
#include "advisory/import.h"
#include "advisory/update.h"
#include "core/err.h"
#include "core/macros.h"

struct bolt_bundle_update {
	const char *url;                          /* base; the index is BOLT_BUNDLE_INDEX below it */
	const char *trust_key;                    /* file; must be */
	const struct bolt_import_options *import; /* database, note, cancelled */
	const char *ca_file;                      /* or NULL */
	bool plain_http;
	void (*tick)(void *context, const struct bolt_update_progress *progress); /* as in bolt_update_options */
};

struct bolt_bundle_update_result {
	struct bolt_import_result import;
	bool current;    /* there was nothing to do; import has the generation alone */
	bool difference; /* that is what was fetched */
	uint64_t bytes;  /* fetched */
};

/* Blocks. As bolt_update and bolt_bundle_import. */
BOLT_MUST_CHECK int bolt_bundle_update(const struct bolt_bundle_update *update, struct bolt_bundle_update_result *ret_result,
				       struct bolt_err *err);
