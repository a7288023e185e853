#include "inventory/rust_audit.h"

#include <errno.h>
#include <isa-l.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "inventory/byte_pair.h"
#include "inventory/limits.h"

enum { ZLIB_HEADER = 2, BLOCK_HEAD = 11, TRY_BYTES = 1024 };

static const char json_start[] = "{\"packages\":";

/* RFC 1951 3.2.7: is the code for the code lengths complete? Random bytes pass once in some hundred times, so that chance zlib
 * headers (one in 16,384 positions of random data) hardly ever cost an inflate. p[0..BLOCK_HEAD) is readable. */
static bool is_dynamic_block(const uint8_t *p)
{
	unsigned literals = p[0] >> 3, distances = p[1] & 0x1fu, lengths = 4 + (p[1] >> 5 | (p[2] & 1u) << 3), sum = 0;

	for (unsigned i = 0, at = 17; i < lengths; i++, at += 3) {
		unsigned len = (p[at / 8] | (unsigned) p[at / 8 + 1] << 8) >> at % 8 & 7;

		sum += len ? 128u >> len : 0;
	}
	return literals <= 29 && distances <= 29 && sum == 128;
}

/* Can the deflate block at p begin with a brace? */
static bool may_begin_object(const uint8_t *p)
{
	switch (p[0] >> 1 & 3) {
	case 0: /* stored: LEN, NLEN, bytes */
		return p[5] == '{' && (p[1] ^ p[3]) == 0xff && (p[2] ^ p[4]) == 0xff;
	case 1: /* fixed codes: '{' is 10101011, written from its high bit on */
		return ((p[0] >> 3 | p[1] << 5) & 0xff) == 0xd5;
	case 2:
		return is_dynamic_block(p);
	default:
		return false;
	}
}

static void start_inflate(struct inflate_state *state)
{
	isal_inflate_init(state);
	state->crc_flag = ISAL_ZLIB;
}

static bool begins_list(struct inflate_state *state, const uint8_t *p, size_t n)
{
	uint8_t out[sizeof(json_start) - 1];

	start_inflate(state);
	state->next_in = (uint8_t *) (uintptr_t) p; /* the library does not write there */
	state->avail_in = n < TRY_BYTES ? (uint32_t) n : TRY_BYTES;
	state->next_out = out;
	state->avail_out = sizeof(out);
	(void) isal_inflate(state); /* the bytes tell */
	return state->avail_out == 0 && memcmp(out, json_start, sizeof(out)) == 0;
}

/* One package; build dependencies run on the builder's machine and are not in the program. */
static int add_package(json_t *package, struct bolt_sink *sink, struct bolt_err *err)
{
	const char *name = bolt_json_text(package, "name"), *version = bolt_json_text(package, "version");
	const char *kind = bolt_json_text(package, "kind");

	if (!name || !*name || !version)
		return bolt_err_set(err, -EBADMSG, "cargo-auditable data holds a package without name or version");
	if (kind && strcmp(kind, "build") == 0)
		return 0;
	struct bolt_found found = {
		.type = "cargo",
		.name = bolt_sink_strdup(sink, name),
		.version = bolt_sink_strdup(sink, version),
	};
	return found.name && found.version ? bolt_sink_add(sink, &found, err) : -ENOMEM;
}

static int add_packages(struct bolt_cursor text, struct bolt_sink *sink, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *list = NULL;
	json_t *package;
	size_t i;
	int damaged = 0;
	int r = bolt_json_load(text.p, text.left, BOLT_RECORD_DEPTH_MAX, &list, err);

	if (r < 0)
		return bolt_err_wrap(err, r, "cargo-auditable data");
	json_array_foreach(json_object_get(list, "packages"), i, package)
	{
		r = add_package(package, sink, err);
		if (r == -EBADMSG)
			damaged = r;
		else if (r < 0)
			return r;
	}
	return damaged;
}

/* Inflates more of the list. 0: all of p was needed | 1: the list is whole | negative errno. */
static int continue_list(struct bolt_rust_scan *scan, const uint8_t *p, size_t n, struct bolt_err *err)
{
	struct inflate_state *state = scan->inflate;
	uint8_t out[16 * 1024];

	state->next_in = (uint8_t *) (uintptr_t) p;
	state->avail_in = (uint32_t) n;
	do {
		state->next_out = out;
		state->avail_out = sizeof(out);
		if (isal_inflate(state) != ISAL_DECOMP_OK)
			return bolt_err_set(err, -EBADMSG, "cargo-auditable data is damaged after %zu bytes of JSON",
					    scan->json.len);
		int r = bolt_buf_add(&scan->json, out, sizeof(out) - state->avail_out);
		if (r == -E2BIG)
			return bolt_err_set(err, -EBADMSG, "cargo-auditable data is larger than the bound of %u bytes",
					    BOLT_BUILD_INFO_MAX);
		if (r < 0)
			return r;
	} while (state->block_state != ISAL_BLOCK_FINISH && (state->avail_in > 0 || state->avail_out == 0));
	return state->block_state == ISAL_BLOCK_FINISH;
}

static int take_list(struct bolt_rust_scan *scan, const struct bolt_window *w, size_t from, struct bolt_sink *sink,
		     struct bolt_err *err)
{
	int r = continue_list(scan, w->p + from, w->starts - from, err);

	scan->inside = r == 0;
	if (r > 0)
		r = add_packages(bolt_cursor(scan->json.data, scan->json.len), sink, err);
	if (!scan->inside)
		bolt_buf_done(&scan->json);
	return r;
}

int bolt_rust_scan_look(struct bolt_rust_scan *scan, const struct bolt_window *window, struct bolt_sink *sink, struct bolt_err *err)
{
	/* CMF 0x78 (deflate, 32 KiB window) and the FLG of each of zlib's four levels: RFC 1950 2.2. */
	static const struct bolt_byte_pair pair = { .first = 0x78, .distance = 1, .second = { 0x9c, 0xda, 0x01, 0x5e } };
	int damaged = 0;

	if (scan->inside)
		return take_list(scan, window, 0, sink, err); /* a list has no other list inside or right behind it */
	for (size_t i = 0; (i = bolt_find_pair(window->p, window->n, i, window->starts, &pair)) != SIZE_MAX; i++) {
		const uint8_t *p = window->p + i;
		size_t n = window->n - i;

		if (n < ZLIB_HEADER + BLOCK_HEAD || !may_begin_object(p + ZLIB_HEADER))
			continue;
		if (!scan->inflate && !(scan->inflate = malloc(sizeof(*scan->inflate))))
			return -ENOMEM;
		if (!begins_list(scan->inflate, p, n))
			continue;
		start_inflate(scan->inflate);
		scan->json = (struct bolt_buf) BOLT_BUF_INIT(BOLT_BUILD_INFO_MAX);
		int r = take_list(scan, window, i, sink, err);
		if (r == -EBADMSG)
			damaged = r;
		else if (r < 0 || scan->inside)
			return r;
	}
	return damaged;
}

int bolt_rust_scan_finish(struct bolt_rust_scan *scan, struct bolt_err *err)
{
	return scan->inside ? bolt_err_set(err, -EBADMSG, "cargo-auditable data is cut off") : 0;
}

void bolt_rust_scan_done(struct bolt_rust_scan *scan)
{
	free(scan->inflate);
	bolt_buf_done(&scan->json);
	*scan = (struct bolt_rust_scan){ 0 };
}
