/* Values of the database, as its reader takes them out of the map: entries of a package, headers of records, states of parts. A
 * value may be anything: the file lay on somebody's disk. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/database_format.h"
#include "advisory/entry.h"
#include "advisory/write_batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What is judged is judged the same again, and every text it points to ends inside the value. */
static void judge(const struct bolt_entry *entry, const uint8_t *bytes, size_t n)
{
	static const char *const versions[] = { "0", "1:2.3-4", "" };

	for (enum bolt_version_scheme scheme = 0; scheme < _BOLT_VERSION_SCHEME_MAX; scheme++) {
		for (size_t i = 0; i < BOLT_ARRAY_LEN(versions); i++) {
			struct bolt_hit hit = { .fixed = NULL };
			int r = bolt_entry_affects(NULL, entry, scheme, versions[i], &hit);

			if (r < 0)
				return;
			const char *texts[] = { hit.fixed, hit.from, hit.until };
			for (size_t k = 0; k < BOLT_ARRAY_LEN(texts); k++) {
				const uint8_t *text = (const uint8_t *) texts[k];

				if (text && (text < bytes || text >= bytes + n || !memchr(text, '\0', (size_t) (bytes + n - text))))
					abort();
			}
		}
	}
}

/* Dropping a record that has nothing there leaves the value as it was. */
static void merge(const uint8_t *bytes, size_t n, bool whole)
{
	const struct bolt_batch_op op = { .record = UINT32_MAX, .table = BOLT_TABLE_AFFECTED };
	const struct bolt_batch_group group = { BOLT_TABLE_AFFECTED, (const uint8_t *) "x", 1, &op, 1 };
	struct bolt_buf value = BOLT_BUF_INIT(8 << 20);
	struct bolt_batch batch;

	bolt_batch_init(&batch);
	int r = bolt_batch_merge(&batch, &group, bolt_cursor(bytes, n), &value);
	if ((r == 0) != whole || (r == 0 && value.len > n))
		abort();
	bolt_buf_done(&value);
	bolt_batch_done(&batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct bolt_cursor entries = bolt_cursor(bytes, n);
	struct bolt_stored stored;
	struct bolt_part_state state;
	struct bolt_entry entry;
	uint8_t dictionary;
	int r, judged = 0;

	while ((r = bolt_entry_next(&entries, &entry)) == 1) {
		if (judged++ < 2) /* the evaluator has a target of its own */
			judge(&entry, bytes, n);
	}
	merge(bytes, n, r == 0);
	if (bolt_stored_take(bolt_cursor(bytes, n), &stored) == 0 && strlen(stored.id) + stored.packed.left >= n)
		abort();
	if (bolt_part_state_take(bolt_cursor(bytes, n), &state, &dictionary) == 0 && strlen(state.part) >= n)
		abort();
	return 0;
}
