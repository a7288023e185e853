/* What a sink holds, for the sink itself and for merge.c, which takes it apart. */
#pragma once

#include "inventory/sink.h"

struct bolt_cataloger;

struct bolt_license_of {
	const char *type, *name, *license;
};

struct bolt_owned {
	uint64_t path_hash;
	uint32_t owner; /* index into owners */
};

struct bolt_owner {
	const char *type, *name;
	uint64_t hash;
};

struct bolt_os_candidate {
	struct bolt_os os;
	unsigned rank;
};

struct bolt_sink {
	struct bolt_arena *arena;
	const struct bolt_cataloger *row; /* being run */
	const char *file;                 /* being read */
	uint64_t ordinal; /* of that file among the layer's entries (file_index.h); set by whoever reads the layer */
	int layer;

	struct bolt_found *found;
	size_t found_len, found_room;
	struct bolt_license_of *licenses;
	size_t licenses_len, licenses_room;
	struct bolt_os_candidate *os;
	size_t os_len, os_room;
	struct bolt_warning *warnings;
	size_t warnings_len, warnings_room, warnings_dropped;

	struct bolt_owned *owned;
	size_t owned_len, owned_room;
	uint64_t owned_dropped;
	struct bolt_owner *owners;
	size_t owners_len, owners_room;
	uint32_t *owner_table;   /* open addressing: index + 1, 0 is empty */
	size_t owner_table_room; /* power of two */
};

/* layer: -1 when the subject has none. arena_max bounds all texts. NULL when out of memory. */
struct bolt_sink *bolt_sink_new(int layer, size_t arena_max);
void bolt_sink_free(struct bolt_sink *sink);
BOLT_DEFINE_CLEANUP(struct bolt_sink *, bolt_sink_free)

/* Says which row reads which file from now on. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sink_begin(struct bolt_sink *sink, const struct bolt_cataloger *row, const char *path);
