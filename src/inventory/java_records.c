#include "inventory/java_records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/grow.h"
#include "core/hash64.h"
#include "core/text.h"
#include "inventory/java_identity.h"
#include "inventory/java_own.h"
#include "inventory/limits.h"

/* One META-INF/maven/GROUP/ARTIFACT directory. */
struct bolt_java_pom {
	const char *directory; /* with a slash at its end */
	uint64_t directory_hash;
	const char *group, *artifact, *version; /* "" when unknown */
	struct bolt_texts licenses;
	bool from_properties;
};

static const char maven_directory[] = "META-INF/maven/";

size_t bolt_java_suffix(const char *name)
{
	static const char *const suffixes[] = { ".jar", ".war", ".ear", ".par", ".sar", ".nar", ".jpi", ".hpi", ".kar", ".rar" };
	size_t n = strlen(name);

	for (size_t i = 0; i < BOLT_ARRAY_LEN(suffixes); i++) {
		if (n > 4 && strcasecmp(name + n - 4, suffixes[i]) == 0)
			return 4;
	}
	return 0;
}

enum bolt_java_entry bolt_java_entry_kind(const char *name)
{
	if (strcasecmp(name, "META-INF/MANIFEST.MF") == 0)
		return BOLT_JAVA_MANIFEST;
	if (bolt_ends_with(name, "/pom.properties") && strstr(name, maven_directory))
		return BOLT_JAVA_POM_PROPERTIES;
	if (bolt_ends_with(name, "/pom.xml") && strstr(name, maven_directory))
		return BOLT_JAVA_POM_XML;
	return bolt_java_suffix(name) > 0 ? BOLT_JAVA_ARCHIVE : BOLT_JAVA_OTHER;
}

/* Makes the table of slots twice as long as the list can grow before the next call. 0 | -ENOMEM. */
static int grow_slots(struct bolt_java_records *records)
{
	size_t len = records->slots_len ? 2 * records->slots_len : 16;
	uint32_t *slots = calloc(len, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < records->poms_len; i++) {
		size_t at = records->poms[i].directory_hash & (len - 1);

		while (slots[at] != 0)
			at = (at + 1) & (len - 1);
		slots[at] = (uint32_t) i + 1;
	}
	free(records->slots);
	records->slots = slots;
	records->slots_len = len;
	return 0;
}

/* The slot of a directory's record, or the empty one where it belongs. */
static uint32_t *slot_of(const struct bolt_java_records *records, struct bolt_cursor directory, uint64_t hash)
{
	size_t mask = records->slots_len - 1, at = hash & mask;

	for (; records->slots[at] != 0; at = (at + 1) & mask) {
		const struct bolt_java_pom *pom = &records->poms[records->slots[at] - 1];

		if (pom->directory_hash == hash && bolt_cursor_is(directory, pom->directory))
			break;
	}
	return &records->slots[at];
}

/* The record of the directory that holds an entry, made when it is the first of it. NULL when there are too many or no memory. */
static struct bolt_java_pom *pom_of(struct bolt_java_records *records, struct bolt_sink *sink, const char *entry_name,
				    int *ret_error)
{
	struct bolt_cursor directory = bolt_cursor(entry_name, (size_t) (bolt_basename(entry_name) - entry_name));
	uint64_t hash = bolt_hash64(directory.p, directory.left);

	*ret_error = -ENOMEM;
	if (2 * records->poms_len >= records->slots_len && grow_slots(records) < 0)
		return NULL;
	uint32_t *slot = slot_of(records, directory, hash);
	if (*slot == 0 && records->poms_len >= BOLT_JAR_POMS_MAX) {
		records->full = true;
		*ret_error = 0;
		return NULL;
	}
	if (*slot == 0) {
		struct bolt_java_pom pom = { .directory_hash = hash, .group = "", .artifact = "", .version = "" };

		pom.directory = bolt_sink_text(sink, directory);
		if (!pom.directory || bolt_grow(&records->poms, records->poms_len, &records->poms_room, sizeof(pom)) < 0)
			return NULL;
		records->poms[records->poms_len++] = pom;
		*slot = (uint32_t) records->poms_len;
	}
	*ret_error = 0;
	return &records->poms[*slot - 1];
}

/* Group and artifact that a file does not say literally stand in its directory's name. */
static void names_from_directory(struct bolt_cursor directory, struct bolt_pom *pom)
{
	const uint8_t *maven = memmem(directory.p, directory.left, maven_directory, strlen(maven_directory));
	struct bolt_cursor group, artifact;

	if (!maven)
		return;
	size_t skip = (size_t) (maven - directory.p) + strlen(maven_directory);
	directory = bolt_cursor(directory.p + skip, directory.left - skip);
	if (!bolt_take_until(&directory, '/', &group) || !bolt_take_until(&directory, '/', &artifact))
		return;
	if (pom->group.left == 0)
		pom->group = group;
	if (pom->artifact.left == 0)
		pom->artifact = artifact;
}

