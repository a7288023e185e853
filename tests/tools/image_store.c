/* A store of made-up images, for benchmarks:
 *
 *   image_store STORE IMAGES PACKAGES < PURLS
 *
 * Each image has PACKAGES of the package URLs (one a line), those near the beginning more often than those at the end: images of
 * one base share most of theirs. The operating system is the first line's. Nothing is judged yet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/purl.h"
#include "scan/keep.h"
#include "scan/store.h"

enum { PURLS_MOST = 100000 };

static uint64_t draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static size_t read_purls(struct bolt_arena *arena, struct bolt_package *packages, struct bolt_os *ret_os)
{
	char line[1024];
	size_t n = 0;
	struct bolt_os os;
	struct bolt_err err = { .msg = "" };

	while (n < PURLS_MOST && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (bolt_purl_parse(arena, line, &packages[n], &os, &err) < 0) {
			(void) fprintf(stderr, "image_store: %s\n", err.msg);
			exit(3);
		}
		if (n == 0)
			*ret_os = os;
		n++;
	}
	return n;
}

/* Three quarters of an image are of the first tenth. */
static void choose(struct bolt_report *report, const struct bolt_package *pool, size_t pool_len, size_t wanted, uint64_t *seed)
{
	bool *taken = calloc(pool_len, sizeof(*taken));

	if (!taken)
		exit(3);
	report->packages_len = 0;
	while (report->packages_len < wanted) {
		size_t range = draw(seed) % 4 > 0 && report->packages_len < pool_len / 12 ? pool_len / 10 : pool_len;
		size_t i = draw(seed) % range;

		if (!taken[i])
			report->packages[report->packages_len++] = pool[i];
		taken[i] = true;
	}
	free(taken);
	bolt_report_sort(report);
}

static int put(struct bolt_store *store, struct bolt_report *report, unsigned number, struct bolt_err *err)
{
	struct bolt_record_map map = { .bytes = NULL };
	char name[32], digest[80];
	int fd = memfd_create("record", MFD_CLOEXEC);
	uint64_t dropped;

	(void) snprintf(name, sizeof(name), "app-%u", number);
	(void) snprintf(digest, sizeof(digest), "sha256:%064x", number);
	report->subject.name = name;
	report->subject.digest = digest;
	int r = bolt_record_write(fd, report, (struct bolt_stamp){ .generation = 0 });
	if (r == 0)
		r = bolt_record_map(fd, &map);
	if (r == 0)
		r = bolt_store_put(store, &map.record, &dropped, err);
	bolt_record_unmap(&map);
	close(fd);
	return r;
}

int main(int argc, char **argv)
{
	const struct bolt_store_limit limit = { 1000000, UINT64_C(4) << 30 };
	struct bolt_report *report = bolt_report_new(SIZE_MAX / 2);
	struct bolt_package *pool = calloc(PURLS_MOST, sizeof(*pool));
	struct bolt_store *store = NULL;
	struct bolt_err err = { .msg = "" };
	uint64_t seed = 1;

	if (argc != 4 || !report || !pool)
		return 2;
	unsigned images = (unsigned) strtoul(argv[2], NULL, 10);
	size_t packages = strtoul(argv[3], NULL, 10), pool_len = read_purls(report->arena, pool, &report->os);
	if (packages == 0 || packages > pool_len) {
		(void) fprintf(stderr, "image_store: %zu packages of %zu\n", packages, pool_len);
		return 2;
	}
	report->subject.kind = "oci";
	report->packages = calloc(packages, sizeof(*report->packages));
	int r = report->packages ? bolt_store_open(argv[1], &limit, BOLT_STORE_WRITE, &store, &err) : -1;
	for (unsigned i = 1; r == 0 && i <= images; i++) {
		choose(report, pool, pool_len, packages, &seed);
		r = put(store, report, i, &err);
	}
	if (r == 0)
		r = bolt_store_commit(store, &err);
	if (r < 0)
		(void) fprintf(stderr, "image_store: %s\n", err.msg);
	bolt_store_close(store);
	free(report->packages);
	bolt_report_free(report);
	free(pool);
	return r < 0 ? 3 : 0;
}
