/* From a tree of criteria to packages and versions. What an AND asks for beside its packages (a release, a module) holds for all
 * that stands below it; alternatives stand for themselves. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/limits.h"
#include "advisory/oval_private.h"

enum { SCOPE_RELEASES = 48 }; /* SUSE's kernel updates are for some 20 */

struct scope {
	uint16_t releases[SCOPE_RELEASES];
	size_t releases_len;
	uint16_t module;
	bool has_module;
};

struct walk {
	const struct oval *oval;
	const struct oval_definition *definition;
	struct bolt_draft *draft;
};

/* One test, resolved. */
struct resolved {
	enum oval_judgement judgement;
	const char *evr;
	const char *const *names;
	const char *name; /* when it is a single one */
	size_t names_len;
	bool pro;
};

static int damaged(struct walk *walk, const char *what)
{
	return bolt_err_set(&walk->draft->why, -EBADMSG, "%s", what);
}

/* A test can name several states; the one that speaks of versions counts. */
static int find_test(struct walk *walk, uint64_t id, const struct oval_test **ret_test, const struct oval_state **ret_state)
{
	const struct oval *oval = walk->oval;
	const struct oval_test *test = bolt_oval_find(&oval->tests, id),
			       *end = (const struct oval_test *) oval->tests.rows + oval->tests.len;
	const struct oval_state *best = NULL;

	if (!test)
		return damaged(walk, "a criterion refers to a test that the file lacks");
	for (const struct oval_test *row = test; row < end && row->id == id; row++) {
		if (row->state == 0 || !row->package)
			continue;
		const struct oval_state *state = bolt_oval_find(&oval->states, row->state);
		if (!state)
			return damaged(walk, "a test refers to a state that the file lacks");
		if (!best || best->judgement == OVAL_SILENT)
			best = state;
	}
	*ret_test = test;
	*ret_state = best;
	return 0;
}

static int resolve_names(struct walk *walk, const struct oval_test *test, struct resolved *ret_resolved)
{
	const struct oval_object *object = bolt_oval_find(&walk->oval->objects, test->object);

	if (!object)
		return damaged(walk, "a test refers to an object that the file lacks");
	ret_resolved->pro |= object->pro;
	if (object->variable) {
		const struct oval_variable *variable = bolt_oval_find(&walk->oval->variables, object->variable);

		if (!variable)
			return damaged(walk, "an object refers to a variable that the file lacks");
		ret_resolved->pro |= variable->pro;
		ret_resolved->names = variable->names.items;
		ret_resolved->names_len = variable->names.len;
		return 0;
	}
	if (!object->name)
		return damaged(walk, "an object names no package");
	ret_resolved->name = object->name;
	return 0;
}

static int resolve(struct walk *walk, const struct oval_node *node, struct resolved *ret_resolved)
{
	const struct oval_test *test = NULL;
	const struct oval_state *state = NULL;
	int r = find_test(walk, node->test, &test, &state);

	*ret_resolved = (struct resolved){ .judgement = OVAL_SILENT };
	if (r < 0)
		return r;
	if (!test->package || test->none)
		return 0;
	*ret_resolved = (struct resolved){
		.judgement = state ? state->judgement : OVAL_EVERY,
		.evr = state ? state->evr : NULL,
		.pro = node->pro || test->pro || (state && state->pro),
	};
	return ret_resolved->judgement == OVAL_SILENT ? 0 : resolve_names(walk, test, ret_resolved);
}

/* Past the END of the group that begins at `at`. Groups are balanced: they come from well-formed XML. */
static size_t group_end(const struct walk *walk, size_t at)
{
	size_t open = 0;

	do {
		uint8_t kind = walk->definition->nodes[at++].kind;

		if (kind == OVAL_AND || kind == OVAL_OR || kind == OVAL_NOT)
			open++;
		else if (kind == OVAL_END)
			open--;
	} while (open > 0);
	return at;
}

static bool is_group(const struct oval_node *node)
{
	return node->kind == OVAL_AND || node->kind == OVAL_OR || node->kind == OVAL_NOT;
}

