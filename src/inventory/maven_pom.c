#include "inventory/maven_pom.h"

#include <string.h>

static void trim_all(struct bolt_cursor *c)
{
	while (c->left > 0 && c->p[0] <= ' ') {
		c->p++;
		c->left--;
	}
	while (c->left > 0 && c->p[c->left - 1] <= ' ')
		c->left--;
}

/* "${...}" needs more than this file. */
static bool is_literal(struct bolt_cursor value)
{
	return value.left > 0 && !memmem(value.p, value.left, "${", 2);
}

struct bolt_pom bolt_pom_properties(struct bolt_cursor file)
{
	struct bolt_pom pom = { 0 };
	const struct {
		const char *key;
		struct bolt_cursor *value;
	} keys[] = { { "groupId", &pom.group }, { "artifactId", &pom.artifact }, { "version", &pom.version } };
	struct bolt_cursor line, key;

	while (bolt_take_line(&file, &line)) {
		size_t n = 0;

		trim_all(&line);
		while (n < line.left && line.p[n] != '=' && line.p[n] != ':')
			n++;
		key = bolt_cursor(line.p, n);
		if (n == line.left)
			continue;
		line.p += n + 1;
		line.left -= n + 1;
		trim_all(&key);
		trim_all(&line);
		for (size_t i = 0; i < BOLT_ARRAY_LEN(keys); i++) {
			if (bolt_cursor_is(key, keys[i].key) && is_literal(line))
				*keys[i].value = line;
		}
	}
	return pom;
}

/* Where in the document we are: the elements that matter, by depth; PLACE_OTHER below anything else. */
enum place {
	PLACE_OUTSIDE,
	PLACE_PROJECT,
	PLACE_PARENT,
	PLACE_LICENSES,
	PLACE_LICENSE,
	PLACE_GROUP,
	PLACE_ARTIFACT,
	PLACE_VERSION,
	PLACE_PARENT_GROUP,
	PLACE_PARENT_VERSION,
	PLACE_LICENSE_NAME,
	PLACE_OTHER,
};

static const struct {
	enum place in;
	const char *element;
	enum place place;
} steps[] = {
	{ PLACE_OUTSIDE, "project", PLACE_PROJECT },     { PLACE_PROJECT, "parent", PLACE_PARENT },
	{ PLACE_PROJECT, "groupId", PLACE_GROUP },       { PLACE_PROJECT, "artifactId", PLACE_ARTIFACT },
	{ PLACE_PROJECT, "version", PLACE_VERSION },     { PLACE_PROJECT, "licenses", PLACE_LICENSES },
	{ PLACE_PARENT, "groupId", PLACE_PARENT_GROUP }, { PLACE_PARENT, "version", PLACE_PARENT_VERSION },
	{ PLACE_LICENSES, "license", PLACE_LICENSE },    { PLACE_LICENSE, "name", PLACE_LICENSE_NAME },
};

static enum place step_into(enum place in, struct bolt_cursor element)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(steps); i++) {
		if (steps[i].in == in && bolt_cursor_is(element, steps[i].element))
			return steps[i].place;
	}
	return PLACE_OTHER;
}

/* Past the end mark of something that holds no elements. */
static void skip_past(struct bolt_cursor *c, const char *mark)
{
	const uint8_t *end = c->left > 0 ? memmem(c->p, c->left, mark, strlen(mark)) : NULL;
	size_t n = end ? (size_t) (end - c->p) + strlen(mark) : c->left;

	c->p += n;
	c->left -= n;
}

struct xml {
	enum place path[4]; /* from the outside in; no element of interest is nested deeper */
	unsigned depth;     /* elements we are in */
	struct bolt_pom pom;
	struct bolt_cursor parent_group, parent_version;
};

static enum place here(const struct xml *xml)
{
	if (xml->depth == 0)
		return PLACE_OUTSIDE;
	return xml->depth <= BOLT_ARRAY_LEN(xml->path) ? xml->path[xml->depth - 1] : PLACE_OTHER;
}

static void enter(struct xml *xml, struct bolt_cursor element)
{
	enum place place = step_into(here(xml), element);

	if (xml->depth < BOLT_ARRAY_LEN(xml->path))
		xml->path[xml->depth] = place;
	xml->depth++;
}

/* Text directly inside the element we are in. */
static void take_text(struct xml *xml, struct bolt_cursor text)
{
	struct bolt_pom *pom = &xml->pom;

	trim_all(&text);
	if (!is_literal(text))
		return;
	switch (here(xml)) {
	case PLACE_GROUP:
		pom->group = text;
		break;
	case PLACE_ARTIFACT:
		pom->artifact = text;
		break;
	case PLACE_VERSION:
		pom->version = text;
		break;
	case PLACE_PARENT_GROUP:
		xml->parent_group = text;
		break;
	case PLACE_PARENT_VERSION:
		xml->parent_version = text;
		break;
	case PLACE_LICENSE_NAME:
		if (pom->licenses_len < BOLT_POM_LICENSES_MAX)
			pom->licenses[pom->licenses_len++] = text;
		break;
	default:
		break;
	}
}

/* A tag without its brackets. */
static void take_tag(struct xml *xml, struct bolt_cursor tag)
{
	bool empty = tag.left > 0 && tag.p[tag.left - 1] == '/';
	size_t n = 0;

	if (tag.left > 0 && tag.p[0] == '/') {
		if (xml->depth > 0)
			xml->depth--;
		return;
	}
	while (n < tag.left && tag.p[n] > ' ' && tag.p[n] != '/')
		n++;
	if (!empty)
		enter(xml, bolt_cursor(tag.p, n));
}

struct bolt_pom bolt_pom_xml(struct bolt_cursor file)
{
	struct xml xml = { .depth = 0 };
	struct bolt_cursor text, tag;

	while (bolt_take_until(&file, '<', &text)) {
		take_text(&xml, text);
		if (bolt_take_prefix(&file, "!--"))
			skip_past(&file, "-->");
		else if (bolt_take_prefix(&file, "![CDATA["))
			skip_past(&file, "]]>");
		else if (bolt_take_until(&file, '>', &tag) && tag.left > 0 && tag.p[0] != '?' && tag.p[0] != '!')
			take_tag(&xml, tag);
	}
	if (xml.pom.group.left == 0)
		xml.pom.group = xml.parent_group;
	if (xml.pom.version.left == 0)
		xml.pom.version = xml.parent_version;
	return xml.pom;
}
