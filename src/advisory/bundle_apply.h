/* A bundle's content into a writer; runs in the sandbox. */
#pragma once

#include "advisory/bundle.h"
#include "advisory/database_write.h"
#include "core/reader.h"

struct bolt_bundle_apply {
	struct bolt_writer *writer;
	const struct bolt_bundle_header *header;
	/* A part is done. 0 | negative errno, which ends it. */
	int (*part)(void *context, const struct bolt_part_result *part);
	void *context;
};

/* `plain`: the payload, decompressed. Either all of it is in the writer or the writer is of no use any more.
 * 0 | -ESTALE (not what the difference starts from) | -EBADMSG | -E2BIG | -ENOMEM | what the writer fails with. */
BOLT_MUST_CHECK int bolt_bundle_apply(const struct bolt_bundle_apply *apply, struct bolt_reader *plain, struct bolt_err *err);
