/* What the two ends of a scan say to each other over a channel (core/channel.h): the worker asks for blobs by name and says how it
 * ended, the parent answers with file descriptors. */
#pragma once

#include <stdint.h>

#include "core/channel.h"
#include "core/err.h"

enum { BOLT_CHANNEL_NAME = 640 };

struct bolt_ask { /* worker to parent */
	uint32_t kind;
	int32_t status;               /* DONE: 0 or negative errno */
	uint64_t size;                /* OPEN: what the manifest says, or 0 */
	char name[BOLT_CHANNEL_NAME]; /* OPEN: "blobs/sha256/<hex>", "manifests/<tag or digest>", "index.json" */
	struct bolt_err err;          /* DONE */
};
enum { BOLT_ASK_OPEN = 1, BOLT_ASK_DONE = 2 };

struct bolt_answer { /* parent to worker; a file descriptor travels along when status is 0 */
	int32_t status;
	struct bolt_err err;
};