static int set_text(struct bolt_sink *sink, const char **text, struct bolt_cursor value)
{
	if (value.left > 0)
		*text = bolt_sink_text(sink, value);
	return *text ? 0 : -ENOMEM;
}

static int take_pom(struct bolt_java_records *records, struct bolt_sink *sink, const char *entry_name, struct bolt_pom read,
		    bool from_properties)
{
	int r;
	struct bolt_java_pom *pom = pom_of(records, sink, entry_name, &r);

	if (!pom)
		return r;
	names_from_directory(bolt_cursor(pom->directory, strlen(pom->directory)), &read);
	if (from_properties || !pom->from_properties) {
		if (set_text(sink, &pom->group, read.group) < 0 || set_text(sink, &pom->artifact, read.artifact) < 0 ||
		    set_text(sink, &pom->version, read.version) < 0)
			return -ENOMEM;
	}
	pom->from_properties = pom->from_properties || from_properties;
	for (size_t i = 0; i < read.licenses_len; i++) {
		struct bolt_found with = { .licenses = pom->licenses };

		r = bolt_sink_license(sink, &with, read.licenses[i]);
		if (r < 0)
			return r;
		pom->licenses = with.licenses;
	}
	return 0;
}

int bolt_java_records_take(struct bolt_java_records *records, struct bolt_sink *sink, enum bolt_java_entry kind,
			   const char *entry_name, struct bolt_cursor content)
{
	switch (kind) {
	case BOLT_JAVA_MANIFEST:
		bolt_java_manifest_done(&records->manifest);
		return bolt_java_manifest_read(content, &records->manifest);
	case BOLT_JAVA_POM_PROPERTIES:
		return take_pom(records, sink, entry_name, bolt_pom_properties(content), true);
	case BOLT_JAVA_POM_XML:
		return take_pom(records, sink, entry_name, bolt_pom_xml(content), false);
	default:
		return 0;
	}
}

void bolt_java_records_name(struct bolt_java_records *records, const char *entry_name)
{
	size_t n = (size_t) (bolt_basename(entry_name) - entry_name), same = 0;

	if (!bolt_ends_with(entry_name, ".class"))
		return;
	records->code_seen = true;
	/* Outside of META-INF, WEB-INF, BOOT-INF; module-info.class has no package in any archive. */
	if (strstr(entry_name, "-INF/") || strcmp(entry_name, "module-info.class") == 0)
		return;
	if (!records->classes_seen) {
		records->classes_seen = true;
		records->package_len = n < BOLT_JAVA_PACKAGE_MAX ? n : 0;
		for (size_t i = 0; i < records->package_len; i++)
			records->package[i] = entry_name[i] == '/' ? '.' : entry_name[i];
	}
	for (size_t i = 0; i < records->package_len && i < n; i++) {
		if (entry_name[i] == '/' && records->package[i] == '.')
			same = i + 1;
		else if (entry_name[i] != records->package[i])
			break;
	}
	records->package_len = same;
}

/* Bundle-License: clauses with attributes, separated by commas: `"Apache-2.0";link="..."`, or a name that itself has a comma before
 * its "Version". */
static int add_bundle_licenses(struct bolt_cursor value, struct bolt_sink *sink, struct bolt_found *found)
{
	while (value.left > 0) {
		size_t n = 0, name_len;
		bool quoted = false;

		for (; n < value.left; n++) {
			struct bolt_cursor next = bolt_cursor(value.p + n + 1, value.left - n - 1);

			if (value.p[n] == '"')
				quoted = !quoted;
			if (value.p[n] != ',' || quoted)
				continue;
			bolt_trim(&next);
			if (next.left < 7 || strncasecmp((const char *) next.p, "version", 7) != 0)
				break;
		}
		struct bolt_cursor clause = bolt_cursor(value.p, n);
		for (name_len = 0; name_len < n && clause.p[name_len] != ';'; name_len++)
			;
		clause.left = name_len;
		bolt_trim(&clause);
		if (clause.left >= 2 && clause.p[0] == '"' && clause.p[clause.left - 1] == '"')
			clause = bolt_cursor(clause.p + 1, clause.left - 2);
		int r = bolt_sink_license(sink, found, clause);
		if (r < 0)
			return r;
		n += n < value.left;
		value = bolt_cursor(value.p + n, value.left - n);
	}
	return 0;
}

static struct bolt_cursor stem_of(const char *location)
{
	const char *base = bolt_basename(location);

