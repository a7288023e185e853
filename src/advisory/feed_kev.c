/* CISA's catalogue of known exploited vulnerabilities. */
#include <errno.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/json_items.h"
#include "core/json.h"

static int read_entry(struct bolt_cursor value, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *entry = NULL;
	struct bolt_err why = { .msg = "" };
	int r = bolt_feed_load(value, &entry, &why);

	if (r < 0)
		return r == -ENOMEM ? r : sink->damaged(sink, "an entry", why.msg, err);
	const char *cve = bolt_json_text(entry, "cveID"), *added = bolt_json_text(entry, "dateAdded"),
		   *due = bolt_json_text(entry, "dueDate"), *ransomware = bolt_json_text(entry, "knownRansomwareCampaignUse");
	if (!bolt_feed_is_cve(cve))
		return sink->damaged(sink, "an entry", "its cveID is no CVE", err);
	struct bolt_kev kev = {
		.known = true,
		.added = bolt_feed_is_date(added) ? added : NULL,
		.due = bolt_feed_is_date(due) ? due : NULL,
		.ransomware = ransomware && strcmp(ransomware, "Known") == 0,
	};
	return sink->kev(sink, cve, &kev, err);
}

static int read_kev(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	struct bolt_json_items items;
	struct bolt_json_item item;
	uint64_t entries = 0;
	char released[64];
	int r;

	(void) part;
	bolt_json_items_init(&items, reader);
	while ((r = bolt_json_items_next(&items, &item, err)) > 0) {
		if (strcmp(item.outer, "dateReleased") == 0 && bolt_json_item_text(&item, released, sizeof(released)) &&
		    bolt_feed_time(released) > 0)
			sink->dated(sink, bolt_feed_time(released));
		if (strcmp(item.outer, "vulnerabilities") != 0 || item.inner)
			continue;
		entries++;
		r = read_entry(item.value, sink, err);
		if (r < 0)
			break;
	}
	bolt_json_items_done(&items);
	if (r == 0 && entries == 0)
		return bolt_err_set(err, -EBADMSG, "not the catalogue of exploited vulnerabilities: it lists none");
	return r;
}

static bool recognise_kev(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	char version[64];

	(void) path;
	return bolt_feed_head_text(head, "catalogVersion", version, sizeof(version)) &&
	       bolt_feed_head_has(head, "vulnerabilities") && bolt_feed_part(part, "kev");
}

static const struct bolt_feed_source sources[] = {
	{ "kev", "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json", NULL, true,
	  "kev/known_exploited_vulnerabilities.json" },
};

const struct bolt_feed bolt_feed_kev = {
	.name = "kev",
	.publisher = "CISA",
	.summary = "Vulnerabilities known to be exploited, with the date they are to be fixed by",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise_kev,
	.read = read_kev,
};
