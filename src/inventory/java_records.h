/* What one Java archive says about itself and the archives shaded into it, gathered entry by entry, then put into the sink. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"
#include "inventory/java_manifest.h"
#include "inventory/maven_pom.h"
#include "inventory/sink.h"

enum bolt_java_entry { BOLT_JAVA_OTHER = 0, BOLT_JAVA_MANIFEST, BOLT_JAVA_POM_PROPERTIES, BOLT_JAVA_POM_XML, BOLT_JAVA_ARCHIVE };

/* What an entry's name promises. */
enum bolt_java_entry bolt_java_entry_kind(const char *name);

/* Does a Java archive's suffix end the name, in any case? Returns its length with the dot, or 0. */
size_t bolt_java_suffix(const char *name);

struct bolt_java_pom;

enum { BOLT_JAVA_PACKAGE_MAX = 256 };

/* Zero is empty. Texts live in the sink. */
struct bolt_java_records {
	struct bolt_java_pom *poms;
	size_t poms_len, poms_room;
	uint32_t *slots; /* of a hash table by directory: 0, or 1 and the index in poms */
	size_t slots_len;
	struct bolt_java_manifest manifest;
	bool full;                           /* BOLT_JAR_POMS_MAX was met */
	char package[BOLT_JAVA_PACKAGE_MAX]; /* that all classes seen share: "org.junit." */
	size_t package_len;
	bool classes_seen; /* those that count for the package */
	bool code_seen;    /* any class at all */
};

/* Takes in the name of any entry: classes tell the archive's package. */
void bolt_java_records_name(struct bolt_java_records *records, const char *entry_name);

/* Takes in an entry of one of the first three kinds. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_java_records_take(struct bolt_java_records *records, struct bolt_sink *sink, enum bolt_java_entry kind,
					   const char *entry_name, struct bolt_cursor content);

/* The archive holds classes, and nothing tells its name and version: no record was made for it itself. */
enum { BOLT_JAVA_UNIDENTIFIED = 1 };

/* Puts the packages into the sink. `location` is where the archive is ("app.war!/WEB-INF/lib/x.jar"), its file name included.
 * 0 | BOLT_JAVA_UNIDENTIFIED | -ENOMEM | -E2BIG. */
BOLT_MUST_CHECK int bolt_java_records_add(const struct bolt_java_records *records, struct bolt_sink *sink, const char *location,
					  struct bolt_err *err);

void bolt_java_records_done(struct bolt_java_records *records);
