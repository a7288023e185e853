/* The strings that the build info of Go 1.13-1.17 points to. Among a program's constants a Go version begins "go1." and the
 * modules' text stands between two marks of sixteen bytes; the variables segment, later in the file, holds the string headers
 * (address and length). Both are kept as they pass, so the pointers can be followed without going back. */
#pragma once

#include "core/buf.h"
#include "core/cursor.h"
#include "core/macros.h"
#include "inventory/elf_image.h"
#include "inventory/windows.h"

struct bolt_go_string;
struct bolt_go_header;

/* Zero is empty. */
struct bolt_go_strings {
	struct bolt_go_string *texts; /* possible versions, sorted by address */
	size_t texts_len, texts_room;
	struct bolt_go_header *headers; /* string headers that point to one of the texts or to the modules' text */
	size_t headers_len, headers_room;
	struct bolt_buf modules; /* the first text between the marks, marks included */
	uint64_t modules_address;
	enum { BOLT_GO_MODULES_NONE = 0, BOLT_GO_MODULES_OPEN, BOLT_GO_MODULES_WHOLE } modules_state;
};

/* A window over constants: keeps candidates. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_go_strings_texts(struct bolt_go_strings *strings, const struct bolt_elf *elf,
					  const struct bolt_window *window);

/* A window over variables: keeps the headers of those candidates. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_go_strings_headers(struct bolt_go_strings *strings, const struct bolt_elf *elf,
					    const struct bolt_window *window);

/* The version that the string header at `address` names; empty when it was not seen. */
struct bolt_cursor bolt_go_strings_version(const struct bolt_go_strings *strings, uint64_t address);

/* The modules' text with its marks; empty when none was seen. */
struct bolt_cursor bolt_go_strings_modules(const struct bolt_go_strings *strings);

void bolt_go_strings_done(struct bolt_go_strings *strings);
