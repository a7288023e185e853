#include "advisory/oval_definition.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/feed_xml.h"
#include "advisory/limits.h"
#include "core/grow.h"
#include "core/text.h"

typedef const char *const *attributes_t;

static int full(struct bolt_err *err)
{
	return bolt_err_set(err, -E2BIG, "more definitions, criteria or text than fit; " BOLT_BOUND_HINT);
}

static int keep(struct oval_reading *reading, const char *text, size_t len, const char **ret_text, struct bolt_err *err)
{
	const char *copy = bolt_arena_text(reading->oval->arena, text, len);

	if (!copy)
		return full(err);
	*ret_text = copy;
	return 0;
}

/* One more name in a sorted list. One more than the bound of an advisory is kept: whoever makes the advisory refuses it then. */
static int keep_name(struct oval_reading *reading, struct bolt_texts *texts, const char *text, size_t len, struct bolt_err *err)
{
	const char *copy = NULL;
	int r;

	if (len == 0 || texts->len > BOLT_ADVISORY_NAMES_MAX)
		return 0;
	r = keep(reading, text, len, &copy, err);
	if (r < 0)
		return r;
	return bolt_texts_add(texts, reading->oval->arena, copy) == 0 ? 0 : full(err);
}

static int begin(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	const struct bolt_oval_dialect *dialect = reading->oval->dialect;
	const char *id = bolt_xml_attribute(attributes, "id"), *class = bolt_xml_attribute(attributes, "class");
	bool vulnerability = class && strcmp(class, "vulnerability") == 0;

	reading->open = NULL;
	if (!id || !bolt_starts_with(id, dialect->ids))
		return 0;
	reading->seen++;
	if (!vulnerability && (!class || strcmp(class, "patch") != 0))
		return 0; /* inventory: is this release installed? */
	reading->open = bolt_arena_alloc(reading->oval->arena, sizeof(*reading->open));
	if (!reading->open)
		return full(err);
	reading->open->vulnerability = vulnerability;
	reading->open->unaffected = dialect->unaffected && bolt_starts_with(id, dialect->unaffected);
	reading->nodes_len = reading->resolutions_len = 0;
	reading->title = NULL;
	reading->worst = -1;
	reading->foreign = reading->native = false;
	reading->resolution = BOLT_STATUS_AFFECTED;
	return 0;
}

/* "CVE-2018-0202" out of "SUSE CVE-2018-0202" or "CVE-2018-0202 on Ubuntu 22.04 LTS (jammy) - medium." */
static size_t find_cve(const char *text, const char **ret_cve)
{
	const char *cve = strstr(text, "CVE-");

	if (!cve)
		return 0;
	*ret_cve = cve;
	return 4 + strspn(cve + 4, "0123456789-");
}

static int keep_cve(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	const char *cve = NULL;
	size_t len = find_cve(text, &cve);

	return len > 8 && len <= BOLT_ADVISORY_ID_MAX ? keep_name(reading, &reading->open->upstream, cve, len, err) : 0;
}

/* The first reference that is no CVE names an erratum. The others' addresses are worth keeping with a vulnerability only: an
 * erratum's would be those of its CVEs. */
static int reference_open(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	struct oval_definition *definition = reading->open;
	const char *source = bolt_xml_attribute(attributes, "source"), *id = bolt_xml_attribute(attributes, "ref_id");
	const char *url = bolt_xml_attribute(attributes, "ref_url");
	bool is_cve = (source && strstr(source, "CVE")) || (id && bolt_starts_with(id, "CVE-"));
	int r = 0;

	if (id && is_cve)
		r = keep_cve(reading, id, err);
	else if (id && !definition->id && !definition->vulnerability)
		r = keep(reading, id, strcspn(id, " "), &definition->id, err);
	if (r == 0 && url && (definition->vulnerability || !is_cve))
		r = keep_name(reading, &definition->references, url, strlen(url), err);
	return r;
}

/* Keeps the vector with the highest score: "8.2/CVSS:3.1/AV:N/..." is Red Hat's form and SUSE's. */
static int vector_seen(struct oval_reading *reading, const char *score, const char *vector, struct bolt_err *err)
{
	double value = score ? strtod(score, NULL) : 0;

	if (!vector || !*vector || !(value > reading->worst))
		return 0;
	reading->worst = value;
	return keep(reading, vector, strlen(vector), &reading->open->vector, err);
}

