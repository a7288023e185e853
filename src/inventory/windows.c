#include "inventory/windows.h"

#include <stdbool.h>
#include <string.h>

/* Between two blocks: the end of the one before (at most AHEAD bytes, whose windows are still to come) and the start of the next.
 */
struct seam {
	uint64_t at;
	size_t n;
	uint8_t bytes[2 * BOLT_WINDOW_AHEAD];
};

static int look_at_block(struct seam *seam, const uint8_t *block, size_t n, bolt_window_look look, void *context,
			 struct bolt_err *err)
{
	size_t pending = seam->n, taken = sizeof(seam->bytes) - seam->n;

	if (taken > n)
		taken = n;
	memcpy(seam->bytes + seam->n, block, taken);
	seam->n += taken;

	/* A small block that fits the seam: what now has enough behind it is looked at, the rest waits. */
	bool whole = taken == n;
	size_t starts = whole ? (seam->n > BOLT_WINDOW_AHEAD ? seam->n - BOLT_WINDOW_AHEAD : 0) : pending;
	struct bolt_window window = { .at = seam->at, .p = seam->bytes, .n = seam->n, .starts = starts };
	int r = starts > 0 ? look(context, &window, err) : 0;
	if (r != 0)
		return r;
	seam->at += starts;
	if (whole) {
		seam->n -= starts;
		memmove(seam->bytes, seam->bytes + starts, seam->n);
		return 0;
	}

	/* The block itself, without copying it, up to where too little of it is left. */
	window = (struct bolt_window){ .at = seam->at, .p = block, .n = n, .starts = n - BOLT_WINDOW_AHEAD };
	r = look(context, &window, err);
	seam->at += window.starts;
	seam->n = BOLT_WINDOW_AHEAD;
	memcpy(seam->bytes, block + window.starts, seam->n);
	return r;
}

int bolt_windows(struct bolt_reader *reader, bolt_window_look look, void *context, struct bolt_err *err)
{
	struct seam seam = { .at = 0, .n = 0 };
	const uint8_t *block;
	ssize_t n;
	int r = 0;

	while ((n = bolt_read_next(reader, &block, err)) > 0) {
		r = look_at_block(&seam, block, (size_t) n, look, context, err);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	if (n < 0)
		return (int) n;
	struct bolt_window last = { .at = seam.at, .p = seam.bytes, .n = seam.n, .starts = seam.n };
	if (seam.n > 0)
		r = look(context, &last, err);
	return r < 0 ? r : 0;
}
