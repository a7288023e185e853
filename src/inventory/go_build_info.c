#include "inventory/go_build_info.h"

#include <errno.h>
#include <string.h>

#include "inventory/limits.h"

enum { HEADER_BYTES = 32, ALIGN = 16, FLAG_BIG_ENDIAN = 1, FLAG_INLINE = 2 };

static const char magic[] = "\xff Go buildinf:";

static bool is_version(struct bolt_cursor c)
{
	return bolt_cursor_starts(c, "go") || bolt_cursor_starts(c, "devel");
}

/* Version and modules of an inline block. 1: whole | 0: more bytes are needed | -EBADMSG. */
static int take_inline(struct bolt_cursor c, struct bolt_cursor *ret_version, struct bolt_cursor *ret_modules)
{
	struct bolt_cursor *texts[] = { ret_version, ret_modules };

	if (bolt_skip(&c, HEADER_BYTES) < 0)
		return 0;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(texts); i++) {
		size_t before = c.left;
		uint64_t len;

		if (bolt_take_uvarint(&c, &len) < 0)
			return before < 10 ? 0 : -EBADMSG; /* a number takes at most ten bytes */
		if (len > BOLT_BUILD_INFO_MAX)
			return -EBADMSG;
		if (i == 0 && c.left >= 5 && !is_version(c))
			return -EBADMSG;
		if (bolt_take_sub(&c, (size_t) len, texts[i]) < 0)
			return 0;
	}
	return is_version(*ret_version) ? 1 : -EBADMSG;
}

/* Takes the header whose magic is at w->p[i], if it is one: anything may contain the magic, debug/buildinfo itself does. */
static void take_header(struct bolt_go_scan *scan, const struct bolt_window *w, size_t i)
{
	struct bolt_cursor c = bolt_cursor(w->p + i, w->n - i), version, modules;
	uint8_t word_len, flags;

	if (bolt_skip(&c, sizeof(magic) - 1) < 0 || bolt_take_u8(&c, &word_len) < 0 || bolt_take_u8(&c, &flags) < 0)
		return;
	if (flags & FLAG_INLINE) {
		if (take_inline(bolt_cursor(w->p + i, w->n - i), &version, &modules) >= 0)
			scan->state = BOLT_GO_INSIDE;
		return;
	}
	bool big_endian = flags & FLAG_BIG_ENDIAN;
	if ((word_len == 4 || word_len == 8) && bolt_elf_take_word(&c, word_len == 8, big_endian, &scan->version_pointer) == 0 &&
	    bolt_elf_take_word(&c, word_len == 8, big_endian, &scan->module_pointer) == 0)
		scan->state = BOLT_GO_POINTERS;
}

/* Adds the window's own bytes from `from` on to the block. */
static int add_to_block(struct bolt_go_scan *scan, const struct bolt_window *w, size_t from)
{
	struct bolt_cursor version, modules;
	int r = bolt_buf_add(&scan->block, w->p + from, w->starts - from);

	if (r == -E2BIG)
		r = -EBADMSG;
	else if (r == 0)
		r = take_inline(bolt_cursor(scan->block.data, scan->block.len), &version, &modules);
	if (r > 0)
		scan->state = BOLT_GO_WHOLE;
	if (r == -EBADMSG) {
		bolt_buf_done(&scan->block);
		scan->state = BOLT_GO_SEARCHING;
	}
	return r == -ENOMEM ? r : 0;
}

static int look_at_variables(struct bolt_go_scan *scan, const struct bolt_window *w)
{
	if (scan->state == BOLT_GO_INSIDE)
		return add_to_block(scan, w, 0);
	for (size_t i = (ALIGN - w->at % ALIGN) % ALIGN; scan->state == BOLT_GO_SEARCHING && i < w->starts; i += ALIGN) {
		if (w->n - i < HEADER_BYTES || w->p[i] != 0xff || memcmp(w->p + i, magic, sizeof(magic) - 1) != 0)
			continue;
		take_header(scan, w, i);
		if (scan->state != BOLT_GO_INSIDE)
			continue;
		scan->block = (struct bolt_buf) BOLT_BUF_INIT(2 * BOLT_BUILD_INFO_MAX);
		int r = add_to_block(scan, w, i);
		if (r < 0)
			return r;
	}
	return 0;
}

int bolt_go_scan_look(struct bolt_go_scan *scan, const struct bolt_elf *elf, unsigned kinds, const struct bolt_window *window)
{
	int r = 0;

	if (scan->state == BOLT_GO_WHOLE)
		return 0;
	if (elf->go_note && (kinds & BOLT_ELF_CONSTANTS))
		r = bolt_go_strings_texts(&scan->strings, elf, window);
	if (r == 0 && (kinds & BOLT_ELF_VARIABLES))
		r = look_at_variables(scan, window);
	if (r == 0 && (kinds & BOLT_ELF_VARIABLES) && (scan->state == BOLT_GO_SEARCHING || scan->state == BOLT_GO_POINTERS))
		r = bolt_go_strings_headers(&scan->strings, elf, window);
	return r;
}

int bolt_go_scan_finish(struct bolt_go_scan *scan, const struct bolt_elf *elf, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor version = { 0 }, modules = { 0 };

	switch (scan->state) {
	case BOLT_GO_WHOLE:
		if (take_inline(bolt_cursor(scan->block.data, scan->block.len), &version, &modules) != 1)
			return bolt_err_set(err, -EBADMSG, "Go build info is damaged");
		return bolt_go_modules(version, modules, sink, err);
	case BOLT_GO_INSIDE:
		return bolt_err_set(err, -EBADMSG, "Go build info is cut off after %zu bytes", scan->block.len);
	case BOLT_GO_POINTERS:
		version = bolt_go_strings_version(&scan->strings, scan->version_pointer);
		if (scan->module_pointer != 0)
			modules = bolt_go_strings_modules(&scan->strings);
		if (version.left == 0 && modules.left == 0)
			return bolt_err_set(err, -EBADMSG, "Go build info points to strings that the file does not hold%s",
					    elf->go_note ? "" : " (without a Go build id they are not looked for)");
		return bolt_go_modules(version, modules, sink, err);
	case BOLT_GO_SEARCHING:
		modules = bolt_go_strings_modules(&scan->strings);
		return bolt_go_modules(version, modules, sink, err); /* Go 1.12 and stripped build info: the modules may be there */
	}
	return 0;
}

void bolt_go_scan_done(struct bolt_go_scan *scan)
{
	bolt_buf_done(&scan->block);
	bolt_go_strings_done(&scan->strings);
}
