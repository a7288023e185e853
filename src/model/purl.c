#include "model/purl.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "model/purl_parts.h"

static void add_qualifier(struct bolt_purl_parts *parts, const char *key, const char *value)
{
	if (value && *value && parts->qualifiers_len < BOLT_PURL_QUALIFIERS_MAX)
		parts->qualifiers[parts->qualifiers_len++] = (struct bolt_purl_qualifier){ key, value };
}

/* "@scope/name", "group:artifact", "golang.org/x/net" into namespace and name. False when out of memory. */
static bool split_name(struct bolt_arena *arena, const struct bolt_package *package, enum bolt_purl_space space,
		       struct bolt_purl_parts *parts)
{
	const char *at = NULL;

	parts->name = package->name;
	if (space == BOLT_PURL_SPACE_SLASH)
		at = strrchr(package->name, '/');
	else if (space == BOLT_PURL_SPACE_COLON)
		at = strchr(package->name, ':');
	if (!at || at == package->name || !at[1])
		return true;
	parts->name = at + 1;
	parts->space = bolt_arena_text(arena, package->name, (size_t) (at - package->name));
	return parts->space != NULL;
}

/* Where the namespace of an rpm is not the ID of os-release(5): "redhat" and "opensuse" as the examples of purl-spec's rpm type and
 * Syft's purls have it, "suse" as Trivy's purls and OSV's SUSE advisories. The distro qualifier keeps the ID. */
static const struct vendor {
	const char *os_id, *space;
} vendors[] = {
	{ "rhel", "redhat" }, { "opensuse-leap", "opensuse" }, { "opensuse-tumbleweed", "opensuse" }, { "sled", "suse" },
	{ "sles", "suse" },
};

static const char *space_of(const char *type, const char *os_id)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(vendors) && strcmp(type, "rpm") == 0; i++) {
		if (strcmp(os_id, vendors[i].os_id) == 0)
			return vendors[i].space;
	}
	return os_id;
}

/* "debian-12", "debian-trixie", "arch". */
static const char *distro_of(struct bolt_arena *arena, const struct bolt_os *os)
{
	const char *version = os->version_id && *os->version_id ? os->version_id : os->version_codename;

	return version && *version ? bolt_arena_printf(arena, "%s-%s", os->id, version) : os->id;
}

/* deb and apk packages without the qualifier are built from the source of their own name and version. */
static bool is_own_source(const struct bolt_package *package)
{
	return (strcmp(package->type, "deb") == 0 || strcmp(package->type, "apk") == 0) &&
	       strcmp(package->source_name, package->name) == 0 &&
	       (!package->source_version || strcmp(package->source_version, package->version) == 0);
}

char *bolt_purl_source_rpm(const struct bolt_package *package)
{
	const char *version = package->source_version;
	char *file = NULL;
	size_t epoch = version ? strspn(version, "0123456789") : 0;

	if (!version || !strchr(version, '-'))
		return strdup(package->source_name);
	if (epoch > 0 && version[epoch] == ':')
		version += epoch + 1;
	return asprintf(&file, "%s-%s.src.rpm", package->source_name, version) < 0 ? NULL : file;
}

static const char *upstream_of(struct bolt_arena *arena, const struct bolt_package *package)
{
	const char *version = package->source_version;

	if (strcmp(package->type, "rpm") == 0) {
		char *file = bolt_purl_source_rpm(package);
		const char *kept = file ? bolt_arena_strdup(arena, file) : NULL;

		free(file);
		return kept;
	}
	if (!version || !*version || strcmp(version, package->version) == 0)
		return package->source_name;
	return bolt_arena_printf(arena, "%s@%s", package->source_name, version);
}

/* rpm's "EPOCH:VERSION-RELEASE" without the epoch, which becomes a qualifier. False when out of memory. */
static bool split_epoch(struct bolt_arena *arena, struct bolt_purl_parts *parts)
{
	size_t digits = parts->version ? strspn(parts->version, "0123456789") : 0;

	if (digits == 0 || parts->version[digits] != ':' || !parts->version[digits + 1])
		return true;
	const char *epoch = bolt_arena_text(arena, parts->version, digits);
	add_qualifier(parts, "epoch", epoch);
	parts->version += digits + 1;
	return epoch != NULL;
}

const char *bolt_purl_make(struct bolt_arena *arena, const struct bolt_package *package, const struct bolt_os *os)
{
	const struct bolt_purl_type *type = bolt_purl_type(package->type);
	/* "(devel)" is what Go says of a module that was built from a working tree: no version of it. */
	bool unversioned = !*package->version || (strcmp(package->type, "golang") == 0 && strcmp(package->version, "(devel)") == 0);
	struct bolt_purl_parts parts = { .type = package->type, .version = unversioned ? NULL : package->version };

	if (!split_name(arena, package, type->space, &parts))
		return NULL;
	if (type->space == BOLT_PURL_SPACE_OS && os && os->id && *os->id) {
		const char *distro = distro_of(arena, os);

		if (!distro)
			return NULL;
		parts.space = space_of(package->type, os->id);
		add_qualifier(&parts, "distro", distro);
	}
	if (strcmp(package->type, "rpm") == 0 && !split_epoch(arena, &parts))
		return NULL;
	if (package->source_name && *package->source_name && !is_own_source(package)) {
		const char *upstream = upstream_of(arena, package);

		if (!upstream)
			return NULL;
		add_qualifier(&parts, "upstream", upstream);
	}
	add_qualifier(&parts, "arch", package->arch);
	add_qualifier(&parts, "rpmmod", package->modularity);
	return bolt_purl_parts_text(arena, &parts);
}

