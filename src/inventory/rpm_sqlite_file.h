/* The only file system SQLite gets here: one read-only database in borrowed memory. */
#pragma once

#include <sqlite3.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/macros.h"

struct bolt_memory_database {
	struct bolt_cursor bytes; /* borrowed; at least 100 */
	uint64_t size;            /* what SQLite is told: past the bytes it reads zeros */
	char name[32];
	sqlite3_vfs vfs;
};

/* Registers `file` with SQLite and opens it as *ret_db. `file` must stay where it is until bolt_memory_database_close, which
 * must be called after a failure too. Returns an SQLite result code. */
BOLT_MUST_CHECK int bolt_memory_database_open(struct bolt_memory_database *file, sqlite3 **ret_db);

/* Closes db (NULL is fine) and unregisters `file`. All statements must have been finalized. */
void bolt_memory_database_close(struct bolt_memory_database *file, sqlite3 *db);
