#include "advisory/ecosystem.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* How a publisher's release becomes ours. */
enum release_form {
	RELEASE_NONE,   /* a language's ecosystem, or a rolling distribution */
	RELEASE_AS_IS,  /* "v3.18" */
	RELEASE_DEBIAN, /* "11", "11.5", "6.0", "3.1" */
	RELEASE_UBUNTU, /* [Pro:]22.04[:LTS] */
	RELEASE_MAJOR,  /* "9", "9.4", "enterprise_linux:9::baseos" */
	RELEASE_SUSE,   /* "Linux Enterprise Server 15 SP5", "Leap 15.5", "15.5" */
};

struct row {
	struct bolt_ecosystem base;
	enum release_form form;
	bool lower; /* names are compared in lower case */
};

#define LANGUAGE(name, purl, scheme, lower) \
	{ \
		{ (name), (purl), NULL, (scheme), false }, RELEASE_NONE, (lower) \
	}
#define BY_SOURCE(name, purl, os, scheme, form) \
	{ \
		{ (name), (purl), (os), (scheme), true }, (form), false \
	}
#define BY_BINARY(name, purl, os, scheme, form) \
	{ \
		{ (name), (purl), (os), (scheme), false }, (form), false \
	}

static const struct row rows[] = {
	BY_SOURCE("Debian", "deb", "debian", BOLT_VERSION_DPKG, RELEASE_DEBIAN),
	BY_SOURCE("Ubuntu", "deb", "ubuntu", BOLT_VERSION_DPKG, RELEASE_UBUNTU),
	BY_SOURCE("Alpine", "apk", "alpine", BOLT_VERSION_APK, RELEASE_AS_IS),
	BY_SOURCE("Wolfi", "apk", "wolfi", BOLT_VERSION_APK, RELEASE_NONE),
	BY_SOURCE("Chainguard", "apk", "chainguard", BOLT_VERSION_APK, RELEASE_NONE),
	BY_BINARY("Red Hat", "rpm", "rhel", BOLT_VERSION_RPM, RELEASE_MAJOR),
	BY_BINARY("AlmaLinux", "rpm", "almalinux", BOLT_VERSION_RPM, RELEASE_MAJOR),
	BY_BINARY("Rocky Linux", "rpm", "rocky", BOLT_VERSION_RPM, RELEASE_MAJOR),
	BY_BINARY("Amazon Linux", "rpm", "amzn", BOLT_VERSION_RPM, RELEASE_MAJOR),
	BY_BINARY("SUSE", "rpm", "sles", BOLT_VERSION_RPM, RELEASE_SUSE),
	BY_BINARY("openSUSE", "rpm", "opensuse-leap", BOLT_VERSION_RPM, RELEASE_SUSE),
	LANGUAGE("npm", "npm", BOLT_VERSION_SEMVER, false),
	LANGUAGE("PyPI", "pypi", BOLT_VERSION_PEP440, false),
	LANGUAGE("Go", "golang", BOLT_VERSION_SEMVER, false),
	LANGUAGE("crates.io", "cargo", BOLT_VERSION_SEMVER, false),
	LANGUAGE("Maven", "maven", BOLT_VERSION_MAVEN, false),
	LANGUAGE("RubyGems", "gem", BOLT_VERSION_GEM, false),
	LANGUAGE("Packagist", "composer", BOLT_VERSION_COMPOSER, true),
	LANGUAGE("NuGet", "nuget", BOLT_VERSION_NUGET, true),
	LANGUAGE("Hex", "hex", BOLT_VERSION_SEMVER, true),
	LANGUAGE("Pub", "pub", BOLT_VERSION_SEMVER, false),
	LANGUAGE("SwiftURL", "swift", BOLT_VERSION_SEMVER, false),
	LANGUAGE("GitHub Actions", "github", BOLT_VERSION_SEMVER, true),
	LANGUAGE("Bitnami", "bitnami", BOLT_VERSION_SEMVER, false),
	LANGUAGE("CPE", "generic", BOLT_VERSION_PLAIN, true),
};

static const struct row *row_named(const char *name, size_t len)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (strlen(rows[i].base.name) == len && strncasecmp(rows[i].base.name, name, len) == 0)
			return &rows[i];
	}
	return NULL;
}

const struct bolt_ecosystem *bolt_ecosystem_find(const char *ecosystem)
{
	const struct row *row = row_named(ecosystem, strcspn(ecosystem, ":"));

	return row ? &row->base : NULL;
}

