/* updateinfo.xml of rpm repositories (createrepo's format, which dnf and zypper read): Amazon Linux above all; Rocky, AlmaLinux and
 * openSUSE publish theirs the same way. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/feed_xml.h"
#include "core/text.h"

struct update {
	struct bolt_feed_sink *sink;
	struct bolt_draft draft;             /* of the open update; arena NULL between updates */
	bool wanted;                         /* it is about security */
	int failed;                          /* what is wrong with it */
	char ecosystem[BOLT_ECOSYSTEM_NAME]; /* "" until somebody has named it */
	const char *modularity;              /* of the collection, or NULL */
	enum bolt_severity severity;
	uint64_t seen, other, strange; /* updates; not about security; of distributions we do not know */
};

/* Who names a release, and how. */
static const struct {
	const char *words, *ecosystem;
} releases[] = {
	{ "Amazon Linux ", "Amazon Linux" },
	{ "Rocky Linux ", "Rocky Linux" },
	{ "AlmaLinux OS ", "AlmaLinux" },
	{ "AlmaLinux ", "AlmaLinux" },
	{ "Red Hat Enterprise Linux ", "Red Hat" },
	{ "openSUSE ", "openSUSE" },
	{ "SUSE ", "SUSE" },
};

/* Amazon's ids name the release: ALAS-2018-1 is of Amazon Linux 1, ALAS2023-..., and ALAS2-... and ALASDOCKER-... are of 2. */
static bool amazon_release(const char *id, char ret_ecosystem[BOLT_ECOSYSTEM_NAME])
{
	if (!bolt_starts_with(id, "ALAS"))
		return false;
	const char *release = id[4] == '-'                       ? "2018"
			      : bolt_starts_with(id, "ALAS2023") ? "2023"
			      : bolt_starts_with(id, "ALAS2022") ? "2022"
								 : "2";
	(void) snprintf(ret_ecosystem, BOLT_ECOSYSTEM_NAME, "Amazon Linux:%s", release);
	return true;
}

/* "Rocky Linux 8", "openSUSE Leap 15.5 Update" */
static bool release_in(const char *text, char ret_ecosystem[BOLT_ECOSYSTEM_NAME])
{
	char raw[BOLT_ECOSYSTEM_NAME];

	for (size_t i = 0; i < BOLT_ARRAY_LEN(releases); i++) {
		const char *found = strstr(text, releases[i].words);

		if (!found)
			continue;
		found += strlen(releases[i].words);
		size_t len = strcspn(found, ".0123456789");
		len += strspn(found + len, ".0123456789");
		if (len > 100)
			continue;
		(void) snprintf(raw, sizeof(raw), "%s:%.*s", releases[i].ecosystem, (int) len, found);
		if (bolt_ecosystem_normalise(raw, ret_ecosystem) == 0 && strchr(ret_ecosystem, ':'))
			return true;
	}
	return false;
}

/* "2021-07-22 03:13:55", "2021-07-22", openSUSE's seconds since 1970. The day is enough. */
static int64_t day_of(const char *text)
{
	char day[11] = { 0 };

	if (!text || strlen(text) < 10)
		return 0;
	if (strlen(text) == 10 && strspn(text, "0123456789") == 10)
		return strtoll(text, NULL, 10);
	memcpy(day, text, 10);
	return bolt_feed_time(day);
}

static const char *keep(struct update *update, const char *text)
{
	const char *copy = text && *text ? bolt_arena_strdup(update->draft.arena, text) : NULL;

	if (text && *text && !copy && update->failed == 0)
		update->failed = bolt_err_set(&update->draft.why, -E2BIG, "more text than an advisory may have");
	return copy;
}

static void note(struct update *update, int r)
{
	if (update->failed == 0)
		update->failed = r;
}

static void name_release(struct update *update, const char *text)
{
	char ecosystem[BOLT_ECOSYSTEM_NAME];

	if (!*update->ecosystem && release_in(text, ecosystem))
		memcpy(update->ecosystem, ecosystem, sizeof(ecosystem));
}

static void reference_open(struct update *update, const char *const *attributes)
{
	const char *type = bolt_xml_attribute(attributes, "type"), *id = bolt_xml_attribute(attributes, "id");

	if (type && strcmp(type, "cve") == 0)
		note(update, bolt_draft_name(&update->draft, &update->draft.advisory.upstream, keep(update, id)));
	else
		note(update, bolt_draft_reference(&update->draft, keep(update, bolt_xml_attribute(attributes, "href"))));
}