static int add_release(struct walk *walk, struct scope *scope, uint16_t label)
{
	for (size_t i = 0; i < scope->releases_len; i++) {
		if (scope->releases[i] == label)
			return 0;
	}
	if (scope->releases_len == SCOPE_RELEASES)
		return bolt_err_set(&walk->draft->why, -E2BIG, "criteria for more than %d releases at once", SCOPE_RELEASES);
	scope->releases[scope->releases_len++] = label;
	return 0;
}

/* Adds the releases of a group without packages: "one of these is installed". A group with packages adds nothing. */
static int add_releases_of(struct walk *walk, size_t at, size_t end, struct scope *scope)
{
	const struct oval_node *nodes = walk->definition->nodes;
	int r = 0;

	for (size_t i = at; i < end; i++) {
		struct resolved resolved;

		if (nodes[i].kind == OVAL_NOT)
			return 0;
		if (nodes[i].kind != OVAL_CRITERION)
			continue;
		if (resolve(walk, &nodes[i], &resolved) < 0 || resolved.judgement != OVAL_SILENT)
			return 0; /* damage is told of when it is walked */
	}
	for (size_t i = at; i < end && r == 0; i++) {
		if (nodes[i].kind == OVAL_RELEASE)
			r = add_release(walk, scope, nodes[i].label);
	}
	return r;
}

/* What an AND asks for, of what stands directly in it. `narrower` is what it says itself; where it says nothing, the outer holds.
 */
static int narrow(struct walk *walk, size_t at, size_t end, struct scope *scope, bool *ret_versions)
{
	const struct oval_node *nodes = walk->definition->nodes;
	struct scope narrower = { .module = scope->module, .has_module = scope->has_module };
	struct resolved resolved;
	int r = 0;

	*ret_versions = false;
	for (size_t i = at, next; i < end && r == 0; i = next) {
		next = is_group(&nodes[i]) ? group_end(walk, i) : i + 1;
		if (is_group(&nodes[i])) {
			r = add_releases_of(walk, i, next, &narrower);
		} else if (nodes[i].kind == OVAL_RELEASE) {
			r = add_release(walk, &narrower, nodes[i].label);
		} else if (nodes[i].kind == OVAL_MODULE) {
			narrower.module = nodes[i].label;
			narrower.has_module = true;
		} else if ((r = resolve(walk, &nodes[i], &resolved)) == 0) {
			*ret_versions |= resolved.judgement == OVAL_EARLIER;
		}
	}
	if (narrower.releases_len == 0) {
		memcpy(narrower.releases, scope->releases, sizeof(scope->releases));
		narrower.releases_len = scope->releases_len;
	}
	*scope = narrower;
	return r;
}

/* The status of a package without a fix: its resolution, as part of its module ("nodejs:16/nodejs") or by itself. */
static enum bolt_status status_of(const struct walk *walk, const struct oval_node *node, const char *name, const char *module)
{
	const struct oval_definition *definition = walk->definition;
	struct oval_resolution key = { .component = name }, *found = NULL;
	char whole[BOLT_ADVISED_NAME];

	if (definition->unaffected)
		return BOLT_STATUS_NOT_AFFECTED;
	if (definition->resolutions_len == 0)
		return node->status;
	if (module && (size_t) snprintf(whole, sizeof(whole), "%s/%s", module, name) < sizeof(whole)) {
		key.component = whole;
		found = bsearch(&key, definition->resolutions, definition->resolutions_len, sizeof(key), bolt_oval_by_component);
		key.component = name;
	}
	if (!found)
		found = bsearch(&key, definition->resolutions, definition->resolutions_len, sizeof(key), bolt_oval_by_component);
	return found ? found->status : node->status;
}

static int say_of(struct walk *walk, const char *ecosystem, const char *name, const char *module, const struct oval_node *node,
		  const struct resolved *resolved)
{
	struct bolt_affected *affected = NULL;
	int r = bolt_draft_affected(walk->draft, ecosystem, name, &affected);

	if (r < 0)
		return r;
	affected->binary = true;
	affected->modularity = module;
	affected->severity = walk->definition->severity;
	if (resolved->judgement == OVAL_EARLIER)
		return bolt_draft_until(walk->draft, affected, resolved->evr);
	affected->status = resolved->judgement == OVAL_NOT_AFFECTED ? BOLT_STATUS_NOT_AFFECTED
								    : status_of(walk, node, name, module);
	return affected->status == BOLT_STATUS_NOT_AFFECTED ? 0 : bolt_draft_until(walk->draft, affected, NULL);
}