static int join(char *ret_name, const char *name, const char *release, size_t release_len)
{
	int n = release_len > 0 ? snprintf(ret_name, BOLT_ECOSYSTEM_NAME, "%s:%.*s", name, (int) release_len, release)
				: snprintf(ret_name, BOLT_ECOSYSTEM_NAME, "%s", name);

	return n >= 0 && n < BOLT_ECOSYSTEM_NAME ? 0 : -EINVAL;
}

/* A release has one number, and point releases of it are the same one ("11.5", of Debian 6 "6.0.10"); before Debian 4 it has two.
 */
static int debian_release(char *ret_name, const char *name, const char *release)
{
	size_t len = strspn(release, "0123456789");

	if (len == 1 && release[0] < '4' && release[1] == '.')
		len += 1 + strspn(release + 2, "0123456789");
	return join(ret_name, name, release, len > 0 ? len : strlen(release));
}

/* "22.04:LTS", "Pro:18.04:LTS", "Pro:FIPS-updates:20.04:LTS" */
static int ubuntu_release(char *ret_name, const char *name, const char *release)
{
	size_t len = strlen(release);

	if (len >= 4 && strcmp(release + len - 4, ":LTS") == 0)
		len -= 4;
	return join(ret_name, name, release, len);
}

/* The first number that stands alone: "enterprise_linux:9::baseos", "rhel_eus:9.4", "9.4" are all 9. Extended support streams get
 * fixes of their own; theirs are for those who have them. */
static int major_release(char *ret_name, const char *name, const char *release)
{
	const char *digits = release;

	for (const char *p = release; *p; p++) {
		if (isdigit((unsigned char) *p) && (p == release || p[-1] == ':')) {
			digits = p;
			break;
		}
	}
	size_t len = strspn(digits, "0123456789");
	return len > 0 ? join(ret_name, name, digits, len) : -EINVAL;
}

/* "Linux Enterprise Server 15 SP5[-LTSS]", "Linux Enterprise Module for Basesystem 15 SP5", "Leap 15.5", "Tumbleweed", "15.5" */
static int suse_release(char *ret_name, const char *name, const char *release)
{
	const char *major = strpbrk(release, "0123456789");
	char normal[32];

	if (!major)
		return join(ret_name, name, release, strlen(release));
	size_t len = strspn(major, "0123456789.");
	const char *pack = strstr(major + len, "SP");
	size_t pack_len = pack && memchr(major, '.', len) == NULL ? strspn(pack + 2, "0123456789") : 0;
	int n = pack_len > 0 ? snprintf(normal, sizeof(normal), "%.*s.%.*s", (int) len, major, (int) pack_len, pack + 2)
			     : snprintf(normal, sizeof(normal), "%.*s", (int) len, major);
	return n > 0 && (size_t) n < sizeof(normal) ? join(ret_name, name, normal, (size_t) n) : -EINVAL;
}

int bolt_ecosystem_normalise(const char *ecosystem, char ret_name[BOLT_ECOSYSTEM_NAME])
{
	size_t len = strcspn(ecosystem, ":");
	const struct row *row = row_named(ecosystem, len);
	const char *release = ecosystem[len] == ':' ? ecosystem + len + 1 : "";

	if (!row || strlen(ecosystem) >= BOLT_ECOSYSTEM_NAME)
		return -EINVAL;
	if (!*release) /* of any release */
		return join(ret_name, row->base.name, "", 0);
	switch (row->form) {
	case RELEASE_NONE: /* "Maven:https://repo...": another repository's packages, not the central one's */
	case RELEASE_AS_IS:
		return join(ret_name, row->base.name, release, strlen(release));
	case RELEASE_DEBIAN:
		return debian_release(ret_name, row->base.name, release);
	case RELEASE_UBUNTU:
		return ubuntu_release(ret_name, row->base.name, release);
	case RELEASE_MAJOR:
		return major_release(ret_name, row->base.name, release);
	case RELEASE_SUSE:
		return suse_release(ret_name, row->base.name, release);
	}
	return -EINVAL;
}

/* PEP 503: lower case, runs of '-', '_' and '.' are one '-'. */
static void normalise_python(char *name)
{
	char *to = name;

	for (const char *p = name; *p; p++) {
		bool separator = strchr("-_.", *p) != NULL;

		if (separator && to > name && to[-1] == '-')
			continue;
		*to++ = separator ? '-' : (char) tolower((unsigned char) *p);
	}
	*to = '\0';
}

