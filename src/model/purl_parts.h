/* The grammar of package URLs (ECMA-427 / purl-spec 2025): text to decoded components and back, with the rules of each type for
 * letter case. What the components mean for a package is purl.h's business. */
#pragma once

#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/macros.h"
#include "model/limits.h"

struct bolt_purl_qualifier {
	const char *key, *value; /* lower-case key; decoded value, never empty */
};

/* Decoded UTF-8. Any of namespace, version and subpath may be NULL; none is empty. */
struct bolt_purl_parts {
	const char *type;  /* lower-case */
	const char *space; /* the namespace: segments joined by '/' */
	const char *name;
	const char *version;
	const char *subpath;
	struct bolt_purl_qualifier qualifiers[BOLT_PURL_QUALIFIERS_MAX];
	size_t qualifiers_len;
};

/* Where a type keeps its namespace inside the name that its ecosystem writes. */
enum bolt_purl_space {
	BOLT_PURL_SPACE_NONE = 0,
	BOLT_PURL_SPACE_OS,    /* not in the name at all: it is the operating system's id */
	BOLT_PURL_SPACE_SLASH, /* before the last '/' */
	BOLT_PURL_SPACE_COLON, /* before the first ':' */
};

enum bolt_purl_case { BOLT_PURL_AS_IS = 0, BOLT_PURL_LOWER, BOLT_PURL_PEP503 };

struct bolt_purl_type {
	const char *type;
	enum bolt_purl_space space;
	enum bolt_purl_case letters; /* of the name, and but for PEP 503 of the namespace */
};

/* Never NULL: unknown types split at the last '/' and keep their letters. */
const struct bolt_purl_type *bolt_purl_type(const char *type);

/* Everything but unreserved characters and ':' is percent-encoded, qualifiers are sorted, letters follow the type; bytes that are
 * not UTF-8 become U+FFFD. Lives in the arena; NULL when it is full. */
const char *bolt_purl_parts_text(struct bolt_arena *arena, const struct bolt_purl_parts *parts);

/* Lenient as the specification's "how to parse": "pkg://", unsorted and empty qualifiers and an unencoded npm scope are taken.
 * 0 | -EINVAL (not a purl: message says why) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_purl_parts_parse(struct bolt_arena *arena, const char *purl, struct bolt_purl_parts *ret_parts,
					  struct bolt_err *err);

/* The value of a qualifier, or NULL. */
const char *bolt_purl_qualifier(const struct bolt_purl_parts *parts, const char *key);
