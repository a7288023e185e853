/* Reads an OVAL file into the tables, then hands out its definitions. */
#include "advisory/oval.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/feed_xml.h"
#include "advisory/limits.h"
#include "advisory/oval_definition.h"
#include "advisory/oval_private.h"
#include "core/grow.h"
#include "core/text.h"

enum section { OUTSIDE = 0, DEFINITIONS, TESTS, OBJECTS, STATES, VARIABLES };

struct reading {
	struct oval oval;
	struct oval_reading definitions;
	enum section section;
	struct oval_test *test; /* the row that is open; NULL between rows */
	struct oval_object *object;
	struct oval_state *state;
	struct oval_variable *variable;
	struct bolt_feed_sink *sink;
};

typedef const char *const *attributes_t;

static int full(struct bolt_err *err)
{
	return bolt_err_set(err, -E2BIG, "more tests, states or text than fit; " BOLT_BOUND_HINT);
}

static bool is_pro(const struct reading *reading, attributes_t attributes)
{
	const char *comment = bolt_xml_attribute(attributes, "comment");

	return comment && reading->oval.dialect->pro && strstr(comment, reading->oval.dialect->pro);
}

/* SUSE's and Red Hat's lists of states name one test's several states: a row each. */
static int test_open(struct reading *reading, const char *name, attributes_t attributes, struct bolt_err *err)
{
	if (bolt_ends_with(name, "_test")) {
		const char *check = bolt_xml_attribute(attributes, "check");
		struct oval_test *test = bolt_oval_add(&reading->oval.tests);

		if (!test)
			return full(err);
		test->id = bolt_oval_id(bolt_xml_attribute(attributes, "id"));
		test->package = strcmp(name, "rpminfo_test") == 0 || strcmp(name, "dpkginfo_test") == 0;
		test->none = check && strcmp(check, "none satisfy") == 0;
		test->pro = is_pro(reading, attributes);
		reading->test = test;
	} else if (reading->test && strcmp(name, "object") == 0) {
		reading->test->object = bolt_oval_id(bolt_xml_attribute(attributes, "object_ref"));
	} else if (reading->test && strcmp(name, "state") == 0) {
		if (reading->test->state) {
			struct oval_test *more = bolt_oval_add(&reading->oval.tests);

			if (!more)
				return full(err);
			*more = more[-1];
			reading->test = more;
		}
		reading->test->state = bolt_oval_id(bolt_xml_attribute(attributes, "state_ref"));
	}
	return 0;
}

static int object_open(struct reading *reading, const char *name, attributes_t attributes, struct bolt_err *err)
{
	if (bolt_ends_with(name, "_object")) {
		reading->object = bolt_oval_add(&reading->oval.objects);
		if (!reading->object)
			return full(err);
		reading->object->id = bolt_oval_id(bolt_xml_attribute(attributes, "id"));
		reading->object->pro = is_pro(reading, attributes);
	} else if (reading->object && strcmp(name, "name") == 0) {
		reading->object->variable = bolt_oval_id(bolt_xml_attribute(attributes, "var_ref"));
	}
	return 0;
}

static int object_close(struct reading *reading, const char *name, const char *text, struct bolt_err *err)
{
	if (!reading->object || strcmp(name, "name") != 0 || !*text)
		return 0;
	reading->object->name = bolt_arena_strdup(reading->oval.arena, text);
	return reading->object->name ? 0 : full(err);
}

/* The operation is known when the element opens, what it is compared with when it closes. */
static int state_open(struct reading *reading, const char *name, attributes_t attributes, struct bolt_err *err)
{
	const char *operation = bolt_xml_attribute(attributes, "operation");

	if (bolt_ends_with(name, "_state")) {
		reading->state = bolt_oval_add(&reading->oval.states);
		if (!reading->state)
			return full(err);
		reading->state->id = bolt_oval_id(bolt_xml_attribute(attributes, "id"));
		reading->state->pro = is_pro(reading, attributes);
	} else if (reading->state && operation && strcmp(name, "evr") == 0) {
		if (strcmp(operation, "less than") == 0)
			reading->state->judgement = OVAL_EARLIER;
		else if (strcmp(operation, "greater than") == 0) /* than 0:0-0 */
			reading->state->judgement = OVAL_EVERY;
	} else if (reading->state && operation && strcmp(name, "version") == 0 && strcmp(operation, "equals") == 0) {
		reading->state->judgement = OVAL_NOT_AFFECTED; /* if it is 0, which no package's version is */
	}
	return 0;
}

