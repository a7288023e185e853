#include "inventory/coverage.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const struct {
	const char *os, *type, *manager; /* os: an id of os-release, or a word of its ID_LIKE */
} managers[] = {
	{ "debian", "deb", "dpkg" },    { "ubuntu", "deb", "dpkg" },    { "alpine", "apk", "apk" },   { "wolfi", "apk", "apk" },
	{ "chainguard", "apk", "apk" }, { "rhel", "rpm", "rpm" },       { "fedora", "rpm", "rpm" },   { "centos", "rpm", "rpm" },
	{ "rocky", "rpm", "rpm" },      { "almalinux", "rpm", "rpm" },  { "ol", "rpm", "rpm" },       { "amzn", "rpm", "rpm" },
	{ "suse", "rpm", "rpm" },       { "sles", "rpm", "rpm" },       { "opensuse", "rpm", "rpm" }, { "photon", "rpm", "rpm" },
	{ "mariner", "rpm", "rpm" },    { "azurelinux", "rpm", "rpm" },
};

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	while (words && *words) {
		size_t len = strcspn(words, " ");

		if (len == n && strncmp(words, word, n) == 0)
			return true;
		words += len + strspn(words + len, " ");
	}
	return false;
}

static bool has_type(const struct bolt_report *report, const char *type)
{
	for (size_t i = 0; i < report->packages_len; i++) {
		if (strcmp(report->packages[i].type, type) == 0)
			return true;
	}
	return false;
}

int bolt_coverage_check(struct bolt_report *report)
{
	const struct bolt_os *os = &report->os;

	for (size_t i = 0; os->id && i < BOLT_ARRAY_LEN(managers); i++) {
		if (strcmp(os->id, managers[i].os) != 0 && !has_word(os->id_like, managers[i].os))
			continue;
		if (has_type(report, managers[i].type))
			return 0;
		const char *text = bolt_arena_printf(
			report->arena,
			"%s keeps its packages with %s, and no such package was found: none is installed, or its "
			"database is not where it should be; what the system holds is not known",
			os->name, managers[i].manager);
		return text ? bolt_report_warn(report, "package-database-missing", NULL, -1, text) : -ENOMEM;
	}
	return 0;
}