/* All its packages, in one release. */
static int say_in(struct walk *walk, const char *ecosystem, const char *module, const struct oval_node *node,
		  const struct resolved *resolved)
{
	const struct bolt_oval_dialect *dialect = walk->oval->dialect;
	char pro[BOLT_ECOSYSTEM_NAME];
	int r = 0;

	if (resolved->pro && dialect->pro_prefix && strncmp(ecosystem, dialect->pro_prefix, strlen(dialect->pro_prefix)) == 0) {
		int n = snprintf(pro, sizeof(pro), "%s%s", dialect->pro_ecosystem, ecosystem + strlen(dialect->pro_prefix));

		if (n < 0 || (size_t) n >= sizeof(pro))
			return damaged(walk, "the name of a release is too long");
		ecosystem = pro;
	}
	if (resolved->name)
		return say_of(walk, ecosystem, resolved->name, module, node, resolved);
	for (size_t i = 0; i < resolved->names_len && r == 0; i++)
		r = say_of(walk, ecosystem, resolved->names[i], module, node, resolved);
	return r;
}

static int say(struct walk *walk, const struct oval_node *node, const struct scope *scope, bool versions)
{
	const struct bolt_texts *labels = &walk->oval->labels, *platforms = &walk->definition->platforms;
	const char *module = scope->has_module ? labels->items[scope->module] : NULL;
	struct resolved resolved;
	int r = resolve(walk, node, &resolved);

	if (r < 0 || resolved.judgement == OVAL_SILENT)
		return r;
	/* "x is installed" beside "x is earlier than": a condition. In an erratum it is one anyway. */
	if (resolved.judgement == OVAL_EVERY && (versions || !walk->definition->vulnerability || node->status == BOLT_STATUS_FIXED))
		return 0;
	for (size_t i = 0; i < scope->releases_len && r == 0; i++)
		r = say_in(walk, labels->items[scope->releases[i]], module, node, &resolved);
	for (size_t i = 0; scope->releases_len == 0 && i < platforms->len && r == 0; i++)
		r = say_in(walk, platforms->items[i], module, node, &resolved);
	if (scope->releases_len == 0 && platforms->len == 0)
		return damaged(walk, "criteria and platforms name no release");
	return r;
}

/* The group at `at`. As deep as the XML was, which BOLT_XML_DEPTH_MAX bounds. */
static int walk_group(struct walk *walk, size_t at, struct scope scope)
{
	const struct oval_node *nodes = walk->definition->nodes;
	size_t end = group_end(walk, at) - 1; /* its END */
	bool versions = false;
	int r = nodes[at].kind == OVAL_AND ? narrow(walk, at + 1, end, &scope, &versions) : 0;

	if (nodes[at].kind == OVAL_NOT)
		return 0;
	for (size_t i = at + 1; i < end && r == 0;) {
		if (is_group(&nodes[i])) {
			r = walk_group(walk, i, scope);
			i = group_end(walk, i);
			continue;
		}
		if (nodes[i].kind == OVAL_CRITERION)
			r = say(walk, &nodes[i], &scope, versions);
		i++;
	}
	return r;
}

int bolt_oval_by_component(const void *a, const void *b)
{
	const struct oval_resolution *x = a, *y = b;

	return strcmp(x->component, y->component);
}

int bolt_oval_resolve(const struct oval *oval, const struct oval_definition *definition, struct bolt_draft *draft)
{
	struct walk walk = { .oval = oval, .definition = definition, .draft = draft };
	int r = 0;

	for (size_t i = 0; i < definition->nodes_len && r == 0; i = group_end(&walk, i))
		r = walk_group(&walk, i, (struct scope){ .releases_len = 0 });
	bolt_draft_drop_repeated(draft); /* products of one release (a server, its modules) say the same of one package */
	return r;
}