static void module_open(struct update *update, const char *const *attributes)
{
	const char *name = bolt_xml_attribute(attributes, "name"), *stream = bolt_xml_attribute(attributes, "stream");

	if (name && stream)
		update->modularity = bolt_arena_printf(update->draft.arena, "%s:%s", name, stream);
	if (name && stream && !update->modularity)
		note(update, bolt_err_set(&update->draft.why, -E2BIG, "more text than an advisory may have"));
}

static void package_open(struct update *update, const char *const *attributes)
{
	const char *name = bolt_xml_attribute(attributes, "name"), *arch = bolt_xml_attribute(attributes, "arch");
	const char *version = bolt_xml_attribute(attributes, "version"), *release = bolt_xml_attribute(attributes, "release");
	const char *epoch = bolt_xml_attribute(attributes, "epoch");
	struct bolt_draft *draft = &update->draft;
	struct bolt_affected *affected = NULL;

	if (arch && (strcmp(arch, "src") == 0 || strcmp(arch, "nosrc") == 0))
		return;
	if (!name || !version || !release || !*name || !*version || !*release) {
		note(update, bolt_err_set(&draft->why, -EBADMSG, "a package without a name, version or release"));
		return;
	}
	bool has_epoch = epoch && *epoch && strcmp(epoch, "0") != 0;
	const char *fixed = bolt_arena_printf(draft->arena, "%s%s%s-%s", has_epoch ? epoch : "", has_epoch ? ":" : "", version,
					      release);
	name = keep(update, name);
	if (!fixed || update->failed) {
		note(update, bolt_err_set(&draft->why, -E2BIG, "more text than an advisory may have"));
		return;
	}
	int r = bolt_draft_affected(draft, update->ecosystem, name, &affected);
	if (r == 0) {
		affected->binary = true;
		affected->modularity = update->modularity;
		affected->severity = update->severity;
		r = bolt_draft_until(draft, affected, fixed);
	}
	note(update, r);
}

static int on_open(void *context, const char *name, const char *const *attributes, struct bolt_err *err)
{
	struct update *update = context;
	bool open = update->draft.arena != NULL;

	(void) err;
	if (!open && strcmp(name, "update") == 0) {
		const char *type = bolt_xml_attribute(attributes, "type");
		int r = bolt_draft_init(&update->draft);

		if (r < 0)
			return r;
		update->seen++;
		update->wanted = type && strcmp(type, "security") == 0;
		update->failed = 0;
		update->ecosystem[0] = '\0';
		update->modularity = NULL;
		update->severity = BOLT_SEVERITY_UNKNOWN;
	} else if (!open || !update->wanted || update->failed) {
		return 0;
	} else if (strcmp(name, "issued") == 0) {
		update->draft.advisory.published_unix = day_of(bolt_xml_attribute(attributes, "date"));
	} else if (strcmp(name, "updated") == 0) {
		update->draft.advisory.modified_unix = day_of(bolt_xml_attribute(attributes, "date"));
	} else if (strcmp(name, "reference") == 0) {
		reference_open(update, attributes);
	} else if (strcmp(name, "collection") == 0) {
		update->modularity = NULL;
	} else if (strcmp(name, "module") == 0) {
		module_open(update, attributes);
	} else if (strcmp(name, "package") == 0) {
		package_open(update, attributes);
	}
	return 0;
}

static int update_close(struct update *update, struct bolt_err *err)
{
	struct bolt_draft *draft = &update->draft;
	const char *id = draft->advisory.id;
	int r = 0;

	if (!update->wanted) {
		update->other++;
	} else if (update->failed == -ENOENT) {
		update->strange++;
	} else {
		if (update->failed == 0)
			update->failed = bolt_draft_rating(draft, NULL, NULL, update->severity);
		if (update->failed == 0 && !id)
			update->failed = bolt_err_set(&draft->why, -EBADMSG, "it has no id");
		bolt_draft_drop_repeated(draft);
		r = bolt_draft_hand(draft, update->failed, id ? id : "an update", update->sink, err);
	}
	bolt_draft_done(draft);
	return r;
}

