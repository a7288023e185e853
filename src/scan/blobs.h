/* Where a worker gets an image's documents and layers from, by name. */
#pragma once

#include <pthread.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"
#include "oci/archive.h"

struct bolt_blobs {
	/* Any thread may call. `size`: what is expected, or 0. ret_reader is the caller's to close.
	 * 0 | -ENOENT (there is none of that name) | other negative errno, err set. */
	int (*open)(struct bolt_blobs *blobs, const char *name, uint64_t size, struct bolt_reader **ret_reader,
		    struct bolt_err *err);
};

/* Members of a tar file on disk. */
struct bolt_archive_blobs {
	struct bolt_blobs base;
	const struct bolt_archive *archive; /* borrowed */
};
void bolt_archive_blobs_init(struct bolt_archive_blobs *blobs, const struct bolt_archive *archive);

/* What the parent hands over through the channel (scan/channel.h). */
struct bolt_channel_blobs {
	struct bolt_blobs base;
	int socket; /* borrowed */
	pthread_mutex_t lock;
};
void bolt_channel_blobs_init(struct bolt_channel_blobs *blobs, int socket);