int bolt_ecosystem_package(const struct bolt_ecosystem *ecosystem, const char *package, char ret_name[BOLT_ADVISED_NAME])
{
	const struct row *row = (const struct row *) ecosystem; /* base comes first */
	size_t len = strlen(package);

	if (len == 0 || len >= BOLT_ADVISED_NAME)
		return -EINVAL;
	memcpy(ret_name, package, len + 1);
	for (char *p = ret_name; row->lower && *p; p++)
		*p = (char) tolower((unsigned char) *p);
	if (strcmp(ecosystem->name, "PyPI") == 0)
		normalise_python(ret_name);
	return 0;
}

static bool add_probe(struct bolt_probe *probe, const struct row *row, const char *release, const char *name, const char *version,
		      bool binary)
{
	char whole[BOLT_ECOSYSTEM_NAME];

	if (!name || !version || !*version || join(whole, row->base.name, release, strlen(release)) < 0)
		return false;
	*probe = (struct bolt_probe){ .row = &row->base, .binary = binary, .version = version };
	return bolt_ecosystem_normalise(whole, probe->ecosystem) == 0 &&
	       bolt_ecosystem_package(&row->base, name, probe->package) == 0;
}

/* IDs that are another distribution by its own account: what that one says of its packages holds for them. */
static const char *known_os(const char *id)
{
	static const char *const same[][2] = {
		{ "redhat", "rhel" },
		{ "centos", "rhel" },
		{ "suse", "sles" },
		{ "sled", "sles" },
		{ "sles_sap", "sles" },
		{ "opensuse", "opensuse-leap" },
		{ "opensuse-tumbleweed", "opensuse-leap" },
		{ "sl-micro", "sles" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(same); i++) {
		if (strcmp(id, same[i][0]) == 0)
			return same[i][1];
	}
	return id;
}

/* "3.18.4" is the release v3.18; a version of edge ("3.21.0_alpha20240923") is edge. Others are named as they name themselves. */
static void release_of(const struct row *row, const struct bolt_os *os, char *release, size_t room)
{
	const char *version = os->version_id ? os->version_id : "";

	if (strcmp(row->base.name, "Alpine") == 0) {
		const char *dot = strchr(version, '.');
		size_t len = dot ? (size_t) (dot - version) + 1 + strspn(dot + 1, "0123456789") : strlen(version);

		if (strstr(version, "_alpha") || strcmp(version, "edge") == 0 || !*version)
			(void) snprintf(release, room, "edge");
		else
			(void) snprintf(release, room, "v%.*s", (int) len, version);
		return;
	}
	if (row->form == RELEASE_NONE || (row->form == RELEASE_DEBIAN && !isdigit((unsigned char) *version)))
		*release = '\0';
	else
		(void) snprintf(release, room, "%s", version);
}

static size_t probes_of_system(const struct row *row, const struct bolt_package *package, const struct bolt_os *os,
			       struct bolt_probe *probes)
{
	const char *source = package->source_name ? package->source_name : package->name;
	const char *source_version = package->source_version ? package->source_version : package->version;
	char release[64], pro[80];
	size_t n = 0;

	release_of(row, os, release, sizeof(release));
	if (row->form != RELEASE_NONE && !*release)
		return 0; /* testing and unstable name no release: nothing can be asked */
	if (row->base.by_source)
		n += add_probe(&probes[n], row, release, source, source_version, false);
	n += add_probe(&probes[n], row, release, package->name, package->version, row->base.by_source);
	if (row->form == RELEASE_UBUNTU) {
		(void) snprintf(pro, sizeof(pro), "Pro:%s", release);
		n += add_probe(&probes[n], row, pro, source, source_version, false);
		n += add_probe(&probes[n], row, pro, package->name, package->version, true);
	}
	return n;
}

size_t bolt_probes_of(const struct bolt_package *package, const struct bolt_os *os, struct bolt_probe probes[BOLT_PROBES_MOST])
{
	const char *id = os && os->id ? known_os(os->id) : "";

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];

		if (strcmp(row->base.purl_type, package->type) != 0)
			continue;
		if (!row->base.os_id)
			return add_probe(&probes[0], row, "", package->name, package->version, false);
		if (strcmp(row->base.os_id, id) == 0)
			return probes_of_system(row, package, os, probes);
	}
	return 0;
}
