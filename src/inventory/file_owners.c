#include "inventory/file_owners.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "inventory/owner_names.h"
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

static int claim_owned(struct file_owners *o, const struct bolt_report *report, const struct bolt_part *parts, size_t parts_len)
{
	BOLT_CLEANUP(owner_names_freep) struct owner_names *names = owner_names_new(report);

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < parts_len; i++) {
		const struct bolt_sink *sink = parts[i].sink;
		const char **purls = calloc(sink->owners_len + 1, sizeof(*purls));

		if (!purls)
			return -ENOMEM;
		for (size_t k = 0; k < sink->owners_len; k++)
			purls[k] = owner_names_purl(names, &sink->owners[k]);
		for (size_t k = 0; k < sink->owned_len; k++) {
			const char *purl = purls[sink->owned[k].owner];

			if (purl)
				o->files[o->files_len++] = (struct claim){ sink->owned[k].path_hash, purl };
		}
		free(purls);
	}
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

	if (!purl && owner_names_may_be_old(path))
		purl = find_claim(o->files, o->files_len, path_hash(path + 4, len - 4));
	if (!purl && o->directories_len > 0) {
		uint64_t hashes[PATH_PARTS_MOST];

		for (size_t i = path_hashes(path, len, hashes) - 1; !purl && i > 0; i--) /* the nearest directory first */
			purl = find_claim(o->directories, o->directories_len, hashes[i - 1]);
	}
	return purl;
}