	return bolt_cursor(base, strlen(base) - bolt_java_suffix(base));
}

/* The record that is the archive's own: the first that the file is named after; else the one that fits best, when it is the only
 * one that fits so well; else the only one when nothing else says who the archive is. NULL when every record is somebody else's. */
static const struct bolt_java_pom *own_pom(const struct bolt_java_records *records, struct bolt_cursor stem,
					   struct bolt_cursor package)
{
	const struct bolt_java_pom *own = NULL;
	enum bolt_java_fit best = BOLT_JAVA_FIT_NONE;
	struct bolt_java_clues clues;

	bolt_java_clues(stem, package, &records->manifest, &clues);
	for (size_t i = 0; i < records->poms_len && best < BOLT_JAVA_FIT_EXACT; i++) {
		const struct bolt_java_pom *pom = &records->poms[i];
		enum bolt_java_fit fit = bolt_java_fit(&clues, pom->group, pom->artifact, pom->version);

		if (fit == best)
			own = NULL;
		if (fit > best) {
			own = pom;
			best = fit;
		}
	}
	if (best == BOLT_JAVA_FIT_NONE && records->poms_len == 1 && clues.silent && clues.versions[0].left == 0)
		return &records->poms[0]; /* a renamed file */
	return own;
}

static int add_pom(const struct bolt_java_pom *pom, struct bolt_sink *sink, const char *location, struct bolt_err *err)
{
	struct bolt_found found = { .version = pom->version, .licenses = pom->licenses };

	if (!*pom->artifact || !*pom->version)
		return 0;
	found.name = *pom->group ? bolt_sink_printf(sink, "%s:%s", pom->group, pom->artifact) : pom->artifact;
	found.location = bolt_sink_printf(sink, "%s!/%s%s", location, pom->directory,
					  pom->from_properties ? "pom.properties" : "pom.xml");
	return found.name && found.location ? bolt_sink_add(sink, &found, err) : -ENOMEM;
}

/* The archive's own record, from its pom when there is one. 0 | BOLT_JAVA_UNIDENTIFIED | -ENOMEM | -E2BIG. */
static int add_own(const struct bolt_java_records *records, const struct bolt_java_pom *pom, struct bolt_java_identity identity,
		   struct bolt_sink *sink, const char *location, struct bolt_err *err)
{
	struct bolt_found found = { .location = location };

	if (pom) {
		identity.group = bolt_cursor(pom->group, strlen(pom->group));
		identity.artifact = bolt_cursor(pom->artifact, strlen(pom->artifact));
		found.licenses = pom->licenses;
		if (*pom->version) /* for "${revision}" the file's name or the manifest's may stand in */
			identity.version = bolt_cursor(pom->version, strlen(pom->version));
	}
	if (identity.artifact.left == 0 || identity.version.left == 0)
		return BOLT_JAVA_UNIDENTIFIED;
	const char *group = bolt_sink_text(sink, identity.group), *artifact = bolt_sink_text(sink, identity.artifact);
	found.version = bolt_sink_text(sink, identity.version);
	if (!group || !artifact || !found.version)
		return -ENOMEM;
	found.name = *group ? bolt_sink_printf(sink, "%s:%s", group, artifact) : artifact;
	if (!found.name)
		return -ENOMEM;
	if (found.licenses.len == 0 && add_bundle_licenses(records->manifest.values[BOLT_JAVA_BUNDLE_LICENSE], sink, &found) < 0)
		return -ENOMEM;
	return *artifact && *found.version ? bolt_sink_add(sink, &found, err) : BOLT_JAVA_UNIDENTIFIED;
}

int bolt_java_records_add(const struct bolt_java_records *records, struct bolt_sink *sink, const char *location,
			  struct bolt_err *err)
{
	struct bolt_cursor package = bolt_cursor(records->package, records->package_len > 0 ? records->package_len - 1 : 0);
	const struct bolt_java_pom *own = own_pom(records, stem_of(location), package);
	struct bolt_java_identity identity = { 0 };

	(void) bolt_java_identify(stem_of(location), package, &records->manifest, &identity); /* without: stays empty */
	int own_r = add_own(records, own, identity, sink, location, err), r = own_r < 0 ? own_r : 0;

	for (size_t i = 0; r == 0 && i < records->poms_len; i++)
		r = &records->poms[i] == own ? 0 : add_pom(&records->poms[i], sink, location, err);
	return r < 0 || !records->code_seen ? r : own_r;
}

void bolt_java_records_done(struct bolt_java_records *records)
{
	free(records->poms);
	free(records->slots);
	bolt_java_manifest_done(&records->manifest);
	*records = (struct bolt_java_records){ 0 };
}
