#include "scan/kept_records.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/path_set.h"
#include "scan/limits.h"

struct kept_file {
	uint64_t hash; /* of the path; 0: an empty slot */
	uint8_t *bytes;
	size_t len;
};

struct bolt_kept {
	struct bolt_budget *budget;
	struct kept_file *slots; /* open addressing */
	size_t used, room;
	size_t bytes;
};

struct bolt_kept *bolt_kept_new(struct bolt_budget *budget)
{
	struct bolt_kept *kept = calloc(1, sizeof(*kept));

	if (kept)
		kept->budget = budget;
	return kept;
}

void bolt_kept_free(struct bolt_kept *kept)
{
	if (!kept)
		return;
	for (size_t i = 0; i < kept->room; i++)
		free(kept->slots[i].bytes);
	bolt_budget_give(kept->budget, kept->bytes);
	free(kept->slots);
	free(kept);
}

/* package.json and its like, and Python's METADATA. */
bool bolt_kept_wants(uint64_t size, const uint8_t *head, size_t head_len)
{
	static const char python[] = "Metadata-Version:";
	size_t at = 0;

	if (size == 0 || size > BOLT_KEPT_FILE_MAX)
		return false;
	while (at < head_len && (head[at] == ' ' || head[at] == '\n' || head[at] == '\r' || head[at] == '\t'))
		at++;
	if (at < head_len && head[at] == '{')
		return memmem(head + at, head_len - at, "\"version\"", 9) && memmem(head + at, head_len - at, "\"name\"", 6);
	return head_len >= sizeof(python) - 1 && memcmp(head, python, sizeof(python) - 1) == 0;
}

static struct kept_file *slot(const struct bolt_kept *kept, uint64_t hash)
{
	size_t at = (size_t) (hash >> 8) & (kept->room - 1);

	while (kept->slots[at].hash && kept->slots[at].hash != hash)
		at = (at + 1) & (kept->room - 1);
	return &kept->slots[at];
}

static bool grow(struct bolt_kept *kept)
{
	struct bolt_kept bigger = *kept;

	bigger.room = kept->room ? kept->room * 2 : 256;
	bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < kept->room; i++) {
		if (kept->slots[i].hash)
			*slot(&bigger, kept->slots[i].hash) = kept->slots[i];
	}
	free(kept->slots);
	*kept = bigger;
	return true;
}

void bolt_kept_add(struct bolt_kept *kept, const char *path, struct bolt_cursor content)
{
	if (content.left == 0 || content.left > BOLT_KEPT_FILE_MAX || kept->bytes + content.left > BOLT_KEPT_MAX ||
	    (kept->used * 2 >= kept->room && !grow(kept)) || !bolt_budget_take(kept->budget, content.left))
		return;
	uint8_t *bytes = malloc(content.left);
	if (!bytes) {
		bolt_budget_give(kept->budget, content.left);
		return;
	}
	memcpy(bytes, content.p, content.left);

	uint64_t hash = path_hash(path, strlen(path));
	struct kept_file *file = slot(kept, hash);
	kept->bytes += content.left;
	kept->bytes -= file->len;
	bolt_budget_give(kept->budget, file->len);
	kept->used += file->hash == 0;
	free(file->bytes);
	*file = (struct kept_file){ hash, bytes, content.left };
}

bool bolt_kept_find(const struct bolt_kept *kept, const char *path, struct bolt_cursor *ret_content)
{
	const struct kept_file *file = kept->room ? slot(kept, path_hash(path, strlen(path))) : NULL;

	if (!file || !file->hash)
		return false;
	*ret_content = bolt_cursor(file->bytes, file->len);
	return true;
}
