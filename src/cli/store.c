#include "cli/store.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "cli/database_path.h"
#include "scan/keep.h"

/* A record of a large image has some 50 kB, with its keys. */
enum { IMAGES = 10000 };
static const uint64_t bytes_most = UINT64_C(1) << 30;

int cli_store_path(const struct cli_options *options, char *ret_path, size_t len, struct bolt_err *err)
{
	int r = cli_state_path(options->store, "images.db", ret_path, len, err);

	return r < 0 ? bolt_err_wrap(err, r, "the store of images") : 0;
}

struct bolt_store_limit cli_store_limit(const struct cli_options *options)
{
	return (struct bolt_store_limit){ options->store_images ? options->store_images : IMAGES,
					  options->store_bytes ? options->store_bytes : bytes_most };
}

void cli_store_keep(const struct cli_options *options, int record_fd, void (*tell)(void *context, const char *text), void *context)
{
	const struct bolt_store_limit limit = cli_store_limit(options);
	struct bolt_kept kept = { .stored = false };
	struct bolt_err err = { .msg = "" };
	char path[PATH_MAX], text[1024];
	int r = cli_store_path(options, path, sizeof(path), &err);

	if (r == 0 && !options->store)
		r = cli_make_directory_of(path, &err);
	if (r == 0)
		r = bolt_keep_record(path, &limit, record_fd, &kept, &err);
	if (r < 0) {
		(void) snprintf(text, sizeof(text), "not kept for boltseal rescan: %s", bolt_err_text(&err, r));
		tell(context, text);
	} else if (kept.dropped > 0) {
		(void) snprintf(text, sizeof(text),
				"the store is full: %" PRIu64 " image%s scanned longest ago went (--store-limit)", kept.dropped,
				kept.dropped == 1 ? "" : "s");
		tell(context, text);
	}
}
