/* From the names that package managers' file lists give the owner of a file to the report's packages. */
#pragma once

#include <stdbool.h>

#include "core/macros.h"
#include "inventory/sink_private.h"
#include "model/report.h"

struct owner_names;

/* Borrows the report. NULL: out of memory. */
struct owner_names *owner_names_new(const struct bolt_report *report);
void owner_names_free(struct owner_names *names);
BOLT_DEFINE_CLEANUP(struct owner_names *, owner_names_free)

/* The purl of the package that is there now, borrowed from the report, or NULL. */
const char *owner_names_purl(const struct owner_names *names, const struct bolt_owner *owner);

/* Where /bin, /sbin and /lib* are links into /usr, package managers still list files under the old names: may this path also be
 * listed without its "usr/"? */
bool owner_names_may_be_old(const char *path);