static int cve_open(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	static const char *const combined[] = { "cvss4", "cvss3", "cvss2" };
	const char *cwe = bolt_xml_attribute(attributes, "cwe"), *vector = bolt_xml_attribute(attributes, "cvss_vector");
	int r = vector_seen(reading, bolt_xml_attribute(attributes, "cvss_score"), vector, err);

	for (size_t i = 0; i < BOLT_ARRAY_LEN(combined) && r == 0 && !vector; i++) {
		const char *score = bolt_xml_attribute(attributes, combined[i]);
		const char *slash = score ? strchr(score, '/') : NULL;

		vector = slash ? slash + 1 : NULL;
		r = vector_seen(reading, score, vector, err);
	}
	/* "CWE-125->CWE-400" and "(CWE-200|CWE-119)" are chains and choices */
	while (r == 0 && cwe && (cwe = strstr(cwe, "CWE-"))) {
		size_t len = 4 + strspn(cwe + 4, "0123456789");

		r = len <= BOLT_ADVISORY_ID_MAX ? keep_name(reading, &reading->open->cwes, cwe, len, err) : 0;
		cwe += len;
	}
	return r;
}

static int node_add(struct oval_reading *reading, enum oval_kind kind, struct oval_node **ret_node, struct bolt_err *err)
{
	if (reading->nodes_len >= BOLT_OVAL_NODES_MAX ||
	    bolt_grow(&reading->nodes, reading->nodes_len, &reading->nodes_room, sizeof(*reading->nodes)) < 0)
		return full(err);
	struct oval_node *node = &reading->nodes[reading->nodes_len++];
	*node = (struct oval_node){ .kind = (uint8_t) kind };
	if (ret_node)
		*ret_node = node;
	return 0;
}

static bool is_negated(attributes_t attributes)
{
	const char *negate = bolt_xml_attribute(attributes, "negate");

	return negate && (strcmp(negate, "true") == 0 || strcmp(negate, "1") == 0);
}

static int criteria_open(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	const char *joined = bolt_xml_attribute(attributes, "operator"); /* AND is what the schema takes when it is not said */
	enum oval_kind kind = OVAL_NOT;

	if (!is_negated(attributes) && (!joined || strcmp(joined, "AND") == 0))
		kind = OVAL_AND;
	else if (!is_negated(attributes) && strcmp(joined, "OR") == 0)
		kind = OVAL_OR;
	return node_add(reading, kind, NULL, err);
}

/* The release a sentence speaks of, in its normal form. */
static bool release_in(const struct bolt_oval_dialect *dialect, const char *sentence, char ret_release[BOLT_ECOSYSTEM_NAME])
{
	char release[BOLT_ECOSYSTEM_NAME];

	return dialect->release(sentence, release) && bolt_ecosystem_normalise(release, ret_release) == 0;
}

static int label_of(struct oval_reading *reading, const char *text, size_t len, uint16_t *ret_label, struct bolt_err *err)
{
	struct bolt_texts *labels = &reading->oval->labels;
	const char *copy = NULL;
	int r;

	for (size_t i = 0; i < labels->len; i++) {
		if (strncmp(labels->items[i], text, len) == 0 && labels->items[i][len] == '\0') {
			*ret_label = (uint16_t) i;
			return 0;
		}
	}
	if (labels->len >= BOLT_OVAL_LABELS_MAX)
		return full(err);
	r = keep(reading, text, len, &copy, err);
	if (r < 0)
		return r;
	*ret_label = (uint16_t) labels->len;
	return bolt_texts_append(labels, reading->oval->arena, copy) == 0 ? 0 : full(err);
}

/* "Module nodejs:16 is enabled" */
static size_t module_in(const char *comment, const char **ret_module)
{
	static const char before[] = "Module ", after[] = " is enabled";

	if (!bolt_starts_with(comment, before) || !bolt_ends_with(comment, after))
		return 0;
	*ret_module = comment + sizeof(before) - 1;
	return strlen(*ret_module) - (sizeof(after) - 1);
}

