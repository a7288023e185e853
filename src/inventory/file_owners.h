/* Which package a file belongs to: from the lists package managers keep, from directories that are packages (node_modules/x), and
 * from files that are packages (jars, Go binaries). */
#pragma once

#include <stddef.h>

#include "core/macros.h"
#include "inventory/merge.h"
#include "model/report.h"

struct file_owners;

/* Borrows report and parts. 0 | -ENOMEM. */
BOLT_MUST_CHECK int file_owners_new(const struct bolt_report *report, const struct bolt_part *parts, size_t parts_len,
				    struct file_owners **ret_owners);
void file_owners_free(struct file_owners *owners);

/* The purl, borrowed from the report, or NULL. */
const char *file_owners_find(const struct file_owners *owners, const char *path, size_t len);
