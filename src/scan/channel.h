/* The two ends of a scan talk over a socketpair in whole messages: the worker asks for blobs by name and says how it ended, the
 * parent answers with file descriptors. Messages are fixed-size structs: nothing in them is parsed. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"

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

/* Each sends or receives exactly one message, blocking. fd -1: none. ret_fd NULL: none is taken; a message with one, or with more
 * than one in any case, is -EPROTO, like one of another length, and every descriptor in it is closed. 0 | negative errno (-EPIPE:
 * the other end is gone). */
BOLT_MUST_CHECK int bolt_channel_send(int socket, const void *message, size_t len, int fd);
BOLT_MUST_CHECK int bolt_channel_receive(int socket, void *message, size_t len, int *ret_fd);
