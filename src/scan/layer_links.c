#include "scan/layer_links.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash64.h"
#include "inventory/path_set.h"
#include "scan/limits.h"

struct link {
	uint64_t hash; /* of the path; 0: an empty slot */
	char *target;  /* NULL: the link is no more */
};

/* A path as far as it has been followed, and what of it is still to come. */
struct way {
	size_t len, depth; /* of `path`, which is real */
	char path[BOLT_PATH_MAX + 1];
	uint64_t hashes[PATH_PARTS_MOST]; /* of the root and each component of `path` */
	size_t at;                        /* `rest` stands at the end of its buffer, so that a link's target can be put before it */
	char rest[2 * BOLT_PATH_MAX + 2];
};

struct bolt_layer_links {
	struct bolt_budget *budget;
	struct link *slots; /* open addressing */
	size_t used, room, bytes;
	uint64_t steps;
	/* The directory looked at last, when no link is on the way to it: archives go directory by directory. */
	bool plain;
	size_t plain_len;
	uint64_t plain_hash; /* to go on from */
	char plain_path[BOLT_PATH_MAX + 1];
	struct way way; /* not on the stack, where every call would clear it (-ftrivial-auto-var-init) */
};

struct bolt_layer_links *bolt_layer_links_new(struct bolt_budget *budget)
{
	struct bolt_layer_links *links = calloc(1, sizeof(*links));

	if (links)
		links->budget = budget;
	return links;
}

void bolt_layer_links_free(struct bolt_layer_links *links)
{
	if (!links)
		return;
	for (size_t i = 0; i < links->room; i++)
		free(links->slots[i].target);
	bolt_budget_give(links->budget, links->bytes);
	free(links->slots);
	free(links);
}

static struct link *slot(const struct bolt_layer_links *links, uint64_t hash)
{
	size_t at = (size_t) (hash >> 8) & (links->room - 1);

	while (links->slots[at].hash && links->slots[at].hash != hash)
		at = (at + 1) & (links->room - 1);
	return &links->slots[at];
}

static const char *target_of(const struct bolt_layer_links *links, uint64_t hash)
{
	return links->room ? slot(links, hash)->target : NULL;
}

static size_t parent_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t) (slash - path) : 0;
}

static bool is_plain(const struct bolt_layer_links *links, const char *path, size_t len)
{
	return links->plain && links->plain_len == len && memcmp(links->plain_path, path, len) == 0;
}

static uint64_t hash_of(const struct bolt_layer_links *links, const char *path)
{
	size_t dir = parent_len(path);

	if (dir > 0 && is_plain(links, path, dir))
		return path_hash_finish(bolt_hash64_after(links->plain_hash, path + dir + 1, strlen(path + dir + 1)));
	return path_hash(path, strlen(path));
}

static bool draw(struct bolt_layer_links *links, size_t bytes)
{
	if (!bolt_budget_take(links->budget, bytes))
		return false;
	links->bytes += bytes;
	return true;
}

static void give(struct bolt_layer_links *links, size_t bytes)
{
	bolt_budget_give(links->budget, bytes);
	links->bytes -= bytes;
}

static bool grow(struct bolt_layer_links *links)
{
	struct bolt_layer_links bigger = { .room = links->room ? links->room * 2 : 256 };

	if (!draw(links, bigger.room * sizeof(*bigger.slots)))
		return false;
	bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
	if (!bigger.slots) {
		give(links, bigger.room * sizeof(*bigger.slots));
		return false;
	}
	for (size_t i = 0; i < links->room; i++) {
		if (links->slots[i].hash)
			*slot(&bigger, links->slots[i].hash) = links->slots[i];
	}
	free(links->slots);
	give(links, links->room * sizeof(*links->slots));
	links->slots = bigger.slots;
	links->room = bigger.room;
	return true;
}

static void drop_target(struct bolt_layer_links *links, struct link *link)
{
	if (link->target)
		give(links, strlen(link->target) + 1);
	free(link->target);
	link->target = NULL;
}