static int state_close(struct reading *reading, const char *name, const char *text, struct bolt_err *err)
{
	struct oval_state *state = reading->state;

	if (!state)
		return 0;
	if (strcmp(name, "version") == 0 && state->judgement == OVAL_NOT_AFFECTED && strcmp(text, "0") != 0)
		state->judgement = OVAL_SILENT; /* a release package's */
	if (strcmp(name, "evr") != 0)
		return 0;
	if (state->judgement == OVAL_EVERY && strcmp(text, "0:0-0") != 0)
		state->judgement = OVAL_SILENT;
	if (state->judgement != OVAL_EARLIER)
		return 0;
	/* an epoch of 0 is the same as none, which is how packages are written */
	state->evr = bolt_arena_strdup(reading->oval.arena, bolt_starts_with(text, "0:") ? text + 2 : text);
	return state->evr ? 0 : full(err);
}

static int variable_open(struct reading *reading, const char *name, attributes_t attributes, struct bolt_err *err)
{
	if (!bolt_ends_with(name, "_variable"))
		return 0;
	reading->variable = bolt_oval_add(&reading->oval.variables);
	if (!reading->variable)
		return full(err);
	reading->variable->id = bolt_oval_id(bolt_xml_attribute(attributes, "id"));
	reading->variable->pro = is_pro(reading, attributes);
	return 0;
}

static int variable_close(struct reading *reading, const char *name, const char *text, struct bolt_err *err)
{
	struct bolt_arena *arena = reading->oval.arena;

	if (!reading->variable || strcmp(name, "value") != 0 || !*text)
		return 0;
	const char *value = bolt_arena_strdup(arena, text);
	return value && bolt_texts_append(&reading->variable->names, arena, value) == 0 ? 0 : full(err);
}

static const struct section_row {
	const char *name;
	int (*open)(struct reading *reading, const char *name, attributes_t attributes, struct bolt_err *err);
	int (*close)(struct reading *reading, const char *name, const char *text, struct bolt_err *err); /* or NULL */
} sections[] = {
	[TESTS] = { "tests", test_open, NULL },
	[OBJECTS] = { "objects", object_open, object_close },
	[STATES] = { "states", state_open, state_close },
	[VARIABLES] = { "variables", variable_open, variable_close },
};

static enum section section_named(const char *name)
{
	if (strcmp(name, "definitions") == 0)
		return DEFINITIONS;
	for (size_t i = TESTS; i < BOLT_ARRAY_LEN(sections); i++) {
		if (strcmp(name, sections[i].name) == 0)
			return (enum section) i;
	}
	return OUTSIDE;
}

static int on_open(void *context, const char *name, const char *const *attributes, struct bolt_err *err)
{
	struct reading *reading = context;

	if (reading->section == OUTSIDE) {
		reading->section = section_named(name);
		return 0;
	}
	if (reading->section == DEFINITIONS)
		return bolt_oval_definition_open(&reading->definitions, name, attributes, err);
	return sections[reading->section].open(reading, name, attributes, err);
}

static int on_close(void *context, const char *name, const char *text, struct bolt_err *err)
{
	struct reading *reading = context;
	enum section section = reading->section;

	if (section == OUTSIDE) {
		int64_t made = strcmp(name, "timestamp") == 0 ? bolt_feed_time(text) : 0;

		if (made > 0)
			reading->sink->dated(reading->sink, made);
		return 0;
	}
	if (section == section_named(name)) {
		reading->section = OUTSIDE;
		return 0;
	}
	if (section == DEFINITIONS)
		return bolt_oval_definition_close(&reading->definitions, name, text, err);
	if (sections[section].close) {
		int r = sections[section].close(reading, name, text, err);
		if (r < 0)
			return r;
	}
	if (bolt_ends_with(name, "_test"))
		reading->test = NULL;
	else if (bolt_ends_with(name, "_object"))
		reading->object = NULL;
	else if (bolt_ends_with(name, "_state"))
		reading->state = NULL;
	else if (bolt_ends_with(name, "_variable"))
		reading->variable = NULL;
	return 0;
}

