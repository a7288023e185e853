/* Which operating system: os-release(5) and, below it in rank, the files that older and smaller systems have. */
#include <errno.h>
#include <string.h>

#include "inventory/cataloger.h"
#include "inventory/limits.h"

enum { RANK_ETC_OS_RELEASE = 100, RANK_USR_OS_RELEASE = 90 };

/* A shell-like value: quotes removed, backslash escapes resolved (os-release(5): only $ " \ ` and ' may be escaped). */
static const char *unquoted(struct bolt_sink *sink, struct bolt_cursor value)
{
	char text[512];
	size_t n = 0;

	bolt_trim(&value);
	if (value.left >= 2 && (value.p[0] == '"' || value.p[0] == '\'') && value.p[value.left - 1] == value.p[0]) {
		value.p++;
		value.left -= 2;
	}
	for (size_t i = 0; i < value.left && n < sizeof(text) - 1; i++) {
		if (value.p[i] == '\\' && i + 1 < value.left)
			i++;
		text[n++] = (char) value.p[i];
	}
	text[n] = '\0';
	return bolt_sink_strdup(sink, text);
}

static int parse_os_release(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_os os = { 0 };
	const char *name = NULL;
	const struct {
		const char *key;
		const char **field;
	} fields[] = {
		{ "ID=", &os.id },
		{ "VERSION_ID=", &os.version_id },
		{ "VERSION_CODENAME=", &os.version_codename },
		{ "VARIANT_ID=", &os.variant_id },
		{ "ID_LIKE=", &os.id_like },
		{ "PRETTY_NAME=", &os.name },
		{ "NAME=", &name },
	};
	struct bolt_cursor data = file->data, line;

	while (bolt_take_line(&data, &line)) {
		bolt_trim(&line);
		for (size_t i = 0; i < BOLT_ARRAY_LEN(fields); i++) {
			struct bolt_cursor value = line;

			if (!bolt_take_prefix(&value, fields[i].key))
				continue;
			*fields[i].field = unquoted(sink, value);
			if (!*fields[i].field)
				return -ENOMEM;
			break;
		}
	}
	if (!os.id || !*os.id) {
		if (!name)
			return bolt_err_set(err, -EBADMSG, "no ID= line: not an os-release file");
		os.id = "linux"; /* os-release(5): the default */
	}
	if (!os.name || !*os.name)
		os.name = name ? name : os.id;
	return bolt_sink_os(sink, &os, strncmp(file->path, "etc/", 4) == 0 ? RANK_ETC_OS_RELEASE : RANK_USR_OS_RELEASE);
}

/* First number-like word ("8.5", "2023.3", "11/sid" gives "11"), or NULL. */
static const char *first_version(struct bolt_sink *sink, struct bolt_cursor line)
{
	size_t from = 0, to;

	while (from < line.left && (line.p[from] < '0' || line.p[from] > '9'))
		from++;
	for (to = from; to < line.left && ((line.p[to] >= '0' && line.p[to] <= '9') || line.p[to] == '.'); to++)
		;
	if (from == to)
		return NULL;
	return bolt_sink_text(sink, bolt_cursor(line.p + from, to - from));
}

/* One row a file of the time before os-release; `starts` picks between systems that share a file. */
static const struct older {
	const char *path, *starts, *id, *name;
	unsigned rank;
} older[] = {
	{ "etc/alpine-release", "", "alpine", "Alpine Linux", 60 },
	{ "etc/oracle-release", "Oracle", "ol", "Oracle Linux Server", 59 },
	{ "etc/rocky-release", "Rocky", "rocky", "Rocky Linux", 58 },
	{ "etc/almalinux-release", "AlmaLinux", "almalinux", "AlmaLinux", 57 },
	{ "etc/centos-release", "CentOS", "centos", "CentOS Linux", 56 },
	{ "etc/fedora-release", "Fedora", "fedora", "Fedora Linux", 55 },
	{ "etc/redhat-release", "CentOS", "centos", "CentOS Linux", 54 },
	{ "etc/redhat-release", "Fedora", "fedora", "Fedora Linux", 53 },
	{ "etc/redhat-release", "Rocky", "rocky", "Rocky Linux", 52 },
	{ "etc/redhat-release", "AlmaLinux", "almalinux", "AlmaLinux", 51 },
	{ "etc/redhat-release", "", "rhel", "Red Hat Enterprise Linux", 50 },
	{ "etc/system-release", "Amazon", "amzn", "Amazon Linux", 49 },
	{ "etc/SuSE-release", "openSUSE", "opensuse", "openSUSE", 48 },
	{ "etc/SuSE-release", "SUSE", "sles", "SUSE Linux Enterprise Server", 47 },
	{ "etc/arch-release", "", "arch", "Arch Linux", 46 },
	{ "etc/gentoo-release", "", "gentoo", "Gentoo", 45 },
	{ "etc/slackware-version", "Slackware", "slackware", "Slackware", 44 },
	{ "etc/debian_version", "", "debian", "Debian GNU/Linux", 40 },
};

static int parse_older(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor data = file->data, line = { 0 };

	(void) err;
	if (bolt_take_line(&data, &line))
		bolt_trim(&line);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(older); i++) {
		if (strcmp(file->path, older[i].path) != 0 || !bolt_cursor_starts(line, older[i].starts))
			continue;
		struct bolt_os os = { .id = older[i].id, .version_id = first_version(sink, line) };
		os.name = os.version_id ? bolt_sink_printf(sink, "%s %s", older[i].name, os.version_id) : older[i].name;
		return os.name ? bolt_sink_os(sink, &os, older[i].rank) : -ENOMEM;
	}
	return 0;
}

static const char *const release_patterns[] = { "etc/os-release", "usr/lib/os-release", NULL };
static const char *const older_patterns[] = {
	"etc/alpine-release", "etc/oracle-release",
	"etc/rocky-release",  "etc/almalinux-release",
	"etc/centos-release", "etc/fedora-release",
	"etc/redhat-release", "etc/system-release",
	"etc/SuSE-release",   "etc/arch-release",
	"etc/gentoo-release", "etc/slackware-version",
	"etc/debian_version", NULL,
};

const struct bolt_cataloger bolt_cataloger_os_release = {
	.name = "os-release",
	.type = "",
	.summary = "the operating system, from os-release",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = release_patterns,
	.max_bytes = 64 * 1024,
	.parse = parse_os_release,
};

const struct bolt_cataloger bolt_cataloger_os_older = {
	.name = "os-older",
	.type = "",
	.summary = "the operating system, from the release files used before os-release",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = older_patterns,
	.max_bytes = 64 * 1024,
	.parse = parse_older,
};
