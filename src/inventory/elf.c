/* Compiled programs for Linux. A file goes to one row only, so this one looks at it once, in a stream and in constant memory, and
 * shows each part to those who can find something there: Go's build info, cargo-auditable's list. */
#include <errno.h>
#include <stdlib.h>

#include "inventory/cataloger.h"
#include "inventory/elf_image.h"
#include "inventory/go_build_info.h"
#include "inventory/rust_audit.h"
#include "inventory/windows.h"

struct scan {
	struct bolt_elf elf;
	struct bolt_go_scan go;
	struct bolt_rust_scan rust;
	struct bolt_sink *sink;
	size_t part; /* the first one not yet passed */
	int damaged; /* -EBADMSG: err holds the first reason */
};

static int look_at_part(struct scan *scan, unsigned kinds, const struct bolt_window *window, struct bolt_err *err)
{
	struct bolt_err damage;
	int r = bolt_go_scan_look(&scan->go, &scan->elf, kinds, window);

	if (r == 0 && (kinds & (BOLT_ELF_CONSTANTS | BOLT_ELF_UNLOADED)))
		r = bolt_rust_scan_look(&scan->rust, window, scan->sink, &damage);
	if (r == -EBADMSG) {
		if (!scan->damaged)
			scan->damaged = bolt_err_set(err, r, "%s", damage.msg);
		return 0;
	}
	return r == -E2BIG ? bolt_err_set(err, r, "%s", damage.msg) : r;
}

static int look(void *context, const struct bolt_window *window, struct bolt_err *err)
{
	struct scan *scan = context;
	uint64_t end = window->at + window->starts;

	if (window->at == 0 && bolt_elf_read(bolt_cursor(window->p, window->n), &scan->elf) < 0)
		return 1; /* an object file, or something else that begins like one */
	for (; scan->part < scan->elf.parts_len; scan->part++) {
		const struct bolt_elf_part *part = &scan->elf.parts[scan->part];

		if (part->from >= end)
			break;
		size_t from = part->from > window->at ? (size_t) (part->from - window->at) : 0;
		size_t to = part->to < end ? (size_t) (part->to - window->at) : window->starts;
		struct bolt_window piece = {
			.at = window->at + from, .p = window->p + from, .n = window->n - from, .starts = to - from
		};
		int r = look_at_part(scan, part->kinds, &piece, err);
		if (r != 0)
			return r;
		if (part->to > end)
			break; /* it goes on in the next window */
	}
	return 0;
}

static void scan_free(struct scan *scan)
{
	if (!scan)
		return;
	bolt_go_scan_done(&scan->go);
	bolt_rust_scan_done(&scan->rust);
	free(scan);
}
BOLT_DEFINE_CLEANUP(struct scan *, scan_free)

static int stream_elf(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	BOLT_CLEANUP(scan_freep) struct scan *scan = calloc(1, sizeof(*scan));
	struct bolt_err damage = { .msg = "" };

	if (!scan)
		return -ENOMEM;
	scan->sink = sink;
	int r = bolt_windows(file->content, look, scan, err);
	if (r < 0)
		return r;

	int go = bolt_go_scan_finish(&scan->go, &scan->elf, sink, &damage);
	if (go == 0)
		go = bolt_rust_scan_finish(&scan->rust, &damage);
	if (go < 0 && (go != -EBADMSG || !scan->damaged))
		return bolt_err_set(err, go, "%s", damage.msg);
	return scan->damaged;
}

const struct bolt_cataloger bolt_cataloger_elf = {
	.name = "elf",
	.type = "",
	.summary = "Go modules and Rust crates compiled into programs: Go build info, cargo-auditable",
	.where = BOLT_CATALOG_INSTALLED,
	.magic = "\177ELF",
	.magic_len = 4,
	.stream = stream_elf,
};
