/* The files of an import: what was named, and what lies in the directories that were named. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/import.h"

struct bolt_import_file {
	char *path;           /* to open it by; NULL: the input's descriptor */
	size_t name;          /* where in path the part below the input begins: what recognisers see */
	size_t input, number; /* number: among all, in their first order */
	uint64_t bytes;
	char *part; /* NULL: not known (yet) */
	bool named; /* by itself, not found in a directory */
};

struct bolt_import_files {
	struct bolt_import_file *items;
	size_t len, room;
};

/* Regular files alone; links in directories are not followed, names that begin with a dot passed over. Sorted by path within an
 * input. 0 | -ENOENT, -EACCES and what else opening fails with (err names the path) | -E2BIG (bounds) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_import_files_find(const struct bolt_import_input *inputs, size_t inputs_len,
					   struct bolt_import_files *files, struct bolt_err *err);
/* A descriptor of its own. 0 | negative errno. */
BOLT_MUST_CHECK int bolt_import_files_open(const struct bolt_import_input *inputs, const struct bolt_import_file *file, int *ret_fd,
					   struct bolt_err *err);
/* As people know it. */
const char *bolt_import_file_name(const struct bolt_import_input *inputs, const struct bolt_import_file *file);
void bolt_import_files_done(struct bolt_import_files *files);
