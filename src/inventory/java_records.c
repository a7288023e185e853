#include "inventory/java_records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/grow.h"
#include "core/text.h"
#include "inventory/java_identity.h"
#include "inventory/limits.h"

/* One META-INF/maven/GROUP/ARTIFACT directory. */
struct bolt_java_pom {
	const char *directory;                  /* with a slash at its end */
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

/* The record of the directory that holds an entry, made when it is the first of it. NULL when there are too many or no memory. */
static struct bolt_java_pom *pom_of(struct bolt_java_records *records, struct bolt_sink *sink, const char *entry_name,
				    int *ret_error)
{
	size_t n = (size_t) (bolt_basename(entry_name) - entry_name);

	*ret_error = 0;
	for (size_t i = 0; i < records->poms_len; i++) {
		if (strncmp(records->poms[i].directory, entry_name, n) == 0 && records->poms[i].directory[n] == '\0')
			return &records->poms[i];
	}
	if (records->poms_len >= BOLT_JAR_POMS_MAX) {
		records->full = true;
		return NULL;
	}
	*ret_error = -ENOMEM;
	if (bolt_grow(&records->poms, records->poms_len, &records->poms_room, sizeof(*records->poms)) < 0)
		return NULL;
	struct bolt_java_pom pom = {
		.directory = bolt_sink_text(sink, bolt_cursor(entry_name, n)), .group = "", .artifact = "", .version = ""
	};
	if (!pom.directory)
		return NULL;
	*ret_error = 0;
	records->poms[records->poms_len] = pom;
	return &records->poms[records->poms_len++];
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

	/* Outside of META-INF, WEB-INF, BOOT-INF; module-info.class has no package in any archive. */
	if (!bolt_ends_with(entry_name, ".class") || strstr(entry_name, "-INF/") || strcmp(entry_name, "module-info.class") == 0)
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

/* Is this pom the archive's own, judged by the file's name: ARTIFACT or ARTIFACT-VERSION, or ARTIFACT and some other version? */
static bool is_named_after(struct bolt_cursor stem, const struct bolt_java_pom *pom)
{
	struct bolt_cursor artifact, version, rest = stem;

	if (!*pom->artifact)
		return false;
	if (bolt_take_prefix(&rest, pom->artifact) &&
	    (rest.left == 0 || (bolt_take_prefix(&rest, "-") && bolt_cursor_starts(rest, *pom->version ? pom->version : "."))))
		return true;
	bolt_java_split_name(stem, &artifact, &version);
	return bolt_cursor_is(artifact, pom->artifact);
}

/* NULL when the archive carries none: then every pom in it is somebody else's. */
static struct bolt_java_pom *own_pom(const struct bolt_java_records *records, struct bolt_cursor stem)
{
	struct bolt_cursor artifact, version;

	for (size_t i = 0; i < records->poms_len; i++) {
		if (is_named_after(stem, &records->poms[i]))
			return &records->poms[i];
	}
	bolt_java_split_name(stem, &artifact, &version);
	return records->poms_len == 1 && version.left == 0 ? &records->poms[0] : NULL; /* a renamed file */
}

static int add_pom(const struct bolt_java_records *records, const struct bolt_java_pom *pom, bool own, struct bolt_sink *sink,
		   const char *location, struct bolt_err *err)
{
	struct bolt_found found = { .version = pom->version, .licenses = pom->licenses, .location = location };
	struct bolt_cursor artifact, version;

	if (own && !*pom->version) { /* "${revision}": the file's name may say */
		bolt_java_split_name(stem_of(location), &artifact, &version);
		found.version = bolt_sink_text(sink, version);
	}
	if (!found.version)
		return -ENOMEM;
	if (!*pom->artifact || !*found.version)
		return 0;
	found.name = *pom->group ? bolt_sink_printf(sink, "%s:%s", pom->group, pom->artifact) : pom->artifact;
	if (!own)
		found.location = bolt_sink_printf(sink, "%s!/%s%s", location, pom->directory,
						  pom->from_properties ? "pom.properties" : "pom.xml");
	if (!found.name || !found.location)
		return -ENOMEM;
	if (own && found.licenses.len == 0 &&
	    add_bundle_licenses(records->manifest.values[BOLT_JAVA_BUNDLE_LICENSE], sink, &found) < 0)
		return -ENOMEM;
	return bolt_sink_add(sink, &found, err);
}

static int add_identity(const struct bolt_java_records *records, struct bolt_sink *sink, const char *location, struct bolt_err *err)
{
	struct bolt_found found = { .location = location };
	struct bolt_java_identity identity;
	struct bolt_cursor package = bolt_cursor(records->package, records->package_len > 0 ? records->package_len - 1 : 0);

	if (!bolt_java_identify(stem_of(location), package, &records->manifest, &identity))
		return 0;
	const char *group = bolt_sink_text(sink, identity.group), *artifact = bolt_sink_text(sink, identity.artifact);
	found.version = bolt_sink_text(sink, identity.version);
	if (!group || !artifact || !found.version)
		return -ENOMEM;
	found.name = *group ? bolt_sink_printf(sink, "%s:%s", group, artifact) : artifact;
	if (!found.name || add_bundle_licenses(records->manifest.values[BOLT_JAVA_BUNDLE_LICENSE], sink, &found) < 0)
		return -ENOMEM;
	return *artifact && *found.version ? bolt_sink_add(sink, &found, err) : 0;
}

int bolt_java_records_add(const struct bolt_java_records *records, struct bolt_sink *sink, const char *location,
			  struct bolt_err *err)
{
	const struct bolt_java_pom *own = own_pom(records, stem_of(location));
	int r = own ? 0 : add_identity(records, sink, location, err);

	for (size_t i = 0; r == 0 && i < records->poms_len; i++)
		r = add_pom(records, &records->poms[i], &records->poms[i] == own, sink, location, err);
	return r;
}

void bolt_java_records_done(struct bolt_java_records *records)
{
	free(records->poms);
	bolt_java_manifest_done(&records->manifest);
	*records = (struct bolt_java_records){ 0 };
}