static int on_close(void *context, const char *name, const char *text, struct bolt_err *err)
{
	struct update *update = context;
	struct bolt_advisory *advisory = &update->draft.advisory;

	if (!update->draft.arena)
		return 0;
	if (strcmp(name, "update") == 0)
		return update_close(update, err);
	if (!update->wanted || update->failed)
		return 0;
	if (strcmp(name, "id") == 0) {
		note(update, bolt_draft_id(&update->draft, keep(update, text)));
		(void) amazon_release(text, update->ecosystem);
	} else if (strcmp(name, "title") == 0) {
		advisory->summary = keep(update, text);
	} else if (strcmp(name, "description") == 0) {
		advisory->details = keep(update, text);
	} else if (strcmp(name, "severity") == 0) {
		BOLT_IGNORE(bolt_severity_parse(text, &update->severity)); /* "None", "Unspecified" */
	} else if (strcmp(name, "release") == 0 || strcmp(name, "name") == 0) {
		name_release(update, text);
	}
	if (strcmp(name, "title") == 0 || strcmp(name, "summary") == 0)
		name_release(update, text);
	return 0;
}

static int read_part(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	static const struct bolt_xml_handler handler = { .open = on_open, .close = on_close };
	struct update update = { .sink = sink };

	(void) part;
	int r = bolt_xml_read(reader, &handler, &update, err);
	bolt_draft_done(&update.draft); /* of one that the reading ended in */
	if (r == 0 && update.seen == 0)
		r = bolt_err_set(err, -EBADMSG, "it holds no update");
	bolt_feed_skipped(sink, "updates that are not about security", update.other);
	bolt_feed_skipped(sink, "updates of distributions we do not know", update.strange);
	return r;
}

/* What stands between two marks in the head, or "". */
static void between(struct bolt_cursor head, const char *before, const char *after, char *ret_text, size_t room)
{
	const uint8_t *start = memmem(head.p, head.left, before, strlen(before)), *end;

	*ret_text = '\0';
	if (!start)
		return;
	start += strlen(before);
	end = memmem(start, (size_t) (head.p + head.left - start), after, strlen(after));
	if (!end || (size_t) (end - start) >= room)
		return;
	memcpy(ret_text, start, (size_t) (end - start));
	ret_text[end - start] = '\0';
}

/* The directory it lies in tells repositories of one release apart. */
static size_t repository(const char *path, const char **ret_name)
{
	const char *end = strrchr(path, '/'), *start;

	while (end && end > path) {
		for (start = end; start > path && start[-1] != '/';)
			start--;
		size_t len = (size_t) (end - start);
		if (len > 0 && *start != '.' && !(len == 8 && memcmp(start, "repodata", 8) == 0)) {
			*ret_name = start;
			return len;
		}
		end = start > path ? start - 1 : NULL;
	}
	return 0;
}

static bool recognise(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	static const struct {
		const char *before, *after;
	} places[] = {
		{ "<release>", "</release>" }, { "<name>", "</name>" }, { "<title>", "</title>" }, { "<summary>", "</summary>" }
	};
	char text[1024], ecosystem[BOLT_ECOSYSTEM_NAME] = "";
	const char *name = NULL;

	if (!memmem(head.p, head.left, "<updates", 8) || !memmem(head.p, head.left, "<update ", 8))
		return false;
	between(head, "<id>", "</id>", text, sizeof(text));
	bool known = amazon_release(text, ecosystem);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(places) && !known; i++) {
		between(head, places[i].before, places[i].after, text, sizeof(text));
		known = release_in(text, ecosystem);
	}
	if (!known)
		return false;
	*strchr(ecosystem, ':') = '-';
	size_t len = repository(path, &name);
	return len > 0 ? bolt_feed_part(part, "updateinfo/%s/%.*s", ecosystem, (int) len, name)
		       : bolt_feed_part(part, "updateinfo/%s", ecosystem);
}

/* What Amazon gives a name that stays is the list of mirrors; the file itself is named by the mirror's repomd.xml. */
static const struct bolt_feed_source sources[] = {
	{ "updateinfo/Amazon-Linux-2", "https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list", NULL, false,
	  "updateinfo/Amazon-Linux-2.xml.gz" },
	{ "updateinfo/Amazon-Linux-2023", "https://cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list", NULL, false,
	  "updateinfo/Amazon-Linux-2023.xml.gz" },
};

const struct bolt_feed bolt_feed_updateinfo = {
	.name = "updateinfo",
	.publisher = "Amazon, and other rpm repositories",
	.summary = "updateinfo.xml of Amazon Linux, Rocky Linux, AlmaLinux and openSUSE",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise,
	.read = read_part,
};
