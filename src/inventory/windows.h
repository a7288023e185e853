/* A stream looked at through windows: every byte of it is, exactly once, a place where something may begin, and what begins there
 * can be seen for at least BOLT_WINDOW_AHEAD bytes whatever the blocks of the reader were. Constant memory. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

/* An ELF header with its program headers and the notes of a Go program (in the first page), or the head of a deflate block. */
enum { BOLT_WINDOW_AHEAD = 8192 };

struct bolt_window {
	uint64_t at;      /* offset of bytes[0] in the stream */
	const uint8_t *p; /* valid during the call only */
	size_t n;         /* bytes that can be read */
	size_t starts;    /* p[0..starts) are this window's own; the next window's own begin at at + starts */
};

/* 0: go on | 1: seen enough | negative errno with err set. */
typedef int (*bolt_window_look)(void *context, const struct bolt_window *window, struct bolt_err *err);

/* 0 | what look or the reader failed with. */
BOLT_MUST_CHECK int bolt_windows(struct bolt_reader *reader, bolt_window_look look, void *context, struct bolt_err *err);
