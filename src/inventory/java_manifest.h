/* The main section of META-INF/MANIFEST.MF (Java 17 JAR File Specification): "Name: value" lines of at most 72 bytes, continued by
 * lines that begin with one space. */
#pragma once

#include "core/buf.h"
#include "core/cursor.h"
#include "core/macros.h"

/* What says who an archive is. */
enum bolt_java_field {
	BOLT_JAVA_IMPLEMENTATION_TITLE,
	BOLT_JAVA_IMPLEMENTATION_VERSION,
	BOLT_JAVA_IMPLEMENTATION_VENDOR_ID,
	BOLT_JAVA_SPECIFICATION_VERSION,
	BOLT_JAVA_BUNDLE_SYMBOLIC_NAME,
	BOLT_JAVA_BUNDLE_VERSION,
	BOLT_JAVA_BUNDLE_LICENSE,
	BOLT_JAVA_AUTOMATIC_MODULE_NAME,
	BOLT_JAVA_GROUP_ID, /* this and the next three: Jenkins plugins */
	BOLT_JAVA_ARTIFACT_ID,
	BOLT_JAVA_SHORT_NAME,
	BOLT_JAVA_PLUGIN_VERSION,
	BOLT_JAVA_FIELDS
};

struct bolt_java_manifest {
	struct bolt_buf text; /* the unfolded main section, which the values point into */
	struct bolt_cursor values[BOLT_JAVA_FIELDS];
};

/* 0 | -ENOMEM. Lines that are no fields are passed over, as java.util.jar does with names it does not know. */
BOLT_MUST_CHECK int bolt_java_manifest_read(struct bolt_cursor file, struct bolt_java_manifest *ret_manifest);
void bolt_java_manifest_done(struct bolt_java_manifest *manifest);