static int criterion_open(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	const struct bolt_oval_dialect *dialect = reading->oval->dialect;
	const char *comment = bolt_xml_attribute(attributes, "comment"), *module = NULL;
	enum bolt_status status = BOLT_STATUS_AFFECTED;
	char release[BOLT_ECOSYSTEM_NAME];
	struct oval_node *node = NULL;
	uint16_t label = 0;
	int r;

	if (is_negated(attributes))
		return 0;
	comment = comment ? comment : "";
	size_t module_len = module_in(comment, &module);
	bool is_release = module_len == 0 && release_in(dialect, comment, release);
	if (is_release || module_len > 0) {
		r = is_release ? label_of(reading, release, strlen(release), &label, err)
			       : label_of(reading, module, module_len, &label, err);
		if (r == 0)
			r = node_add(reading, is_release ? OVAL_RELEASE : OVAL_MODULE, &node, err);
		if (r == 0)
			node->label = label;
		return r;
	}
	r = node_add(reading, OVAL_CRITERION, &node, err);
	if (r < 0)
		return r;
	if (dialect->status && dialect->status(comment, &status))
		node->status = (uint8_t) status;
	node->test = bolt_oval_id(bolt_xml_attribute(attributes, "test_ref"));
	node->pro = dialect->pro && strstr(comment, dialect->pro);
	return 0;
}

/* Another definition's outcome: that a release is installed, or nothing that names packages. */
static int extend_open(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	const char *comment = bolt_xml_attribute(attributes, "comment");
	char release[BOLT_ECOSYSTEM_NAME];
	struct oval_node *node = NULL;
	uint16_t label = 0;
	int r;

	if (!comment || is_negated(attributes) || !release_in(reading->oval->dialect, comment, release))
		return 0;
	r = label_of(reading, release, strlen(release), &label, err);
	if (r == 0)
		r = node_add(reading, OVAL_RELEASE, &node, err);
	if (r == 0)
		node->label = label;
	return r;
}

static int bugzilla_open(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	const char *url = bolt_xml_attribute(attributes, "href");

	return url ? keep_name(reading, &reading->open->references, url, strlen(url), err) : 0;
}

static int issued_open(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	(void) err;
	reading->open->published_unix = bolt_feed_time(bolt_xml_attribute(attributes, "date"));
	return 0;
}

static int updated_open(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	(void) err;
	reading->open->modified_unix = bolt_feed_time(bolt_xml_attribute(attributes, "date"));
	return 0;
}

static int resolution_open(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err)
{
	const char *state = bolt_xml_attribute(attributes, "state");

	(void) err;
	reading->resolution = BOLT_STATUS_AFFECTED;
	if (state)
		(void) bolt_oval_resolution(state, &reading->resolution);
	return 0;
}

static int title_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	return reading->title ? 0 : keep(reading, text, strlen(text), &reading->title, err);
}

static int description_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	return *text ? keep(reading, text, strlen(text), &reading->open->details, err) : 0;
}

static int severity_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	(void) err;
	BOLT_IGNORE(bolt_severity_parse(text, &reading->open->severity)); /* "None", "Untriaged": not known */
	return 0;
}

static int public_date_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	char day[11] = { 0 };

	(void) err;
	if (strlen(text) >= 10 && reading->open->published_unix == 0) {
		memcpy(day, text, 10);
		reading->open->published_unix = bolt_feed_time(day);
	}
	return 0;
}

static int url_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	return bolt_starts_with(text, "http") ? keep_name(reading, &reading->open->references, text, strlen(text), err) : 0;
}

static int platform_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	char release[BOLT_ECOSYSTEM_NAME];

	if (!release_in(reading->oval->dialect, text, release))
		return 0;
	return keep_name(reading, &reading->open->platforms, release, strlen(release), err);
}

static int cpe_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	const char *ours = reading->oval->dialect->cpe;

	(void) err;
	if (ours && strstr(text, ours))
		reading->native = true;
	else
		reading->foreign = true;
	return 0;
}

static int cve_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	return keep_cve(reading, text, err);
}

static int component_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	const char *component = NULL;
	int r = keep(reading, text, strlen(text), &component, err);

	if (r < 0)
		return r;
	if (bolt_grow(&reading->resolutions, reading->resolutions_len, &reading->resolutions_room, sizeof(*reading->resolutions)) <
	    0)
		return -ENOMEM;
	reading->resolutions[reading->resolutions_len++] = (struct oval_resolution){ .component = component,
										     .status = reading->resolution };
	return 0;
}

static int criteria_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	(void) text;
	return node_add(reading, OVAL_END, NULL, err);
}

