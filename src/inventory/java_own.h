/* Which of the Maven records in an archive is the archive's own, and which came along with code shaded into it.
 *
 * Names are compared without case and with any run of '-', '_', '.' and ' ' alike: the file geronimo-annotation-1.3-spec.jar holds
 * geronimo-annotation_1.3_spec. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/cursor.h"
#include "inventory/java_manifest.h"

/* From weakest to strongest. */
enum bolt_java_fit {
	BOLT_JAVA_FIT_NONE = 0,
	BOLT_JAVA_FIT_GROUP, /* the group begins the bundle's, module's or classes' name, and no version speaks against it */
	BOLT_JAVA_FIT_LOOSE, /* the artifact but for numbers ("maven3-core"), an end of it, or it is the end of the title or
				bundle's name */
	BOLT_JAVA_FIT_NAME,  /* the file's or bundle's name spelt another way */
	BOLT_JAVA_FIT_EXACT, /* the file's name: ARTIFACT or ARTIFACT-VERSION */
};

/* A name as ".label.label."; longer ones than any real one are empty and fit nothing, which bounds the work a record costs. */
struct bolt_java_dotted {
	char text[256];
	size_t len;
};

enum { BOLT_JAVA_SPACES = 5 };

/* What the archive says of itself apart from Maven's records; values point into the inputs. */
struct bolt_java_clues {
	struct bolt_cursor stem, artifact, versions[4]; /* the file's name, and its artifact; versions it and the manifest state */
	struct bolt_java_dotted dotted_stem, dotted_artifact, plain_artifact, title;
	struct bolt_java_dotted spaces[BOLT_JAVA_SPACES]; /* bundle, module, vendor, plugin's group, classes */
	bool silent;                                      /* neither manifest nor classes say who this is */
};

/* `stem` is the file name without directory and suffix; `package` ("org.junit.jupiter") may be empty. */
void bolt_java_clues(struct bolt_cursor stem, struct bolt_cursor package, const struct bolt_java_manifest *manifest,
		     struct bolt_java_clues *ret_clues);

/* How well a record fits the clues. Texts may be empty. */
enum bolt_java_fit bolt_java_fit(const struct bolt_java_clues *clues, const char *group, const char *artifact, const char *version);
