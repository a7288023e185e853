/* The table of feeds as docs/feeds.md shows it. tools/check_feeds.py holds the document against this. */
#include <stdio.h>
#include <string.h>

#include "advisory/feed.h"

/* "osv/{}" with "Debian npm" as `osv/Debian`, `osv/npm`. */
static void print_parts(const struct bolt_feed_source *source)
{
	const char *hole = strstr(source->part, "{}"), *word = source->expand;

	if (!hole) {
		printf(" `%s`", source->part);
		return;
	}
	while (word && *word) {
		size_t len = strcspn(word, " ");

		printf(" `%.*s%.*s%s`", (int) (hole - source->part), source->part, (int) len, word, hole + 2);
		word += len + strspn(word + len, " ");
	}
}

int main(void)
{
	printf("| Feed | Publisher | What | Fetched | Parts |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < bolt_feeds_len; i++) {
		const struct bolt_feed *feed = bolt_feeds[i];

		for (size_t k = 0; k < feed->sources_len; k++) {
			const struct bolt_feed_source *source = &feed->sources[k];

			printf("| `%s` | %s | %s | %s |", feed->name, feed->publisher, feed->summary,
			       source->by_default ? "always" : "when asked for");
			print_parts(source);
			printf(" |\n");
		}
	}
	return 0;
}
