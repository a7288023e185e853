/* What a codec is to inflate.c: a state, and one step that turns input into output. */
#pragma once

#include <stdbool.h>

#include "oci/inflate.h"

struct inflate_io {
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
	bool in_ended; /* no input will follow what is left */
};

struct inflate_codec {
	const char *name, *magic;
	size_t magic_len;
	void *(*open)(void); /* NULL: out of memory */
	void (*close)(void *state);
	/* Moves in/out forward. 1: a member ended, 0: go on, negative errno with err set. */
	int (*step)(void *state, struct inflate_io *io, struct bolt_err *err);
};

extern const struct inflate_codec inflate_gzip, inflate_zstd, inflate_xz, inflate_bzip2;
