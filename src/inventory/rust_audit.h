/* The dependency list that cargo-auditable puts into Rust programs: section .dep-v0, a zlib stream of JSON (its PARSING.md and JSON
 * schema). Section headers come last in a file, so in a stream the section is found by what it holds: a zlib header, whose deflate
 * block inflates to `{"packages":`. Depending on its version the section is among the constants or in no segment at all. */
#pragma once

#include "core/buf.h"
#include "core/err.h"
#include "core/macros.h"
#include "inventory/sink.h"
#include "inventory/windows.h"

struct inflate_state;

/* Zero is the state before the first window. */
struct bolt_rust_scan {
	struct inflate_state *inflate; /* made for the first candidate */
	struct bolt_buf json;
	bool inside;
};

/* The next window over a part that may hold it; records go into the sink as soon as a list is whole.
 * 0 | -EBADMSG (damaged list; err says how, looking on is possible) | -ENOMEM | -E2BIG. */
BOLT_MUST_CHECK int bolt_rust_scan_look(struct bolt_rust_scan *scan, const struct bolt_window *window, struct bolt_sink *sink,
					struct bolt_err *err);

/* 0 | -EBADMSG: the file ended inside a list. */
BOLT_MUST_CHECK int bolt_rust_scan_finish(struct bolt_rust_scan *scan, struct bolt_err *err);

void bolt_rust_scan_done(struct bolt_rust_scan *scan);
