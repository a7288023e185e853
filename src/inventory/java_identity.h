/* Who a Java archive is when Maven left no pom.properties in it: from its manifest and its file name.
 *
 * artifact  Jenkins' Artifact-Id or Short-Name; the file name up to its version; Implementation-Title when it is one word and not
 *           the name in other letters; the name
 * version   the file name's; Plugin-, Implementation-, Bundle-, Specification-Version
 * group     Group-Id; a short table of artifacts whose group nothing in them tells, or what they tell leads astray;
 *           Implementation-Vendor-Id; then, by the rule of the Maven bundle plugin turned round, Bundle-SymbolicName,
 *           Automatic-Module-Name or the package that all classes share: the name is the group, or the group and the artifact;
 *           org.apache.commons for commons-*. Only names like reversed domains count. */
#pragma once

#include <stdbool.h>

#include "core/cursor.h"
#include "inventory/java_manifest.h"

/* Values point into the inputs; group may be empty. */
struct bolt_java_identity {
	struct bolt_cursor group, artifact, version;
};

/* `stem` is the file name without directory and suffix; `package` ("org.junit.jupiter") may be empty. false when no version is
 * known: nothing could be looked up then. */
bool bolt_java_identify(struct bolt_cursor stem, struct bolt_cursor package, const struct bolt_java_manifest *manifest,
			struct bolt_java_identity *ret_identity);

/* "commons-lang3-3.12.0" -> "commons-lang3", "3.12.0"; "log4j-1.2-api-2.17.1" -> "log4j-1.2-api", "2.17.1". The version is empty
 * when there is none. */
void bolt_java_split_name(struct bolt_cursor stem, struct bolt_cursor *ret_artifact, struct bolt_cursor *ret_version);
