/* What the Go linker writes into a program about its making, found while the program streams by (debug/buildinfo of the Go source
 * tells both forms). Since Go 1.18: a block in the writable segment, header and two texts. Go 1.13-1.17: the header holds pointers
 * to string headers, which point to the texts among the constants; those come first in the file, so candidates are kept. */
#pragma once

#include "core/buf.h"
#include "core/err.h"
#include "core/macros.h"
#include "inventory/elf_image.h"
#include "inventory/go_strings.h"
#include "inventory/sink.h"
#include "inventory/windows.h"

enum bolt_go_state { BOLT_GO_SEARCHING = 0, BOLT_GO_INSIDE, BOLT_GO_WHOLE, BOLT_GO_POINTERS };

/* Zero is the state before the first window. */
struct bolt_go_scan {
	enum bolt_go_state state;
	struct bolt_buf block;                    /* INSIDE, WHOLE: the block from its magic on */
	uint64_t version_pointer, module_pointer; /* POINTERS */
	struct bolt_go_strings strings;
};

/* The next window over a part of the file. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_go_scan_look(struct bolt_go_scan *scan, const struct bolt_elf *elf, unsigned kinds,
				      const struct bolt_window *window);

/* Puts what was found into the sink. 0, also when the file is no Go program | -EBADMSG (it is one, and its build info is damaged;
 * err says how) | -ENOMEM | -E2BIG. */
BOLT_MUST_CHECK int bolt_go_scan_finish(struct bolt_go_scan *scan, const struct bolt_elf *elf, struct bolt_sink *sink,
					struct bolt_err *err);

void bolt_go_scan_done(struct bolt_go_scan *scan);

/* Records of the toolchain's version ("go1.22.1 X:...") and of the modules' text (lines "path", "mod", "dep", "=>", with or without
 * the sixteen-byte marks around it). Fuzzed and tested on its own. 0 | -ENOMEM | -E2BIG. */
BOLT_MUST_CHECK int bolt_go_modules(struct bolt_cursor version, struct bolt_cursor modules, struct bolt_sink *sink,
				    struct bolt_err *err);
