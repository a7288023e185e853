#include "inventory/owner_names.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

struct owner_names {
	size_t len;
	const struct bolt_package *sorted[];
};

/* The next character of a Python name as PEP 503 spells it: the directory names it, METADATA may spell it otherwise. */
static int take_pep503(const char **name)
{
	size_t separators = strspn(*name, "-_.");
	char c = **name;

	*name += separators ? separators : c != '\0';
	return separators ? '-' : c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int compare_pep503(const char *a, const char *b)
{
	int x, y;

	do {
		x = take_pep503(&a);
		y = take_pep503(&b);
	} while (x == y && x);
	return x - y;
}

/* Packages by type and name, to turn a package manager's name for an owner into a purl. */
static int compare_packages(const void *left, const void *right)
{
	const struct bolt_package *const *a = left, *const *b = right;
	int r = strcmp((*a)->type, (*b)->type);

	if (r == 0)
		r = strcmp((*a)->type, "pypi") == 0 ? compare_pep503((*a)->name, (*b)->name) : strcmp((*a)->name, (*b)->name);
	return r;
}

struct owner_names *owner_names_new(const struct bolt_report *report)
{
	struct owner_names *names = malloc(sizeof(*names) + report->packages_len * sizeof(names->sorted[0]));

	if (!names)
		return NULL;
	names->len = report->packages_len;
	for (size_t i = 0; i < report->packages_len; i++)
		names->sorted[i] = &report->packages[i];
	if (names->len > 0)
		qsort(names->sorted, names->len, sizeof(names->sorted[0]), compare_packages);
	return names;
}

void owner_names_free(struct owner_names *names)
{
	free(names);
}

bool owner_names_may_be_old(const char *path)
{
	return bolt_starts_with(path, "usr/bin/") || bolt_starts_with(path, "usr/sbin/") || bolt_starts_with(path, "usr/lib");
}

const char *owner_names_purl(const struct owner_names *names, const struct bolt_owner *owner)
{
	const struct bolt_package *const *sorted = names->sorted;
	char name[256];
	size_t n = strcspn(owner->name, ":"); /* dpkg: "libc6:amd64" */
	const char *arch = owner->name[n] ? owner->name + n + 1 : NULL;
	const struct bolt_package key = { .type = owner->type, .name = name }, *want = &key;

	if (strcmp(owner->type, "deb") != 0) {
		n = strlen(owner->name);
		arch = NULL;
	}
	if (n >= sizeof(name))
		return NULL;
	memcpy(name, owner->name, n);
	name[n] = '\0';

	size_t low = 0, high = names->len;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_packages(&sorted[middle], &want) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < names->len && compare_packages(&sorted[low], &want) == 0; low++) {
		if (!arch || (sorted[low]->arch && strcmp(sorted[low]->arch, arch) == 0))
			return sorted[low]->purl;
	}
	return NULL;
}
