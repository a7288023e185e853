/* Maven coordinates as its archiver leaves them in META-INF/maven/GROUP/ARTIFACT/: pom.properties (java.util.Properties) and
 * pom.xml (Maven POM 4.0.0). Only literal values count: what would need a parent's file or a profile stays unknown. */
#pragma once

#include <stdbool.h>

#include "core/cursor.h"
#include "core/macros.h"

enum { BOLT_POM_LICENSES_MAX = 8 };

/* Values point into the file's bytes; empty when unknown. */
struct bolt_pom {
	struct bolt_cursor group, artifact, version;
	struct bolt_cursor licenses[BOLT_POM_LICENSES_MAX];
	size_t licenses_len;
};

/* Total: anything that is no such file gives empty values. Constant memory, one pass. */
struct bolt_pom bolt_pom_properties(struct bolt_cursor file);
struct bolt_pom bolt_pom_xml(struct bolt_cursor file);