int bolt_layer_links_set(struct bolt_layer_links *links, const char *path, const char *target)
{
	size_t len = strlen(path), bytes = strlen(target) + 1;
	uint64_t hash = hash_of(links, path);
	char *copy = strdup(target); /* before the path's own target goes, which it may be */

	if (links->plain && links->plain_len >= len && memcmp(links->plain_path, path, len) == 0 &&
	    (links->plain_len == len || links->plain_path[len] == '/'))
		links->plain = false;
	bolt_layer_links_end(links, path); /* whatever comes now, it is no longer what it was */
	if (!copy || links->used >= BOLT_LAYER_LINKS_MAX || (links->used * 2 >= links->room && !grow(links)) ||
	    !draw(links, bytes)) {
		free(copy);
		return -E2BIG;
	}
	struct link *link = slot(links, hash);
	links->used += link->hash == 0;
	*link = (struct link){ hash, copy };
	return 0;
}

void bolt_layer_links_end(struct bolt_layer_links *links, const char *path)
{
	if (links->used == 0)
		return;
	struct link *link = slot(links, hash_of(links, path));
	if (link->hash)
		drop_target(links, link);
}

const char *bolt_layer_links_target(const struct bolt_layer_links *links, const char *path)
{
	return links->used ? target_of(links, hash_of(links, path)) : NULL;
}

/* Is a link on the way to the directory? If not, it is remembered. */
static bool leads_through_link(struct bolt_layer_links *links, const char *path, size_t len)
{
	uint64_t hash = path_hash_start();

	for (size_t at = 0; at < len;) {
		const char *slash = memchr(path + at, '/', len - at);
		size_t end = slash ? (size_t) (slash - path) : len;

		hash = bolt_hash64_after(hash, path + at, end - at);
		if (target_of(links, path_hash_finish(hash)))
			return true;
		at = end + 1;
	}
	memcpy(links->plain_path, path, len);
	links->plain_len = len;
	links->plain_hash = hash;
	links->plain = true;
	return false;
}

static void go_up(struct way *way)
{
	const char *slash = memrchr(way->path, '/', way->len);

	way->len = slash ? (size_t) (slash - way->path) : 0;
	way->depth -= way->depth > 0;
}

static int go_down(struct way *way, const char *name, size_t len)
{
	if (way->len + 1 + len > BOLT_PATH_MAX)
		return -ENAMETOOLONG;
	if (way->len > 0)
		way->path[way->len++] = '/';
	memcpy(way->path + way->len, name, len);
	way->len += len;
	way->hashes[way->depth + 1] = bolt_hash64_after(way->hashes[way->depth], name, len);
	way->depth++;
	return 0;
}

static int put_before(struct way *way, const char *target)
{
	size_t len = strlen(target);

	if (len + 1 > way->at)
		return -ENAMETOOLONG;
	way->rest[--way->at] = '/';
	way->at -= len;
	memcpy(way->rest + way->at, target, len);
	return 0;
}

static int take_component(struct bolt_layer_links *links, struct way *way, unsigned *hops)
{
	const char *name = way->rest + way->at, *end = memchr(name, '/', sizeof(way->rest) - way->at);
	size_t len = end ? (size_t) (end - name) : sizeof(way->rest) - way->at;

	way->at += len + (end != NULL);
	if (++links->steps > BOLT_LINK_STEPS_MAX)
		return -E2BIG;
	if (len == 0 || (len == 1 && name[0] == '.'))
		return 0;
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		go_up(way);
		return 0;
	}
	int r = go_down(way, name, len);
	const char *target = r == 0 ? target_of(links, path_hash_finish(way->hashes[way->depth])) : NULL;
	if (!target)
		return r;
	if (++*hops > BOLT_LINK_HOPS_MAX)
		return -ELOOP;
	if (target[0] == '/')
		way->len = way->depth = 0;
	else
		go_up(way);
	return put_before(way, target);
}

int bolt_layer_links_resolve(struct bolt_layer_links *links, const char *path, char *ret_path)
{
	size_t dir = links->used == 0 ? 0 : parent_len(path), base_len;
	struct way *way = &links->way;
	unsigned hops = 0;
	int r = 0;

	if (dir == 0 || is_plain(links, path, dir) || !leads_through_link(links, path, dir))
		return 0;
	base_len = strlen(path + dir + 1);
	way->len = way->depth = 0;
	way->hashes[0] = path_hash_start();
	way->at = sizeof(way->rest) - dir;
	memcpy(way->rest + way->at, path, dir);
	while (r == 0 && way->at < sizeof(way->rest))
		r = take_component(links, way, &hops);
	if (r == 0)
		r = go_down(way, path + dir + 1, base_len);
	if (r < 0)
		return r;
	memcpy(ret_path, way->path, way->len);
	ret_path[way->len] = '\0';
	return 1;
}