static int draft_of(const struct oval *oval, const struct oval_definition *definition, struct bolt_draft *draft)
{
	struct bolt_advisory *advisory = &draft->advisory;
	const struct bolt_texts *lists[] = { &definition->upstream, &definition->cwes, &definition->references };
	int r = bolt_draft_id(draft, definition->id);

	for (size_t i = 0; i < BOLT_ARRAY_LEN(lists); i++) {
		if (lists[i]->len > BOLT_ADVISORY_NAMES_MAX)
			return bolt_err_set(&draft->why, -E2BIG, "more names or references than the bound of %u; " BOLT_BOUND_HINT,
					    BOLT_ADVISORY_NAMES_MAX);
	}
	advisory->summary = definition->summary;
	advisory->details = definition->details;
	advisory->upstream = definition->upstream;
	advisory->cwes = definition->cwes;
	advisory->references = definition->references;
	advisory->published_unix = definition->published_unix;
	advisory->modified_unix = definition->modified_unix;
	if (r == 0)
		r = bolt_draft_rating(draft, NULL, NULL, definition->severity);
	if (r == 0)
		r = bolt_draft_rating(draft, NULL, definition->vector, BOLT_SEVERITY_UNKNOWN);
	return r < 0 ? r : bolt_oval_resolve(oval, definition, draft);
}

static int hand_out(struct reading *reading, struct bolt_err *err)
{
	struct oval *oval = &reading->oval;
	uint64_t packages = 0;
	int r = 0;

	bolt_oval_sort(&oval->tests);
	bolt_oval_sort(&oval->objects);
	bolt_oval_sort(&oval->states);
	bolt_oval_sort(&oval->variables);
	for (size_t i = 0; i < reading->definitions.done_len && r == 0; i++) {
		const struct oval_definition *definition = reading->definitions.done[i];
		struct bolt_draft draft;

		r = bolt_draft_init(&draft);
		if (r < 0)
			return r;
		r = bolt_draft_hand(&draft, draft_of(oval, definition, &draft), definition->id ? definition->id : "a definition",
				    reading->sink, err);
		packages += draft.advisory.affected_len;
		bolt_draft_done(&draft);
		if (r == 0 && packages > BOLT_OVAL_PACKAGES_MAX)
			return bolt_err_set(err, -E2BIG, "more than %u packages in all; " BOLT_BOUND_HINT, BOLT_OVAL_PACKAGES_MAX);
	}
	bolt_feed_skipped(reading->sink, "definitions of other platforms, such as extended support", reading->definitions.skipped);
	return r;
}

static void done(struct reading *reading)
{
	free(reading->oval.tests.rows);
	free(reading->oval.objects.rows);
	free(reading->oval.states.rows);
	free(reading->oval.variables.rows);
	bolt_oval_definitions_done(&reading->definitions);
	bolt_arena_free(reading->oval.arena);
}

int bolt_oval_read(struct bolt_reader *reader, const struct bolt_oval_dialect *dialect, struct bolt_feed_sink *sink,
		   struct bolt_err *err)
{
	static const struct bolt_xml_handler handler = { .open = on_open, .close = on_close };
	struct reading reading = {
		.oval = { .dialect = dialect,
			  .arena = bolt_arena_new(BOLT_OVAL_TEXT_MAX),
			  .tests.row_size = sizeof(struct oval_test),
			  .objects.row_size = sizeof(struct oval_object),
			  .states.row_size = sizeof(struct oval_state),
			  .variables.row_size = sizeof(struct oval_variable) },
		.sink = sink,
	};

	if (!reading.oval.arena)
		return -ENOMEM;
	reading.definitions.oval = &reading.oval;
	int r = bolt_xml_read(reader, &handler, &reading, err);
	if (r == 0 && reading.definitions.seen == 0)
		r = bolt_err_set(err, -EBADMSG, "it holds no definition of this publisher");
	if (r == 0)
		r = hand_out(&reading, err);
	done(&reading);
	return r;
}
