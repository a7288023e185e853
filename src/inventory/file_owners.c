#include "inventory/file_owners.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "inventory/path_set.h"
#include "inventory/sink_private.h"

struct claim {
	uint64_t hash;
	const char *purl;
};

struct file_owners {
	struct claim *files, *directories; /* sorted by hash */
	size_t files_len, directories_len;
};

static int compare_claims(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;

	return a->hash != b->hash ? (a->hash < b->hash ? -1 : 1) : strcmp(a->purl, b->purl);
}

/* Of several owners always the same one: the first by purl. */
static const char *find_claim(const struct claim *claims, size_t len, uint64_t hash)
{
	size_t low = 0, high = len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (claims[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low < len && claims[low].hash == hash ? claims[low].purl : NULL;
}

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

static const char *purl_of(const struct bolt_package *const *sorted, size_t len, const struct bolt_owner *owner)
{
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

	size_t low = 0, high = len;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_packages(&sorted[middle], &want) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < len && compare_packages(&sorted[low], &want) == 0; low++) {
		if (!arch || (sorted[low]->arch && strcmp(sorted[low]->arch, arch) == 0))
			return sorted[low]->purl;
	}
	return NULL;
}

static int claim_owned(struct file_owners *o, const struct bolt_report *report, const struct bolt_part *parts, size_t parts_len)
{
	const struct bolt_package **sorted = calloc(report->packages_len + 1, sizeof(const struct bolt_package *));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < report->packages_len; i++)
		sorted[i] = &report->packages[i];
	if (report->packages_len > 0)
		qsort(sorted, report->packages_len, sizeof(const struct bolt_package *), compare_packages);
	for (size_t i = 0; i < parts_len; i++) {
		const struct bolt_sink *sink = parts[i].sink;
		const char **purls = calloc(sink->owners_len + 1, sizeof(*purls));

		if (!purls) {
			free(sorted);
			return -ENOMEM;
		}
		for (size_t k = 0; k < sink->owners_len; k++)
			purls[k] = purl_of(sorted, report->packages_len, &sink->owners[k]);
		for (size_t k = 0; k < sink->owned_len; k++) {
			const char *purl = purls[sink->owned[k].owner];

			if (purl)
				o->files[o->files_len++] = (struct claim){ sink->owned[k].path_hash, purl };
		}
		free(purls);
	}
	free(sorted);
	return 0;
}

static void claim_location(struct file_owners *o, const struct bolt_package *package, const char *location)
{
	const char *inside = strstr(location, "!/");
	size_t len = inside ? (size_t) (inside - location) : strlen(location);
	size_t tail = strlen("/package.json");

	if (strcmp(package->type, "npm") == 0 && bolt_ends_with(location, "/package.json"))
		o->directories[o->directories_len++] = (struct claim){ path_hash(location, len - tail), package->purl };
	else if (!inside && (strcmp(package->type, "golang") == 0 || strcmp(package->type, "cargo") == 0 ||
			     strcmp(package->type, "maven") == 0))
		o->files[o->files_len++] = (struct claim){ path_hash(location, len), package->purl };
}

int file_owners_new(const struct bolt_report *report, const struct bolt_part *parts, size_t parts_len,
		    struct file_owners **ret_owners)
{
	struct file_owners *o = calloc(1, sizeof(*o));
	size_t owned = 0, locations = 0;

	if (!o)
		return -ENOMEM;
	for (size_t i = 0; i < parts_len; i++)
		owned += parts[i].sink->owned_len;
	for (size_t i = 0; i < report->packages_len; i++)
		locations += report->packages[i].locations.len;
	o->files = calloc(owned + locations + 1, sizeof(*o->files));
	o->directories = calloc(locations + 1, sizeof(*o->directories));
	int r = o->files && o->directories ? claim_owned(o, report, parts, parts_len) : -ENOMEM;
	if (r < 0) {
		file_owners_free(o);
		return r;
	}
	for (size_t i = 0; i < report->packages_len; i++) {
		for (size_t k = 0; k < report->packages[i].locations.len; k++)
			claim_location(o, &report->packages[i], report->packages[i].locations.items[k]);
	}
	if (o->files_len > 0)
		qsort(o->files, o->files_len, sizeof(*o->files), compare_claims);
	if (o->directories_len > 0)
		qsort(o->directories, o->directories_len, sizeof(*o->directories), compare_claims);
	*ret_owners = o;
	return 0;
}

void file_owners_free(struct file_owners *o)
{
	if (!o)
		return;
	free(o->files);
	free(o->directories);
	free(o);
}

const char *file_owners_find(const struct file_owners *o, const char *path, size_t len)
{
	const char *purl = find_claim(o->files, o->files_len, path_hash(path, len));

	/* Where /bin, /sbin and /lib* are links into /usr, package managers still list files under the old names. */
	if (!purl &&
	    (bolt_starts_with(path, "usr/bin/") || bolt_starts_with(path, "usr/sbin/") || bolt_starts_with(path, "usr/lib")))
		purl = find_claim(o->files, o->files_len, path_hash(path + 4, len - 4));
	if (!purl && o->directories_len > 0) {
		uint64_t hashes[PATH_PARTS_MOST];

		for (size_t i = path_hashes(path, len, hashes) - 1; !purl && i > 0; i--) /* the nearest directory first */
			purl = find_claim(o->directories, o->directories_len, hashes[i - 1]);
	}
	return purl;
}