static const char *joined_name(struct bolt_arena *arena, const struct bolt_purl_parts *parts)
{
	enum bolt_purl_space space = bolt_purl_type(parts->type)->space;

	if (!parts->space || space == BOLT_PURL_SPACE_OS)
		return parts->name;
	return bolt_arena_printf(arena, "%s%c%s", parts->space, space == BOLT_PURL_SPACE_COLON ? ':' : '/', parts->name);
}

/* The length of the ending of a source package's file, or 0. */
static size_t source_rpm_ending(const struct bolt_package *package, const char *upstream)
{
	static const char *const endings[] = { ".nosrc.rpm", ".src.rpm" };

	for (size_t i = 0; strcmp(package->type, "rpm") == 0 && i < BOLT_ARRAY_LEN(endings); i++) {
		if (bolt_ends_with(upstream, endings[i]))
			return strlen(endings[i]);
	}
	return 0;
}

/* "name", "name@version", or for rpm "name-version-release.src.rpm". False when out of memory. */
static bool take_upstream(struct bolt_arena *arena, const char *upstream, struct bolt_package *package)
{
	const char *end = upstream ? upstream + strlen(upstream) : NULL;
	const char *at = upstream ? strchr(upstream, '@') : NULL;

	if (!upstream) {
		bool own = (strcmp(package->type, "deb") == 0 || strcmp(package->type, "apk") == 0) &&
			   !(package->arch && strcmp(package->arch, "source") == 0);
		package->source_name = own ? package->name : NULL;
		package->source_version = own ? package->version : NULL;
		return true;
	}
	size_t ending = source_rpm_ending(package, upstream);
	if (ending > 0) {
		end -= ending;
		const char *release = memrchr(upstream, '-', (size_t) (end - upstream));
		at = release && release > upstream ? memrchr(upstream, '-', (size_t) (release - upstream)) : NULL;
	}
	if (!at || at == upstream || at + 1 >= end) {
		package->source_name = bolt_arena_text(arena, upstream, (size_t) (end - upstream));
		package->source_version = package->version;
	} else {
		package->source_name = bolt_arena_text(arena, upstream, (size_t) (at - upstream));
		package->source_version = bolt_arena_text(arena, at + 1, (size_t) (end - at - 1));
	}
	return package->source_name && package->source_version;
}

/* "debian-12" and "opensuse-leap-15.5" end in a version, "debian-trixie" in a codename, "jessie" is nothing but a codename.
 * False when out of memory. */
static bool take_distro(struct bolt_arena *arena, const struct bolt_purl_parts *parts, struct bolt_os *os)
{
	const char *distro = bolt_purl_qualifier(parts, "distro"), *dash = NULL;
	size_t space_len = parts->space ? strlen(parts->space) : 0;

	if (!distro) {
		os->id = parts->space;
		os->name = parts->space;
		return true;
	}
	for (const char *p = strchr(distro, '-'); p; p = strchr(p + 1, '-')) {
		if (p > distro && p[1] >= '0' && p[1] <= '9')
			dash = p;
	}
	if (!dash && strcmp(space_of(parts->type, distro), distro) != 0) {
		os->id = os->name = distro; /* "opensuse-tumbleweed" is an ID, "tumbleweed" no codename */
		return true;
	}
	if (!dash && space_len > 0 && strncmp(distro, parts->space, space_len) == 0 && distro[space_len] == '-')
		dash = distro + space_len;
	if (dash && dash[1]) {
		os->id = bolt_arena_text(arena, distro, (size_t) (dash - distro));
		if (dash[1] >= '0' && dash[1] <= '9')
			os->version_id = dash + 1;
		else
			os->version_codename = dash + 1;
	} else {
		bool alone = !parts->space || strcmp(distro, parts->space) == 0;

		os->id = alone ? distro : parts->space;
		os->version_codename = alone ? NULL : distro;
	}
	const char *version = os->version_id ? os->version_id : os->version_codename;
	if (os->id)
		os->name = version ? bolt_arena_printf(arena, "%s %s", os->id, version) : os->id;
	return os->id && os->name;
}

int bolt_purl_parse(struct bolt_arena *arena, const char *purl, struct bolt_package *ret_package, struct bolt_os *ret_os,
		    struct bolt_err *err)
{
	struct bolt_purl_parts parts;
	struct bolt_os os = { 0 };
	struct bolt_package package = { .layer = -1, .removed_layer = -1 };
	int r = bolt_purl_parts_parse(arena, purl, &parts, err);

	if (r < 0)
		return r;
	const char *epoch = bolt_purl_qualifier(&parts, "epoch");
	package.purl = bolt_purl_parts_text(arena, &parts);
	package.type = parts.type;
	package.name = joined_name(arena, &parts);
	package.version = parts.version ? parts.version : "";
	bool os_type = bolt_purl_type(parts.type)->space == BOLT_PURL_SPACE_OS;
	if (epoch && os_type && !strchr(package.version, ':')) /* Trivy writes it for deb, too */
		package.version = bolt_arena_printf(arena, "%s:%s", epoch, package.version);
	package.arch = bolt_purl_qualifier(&parts, "arch");
	package.modularity = bolt_purl_qualifier(&parts, "rpmmod");
	if (!package.purl || !package.name || !package.version ||
	    !take_upstream(arena, bolt_purl_qualifier(&parts, "upstream"), &package))
		return -ENOMEM;
	if (os_type && !take_distro(arena, &parts, &os))
		return -ENOMEM;
	*ret_package = package;
	if (ret_os)
		*ret_os = os;
	return 0;
}