/* "RHSA-2022:4584: zlib security update (Important)" and "USN-6801-1 -- PyMySQL vulnerability" begin with what is the id anyway. */
static void name_it(struct oval_reading *reading)
{
	struct oval_definition *definition = reading->open;
	const char *title = reading->title ? reading->title : "", *cve = NULL;
	size_t len = find_cve(title, &cve);

	if (definition->vulnerability) {
		definition->id = len > 8                        ? bolt_arena_text(reading->oval->arena, cve, len)
				 : definition->upstream.len > 0 ? definition->upstream.items[0]
								: NULL;
		definition->upstream = (struct bolt_texts){ .len = 0 };
	} else if (!definition->id && *title) {
		len = strcspn(title, " ");
		definition->id = bolt_arena_text(reading->oval->arena, title, len - (len > 0 && title[len - 1] == ':'));
	}
	const char *id = definition->id ? definition->id : "";
	if (*id && bolt_starts_with(title, id))
		title += strlen(id);
	title += strspn(title, ":- ");
	definition->summary = *title ? title : NULL;
}

/* Its criteria and resolutions move to where they last. */
static int definition_close(struct oval_reading *reading, const char *text, struct bolt_err *err)
{
	struct oval_definition *definition = reading->open;
	size_t nodes_bytes = reading->nodes_len * sizeof(*reading->nodes);
	size_t resolutions_bytes = reading->resolutions_len * sizeof(*reading->resolutions);

	(void) text;
	reading->open = NULL;
	if (reading->foreign && !reading->native && reading->oval->dialect->cpe) {
		reading->skipped++;
		return 0;
	}
	reading->open = definition;
	name_it(reading);
	reading->open = NULL;
	struct oval_node *nodes = bolt_arena_alloc(reading->oval->arena, nodes_bytes + 1);
	definition->resolutions = bolt_arena_alloc(reading->oval->arena, resolutions_bytes + 1);
	if (!nodes || !definition->resolutions)
		return full(err);
	if (nodes_bytes > 0)
		memcpy(nodes, reading->nodes, nodes_bytes);
	if (resolutions_bytes > 0)
		memcpy(definition->resolutions, reading->resolutions, resolutions_bytes);
	definition->nodes = nodes;
	definition->nodes_len = reading->nodes_len;
	definition->resolutions_len = reading->resolutions_len;
	if (reading->resolutions_len > 1)
		qsort(definition->resolutions, definition->resolutions_len, sizeof(*definition->resolutions),
		      bolt_oval_by_component);
	if (reading->done_len >= BOLT_OVAL_ROWS_MAX ||
	    bolt_grow(&reading->done, reading->done_len, &reading->done_room, sizeof(struct oval_definition *)) < 0)
		return full(err);
	reading->done[reading->done_len++] = definition;
	return 0;
}

static const struct element {
	const char *name;
	int (*open)(struct oval_reading *reading, attributes_t attributes, struct bolt_err *err);
	int (*close)(struct oval_reading *reading, const char *text, struct bolt_err *err);
} elements[] = {
	{ "criterion", criterion_open, NULL },
	{ "criteria", criteria_open, criteria_close },
	{ "reference", reference_open, NULL },
	{ "cve", cve_open, cve_close },
	{ "cpe", NULL, cpe_close },
	{ "component", NULL, component_close },
	{ "platform", NULL, platform_close },
	{ "bugzilla", bugzilla_open, NULL },
	{ "bug", NULL, url_close },
	{ "ref", NULL, url_close },
	{ "extend_definition", extend_open, NULL },
	{ "title", NULL, title_close },
	{ "description", NULL, description_close },
	{ "severity", NULL, severity_close },
	{ "issued", issued_open, NULL },
	{ "updated", updated_open, NULL },
	{ "public_date", NULL, public_date_close },
	{ "resolution", resolution_open, NULL },
	{ "definition", NULL, definition_close },
};

static const struct element *element_named(const char *name)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(elements); i++) {
		if (strcmp(elements[i].name, name) == 0)
			return &elements[i];
	}
	return NULL;
}

int bolt_oval_definition_open(struct oval_reading *reading, const char *name, const char *const *attributes, struct bolt_err *err)
{
	if (strcmp(name, "definition") == 0)
		return begin(reading, attributes, err);
	const struct element *element = reading->open ? element_named(name) : NULL;
	return element && element->open ? element->open(reading, attributes, err) : 0;
}

int bolt_oval_definition_close(struct oval_reading *reading, const char *name, const char *text, struct bolt_err *err)
{
	const struct element *element = reading->open ? element_named(name) : NULL;

	return element && element->close ? element->close(reading, text, err) : 0;
}

void bolt_oval_definitions_done(struct oval_reading *reading)
{
	free(reading->done);
	free(reading->nodes);
	free(reading->resolutions);
}
