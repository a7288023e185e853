/* The table of feeds. */
#include "advisory/feed.h"

#include <string.h>

#include "advisory/feed_private.h"

const struct bolt_feed *const bolt_feeds[] = {
	&bolt_feed_osv,         &bolt_feed_debian,      &bolt_feed_alpine,    &bolt_feed_wolfi, &bolt_feed_chainguard,
	&bolt_feed_oval_ubuntu, &bolt_feed_oval_redhat, &bolt_feed_oval_suse, &bolt_feed_csaf,  &bolt_feed_updateinfo,
	&bolt_feed_nvd,         &bolt_feed_kev,         &bolt_feed_epss,
};
const size_t bolt_feeds_len = BOLT_ARRAY_LEN(bolt_feeds);

const struct bolt_feed *bolt_feed_of_part(const char *part)
{
	size_t len = strcspn(part, "/");

	for (size_t i = 0; i < bolt_feeds_len; i++) {
		if (strlen(bolt_feeds[i]->name) == len && memcmp(bolt_feeds[i]->name, part, len) == 0)
			return bolt_feeds[i];
	}
	return NULL;
}
