#include "advisory/update_plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/feed.h"
#include "core/grow.h"
#include "core/text.h"

struct planner {
	const struct bolt_update_wish *wish;
	struct bolt_arena *arena;
	struct bolt_update_plan plan;
	struct bolt_err *err;
};

static int out_of_memory(struct planner *p)
{
	return bolt_err_set(p->err, -ENOMEM, "out of memory");
}

static struct bolt_update_item *find(struct planner *p, const char *part)
{
	for (size_t i = 0; i < p->plan.len; i++) {
		if (strcmp(p->plan.items[i].part, part) == 0)
			return &p->plan.items[i];
	}
	return NULL;
}

static int add(struct planner *p, struct bolt_update_item item)
{
	struct bolt_update_item *same = find(p, item.part);

	if (same) {
		same->exact |= item.exact;
		return 0;
	}
	if (bolt_grow(&p->plan.items, p->plan.len, &p->plan.room, sizeof(item)) < 0)
		return out_of_memory(p);
	p->plan.items[p->plan.len++] = item;
	return 0;
}

/* Every {} becomes the word. */
static const char *expand(struct planner *p, const char *base, const char *text, const char *word, size_t word_len)
{
	char *whole = bolt_arena_printf(p->arena, "%s", base);

	for (const char *braces; whole && (braces = strstr(text, "{}")); text = braces + 2)
		whole = bolt_arena_printf(p->arena, "%s%.*s%.*s", whole, (int) (braces - text), text, (int) word_len, word);
	return whole ? bolt_arena_printf(p->arena, "%s%s", whole, text) : NULL;
}

static int add_word(struct planner *p, const struct bolt_feed_source *source, const char *word, size_t len, const char *only)
{
	const char *mirror = p->wish->mirror;
	const char *part = expand(p, "", source->part, word, len);

	if (!part)
		return out_of_memory(p);
	if (only && strcmp(only, part) != 0)
		return 0;
	if (mirror && !source->mirror)
		return only ? bolt_err_set(p->err, -EINVAL, "mirrors have no place for '%s': say where it is with --url %s=URL",
					   part, part)
			    : 0;
	size_t base_len = mirror ? strlen(mirror) : 0;
	while (base_len > 0 && mirror[base_len - 1] == '/')
		base_len--;
	const char *base = mirror ? bolt_arena_printf(p->arena, "%.*s/", (int) base_len, mirror) : "";
	const char *url = base ? expand(p, base, mirror ? source->mirror : source->url, word, len) : NULL;
	if (!url)
		return out_of_memory(p);
	return add(p, (struct bolt_update_item){ part, url, only != NULL, !mirror });
}

static int add_source(struct planner *p, const struct bolt_feed_source *source, const char *only)
{
	const char *word = source->expand ? source->expand : "-";
	int r = 0;

	while (r == 0 && *word) {
		size_t len = strcspn(word, " ");

		r = add_word(p, source, word, len, only);
		word += len + strspn(word + len, " ");
	}
	return r;
}

/* `feed` NULL: all of them. */
static int add_sources(struct planner *p, const struct bolt_feed *feed, bool by_default_only, const char *only)
{
	int r = 0;

	for (size_t i = 0; i < bolt_feeds_len; i++) {
		const struct bolt_feed *one = bolt_feeds[i];

		for (size_t k = 0; r == 0 && (!feed || feed == one) && k < one->sources_len; k++) {
			if (one->sources[k].by_default || !by_default_only)
				r = add_source(p, &one->sources[k], only);
		}
	}
	return r;
}

static int unknown_name(struct planner *p, const char *name)
{
	char known[512] = "";

	for (size_t i = 0; i < bolt_feeds_len; i++) {
		size_t used = strlen(known);

		if (bolt_feeds[i]->sources_len > 0)
			(void) snprintf(known + used, sizeof(known) - used, "%s%s", used ? ", " : "", bolt_feeds[i]->name);
	}
	return bolt_err_set(p->err, -EINVAL,
			    "no feed or part '%s'; the feeds are: %s (their parts: osv/npm, alpine/v3.20/main ...)", name, known);
}

static int add_named(struct planner *p, const char *name)
{
	const struct bolt_feed *feed = bolt_feed_of_part(name);
	size_t before = p->plan.len;

	if (strcmp(name, "default") == 0)
		return add_sources(p, NULL, true, NULL);
	/* A part and its feed may have one name: kev. It is then asked for by its own. */
	int r = feed ? add_sources(p, feed, false, name) : 0;
	if (r == 0 && p->plan.len == before && !find(p, name) && feed && strcmp(feed->name, name) == 0)
		r = add_sources(p, feed, false, NULL);
	if (r == 0 && p->plan.len == before && !find(p, name) && !(feed && strcmp(feed->name, name) == 0))
		r = unknown_name(p, name);
	return r;
}

static int add_url(struct planner *p, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text || !equals[1])
		return bolt_err_set(p->err, -EINVAL, "'%s': write PART=URL", text);
	const char *part = bolt_arena_text(p->arena, text, (size_t) (equals - text));
	const char *url = bolt_arena_strdup(p->arena, equals + 1);
	if (!part || !url)
		return out_of_memory(p);
	if (!bolt_feed_of_part(part))
		return unknown_name(p, part);
	return add(p, (struct bolt_update_item){ part, url, true, false });
}

int bolt_update_plan_make(const struct bolt_update_wish *wish, struct bolt_arena *arena, struct bolt_update_plan *ret_plan,
			  struct bolt_err *err)
{
	struct planner p = { .wish = wish, .arena = arena, .err = err };
	int r = 0;

	for (size_t i = 0; r == 0 && i < wish->urls_len; i++)
		r = add_url(&p, wish->urls[i]);
	for (size_t i = 0; r == 0 && i < wish->names_len; i++)
		r = add_named(&p, wish->names[i]);
	if (r == 0 && wish->names_len == 0 && (wish->urls_len == 0 || wish->mirror))
		r = add_sources(&p, NULL, true, NULL);
	if (r < 0) {
		bolt_update_plan_done(&p.plan);
		return r;
	}
	*ret_plan = p.plan;
	return 0;
}

void bolt_update_plan_done(struct bolt_update_plan *plan)
{
	free(plan->items);
	*plan = (struct bolt_update_plan){ .items = NULL };
}
