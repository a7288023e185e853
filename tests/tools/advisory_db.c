/* The advisory database for tests and benchmarks, without the command line's dress:
 *
 *   advisory_db import DB [--allow-shrink] PATH..     a line a part, then the generation, seconds, peak memory
 *   advisory_db parts DB                              a line a part
 *   advisory_db find DB ECOSYSTEM PACKAGE VERSION [binary]
 *   advisory_db record DB ID                          what it says, as text
 *   advisory_db changes DB GENERATION                 a line a package
 *   advisory_db kev|epss DB CVE
 *   advisory_db verify DB
 *   advisory_db watch DB ECOSYSTEM PACKAGE VERSION    answers `find` once a line of standard input
 *   advisory_db walk DB                               reads everything there is
 *   advisory_db tables DB                             bytes and items of each table
 *   advisory_db bench DB SECONDS                      lookups a second of processor time, one thread
 *
 * Ends with 3 after "advisory_db: why" on standard error. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "advisory/database_private.h"
#include "advisory/ecosystem.h"
#include "advisory/import.h"
#include "core/clock.h"

static int complain(int r, const struct bolt_err *err)
{
	(void) fprintf(stderr, "advisory_db: %s\n", bolt_err_text(err, r));
	return 3;
}

static int run_import(const char *path, int argc, char **argv)
{
	struct bolt_import_options options = { .database = path,
					       .memory_limit_bytes = BOLT_IMPORT_MEMORY_BYTES,
					       .now_unix = (int64_t) time(NULL) };
	struct bolt_import_result result = { .parts = NULL };
	struct bolt_err err = { .msg = "" };
	struct rusage usage;
	uint64_t started = bolt_now_usec();

	if (argc > 0 && strcmp(argv[0], "--allow-shrink") == 0) {
		options.allow_shrink = true;
		argc--;
		argv++;
	}
	int r = bolt_import(&options, (const char *const *) argv, (size_t) argc, &result, &err);
	if (r < 0)
		return complain(r, &err);
	for (size_t i = 0; i < result.parts_len; i++) {
		const struct bolt_part_result *p = &result.parts[i];

		printf("%s %s records %" PRIu64 " added %" PRIu64 " changed %" PRIu64 " removed %" PRIu64 " damaged %" PRIu64
		       " duplicates %" PRIu64 "%s%s\n",
		       p->part, bolt_part_outcome_text(p->outcome), p->records, p->added, p->changed, p->removed, p->damaged,
		       p->duplicates, p->reason[0] ? ": " : "", p->reason);
	}
	BOLT_IGNORE(getrusage(RUSAGE_CHILDREN, &usage));
	printf("generation %" PRIu64 " %s files %zu passed over %zu\n", result.generation, result.changed ? "changed" : "unchanged",
	       result.files, result.passed_over);
	(void) fprintf(stderr, "seconds %.2f peak_rss_mib %ld\n", (double) (bolt_now_usec() - started) / 1e6,
		       usage.ru_maxrss / 1024);
	bolt_import_result_done(&result);
	return 0;
}

static int run_parts(struct bolt_database *db)
{
	printf("generation %" PRIu64 "\n", bolt_database_generation(db));
	for (size_t i = 0; i < bolt_database_parts_len(db); i++) {
		const struct bolt_part_state *p = bolt_database_part(db, i);

		printf("%s number %u advisories %" PRIu64 " damaged %" PRIu64 " generation %" PRIu64 " dated %" PRId64
		       " bytes %" PRIu64 " sha256 %s\n",
		       p->part, p->number, p->advisories, p->damaged, p->generation, p->dated_unix, p->bytes,
		       p->sha256 ? p->sha256 : "-");
	}
	return 0;
}

static int find(struct bolt_database *db, const char *ecosystem, const char *package, const char *version, bool binary)
{
	const struct bolt_ecosystem *row = bolt_ecosystem_find(ecosystem);
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(1 << 30);
	struct bolt_cursor entries;
	struct bolt_entry entry;
	struct bolt_advisory a;
	struct bolt_hit hit = { .fixed = NULL };
	int hits = 0, r = row ? bolt_database_find(db, ecosystem, package, binary, &entries) : -EINVAL;

	while (r >= 0 && (r = bolt_entry_next(&entries, &entry)) == 1) {
		r = bolt_entry_affects(db, &entry, row->scheme, version, &hit);
		if (r == 1 && (r = bolt_database_record(db, entry.record, arena, NULL, &a)) == 0) {
			const struct bolt_part_state *part = bolt_database_part_numbered(db, entry.part);

			printf("%s %s fixed %s from %s until %s%s\n", a.id, part ? part->part : "?", hit.fixed ? hit.fixed : "-",
			       hit.from ? hit.from : "-", hit.until ? hit.until : "-", entry.withdrawn ? " withdrawn" : "");
			hits++;
		}
	}
	printf("%d hits\n", hits);
	return r;
}

static void print_texts(const char *name, const struct bolt_texts *texts)
{
	for (size_t i = 0; i < texts->len; i++)
		printf("%s %s\n", name, texts->items[i]);
}

static int run_record(struct bolt_database *db, const char *id)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(1 << 30);
	uint32_t numbers[64];
	int n = bolt_database_named(db, id, numbers, BOLT_ARRAY_LEN(numbers)), r = n < 0 ? n : 0;

	for (int i = 0; r == 0 && i < n; i++) {
		struct bolt_advisory a;
		uint16_t part;

		r = bolt_database_whole_record(db, numbers[i], arena, &part, &a);
		if (r < 0)
			break;
		const struct bolt_part_state *state = bolt_database_part_numbered(db, part);
		printf("id %s part %s modified %" PRId64 "%s\n", a.id, state ? state->part : "?", a.modified_unix,
		       a.withdrawn ? " withdrawn" : "");
		printf("summary %s\n", a.summary ? a.summary : "-");
		print_texts("alias", &a.aliases);
		print_texts("upstream", &a.upstream);
		print_texts("cwe", &a.cwes);
		for (size_t k = 0; k < a.affected_len; k++)
			printf("affected %s %s%s ranges %zu versions %zu\n", a.affected[k].ecosystem, a.affected[k].package,
			       a.affected[k].binary ? " binary" : "", a.affected[k].ranges_len, a.affected[k].versions_len);
	}
	return r;
}

static int print_change(void *context, const char *ecosystem, const char *package, bool binary)
{
	(void) context;
	printf("%s %s%s\n", ecosystem, package, binary ? " binary" : "");
	return 0;
}

/* Keys of all packages, for `walk` and `bench`. */
struct names {
	struct {
		char ecosystem[BOLT_ECOSYSTEM_NAME], package[200];
		bool binary;
	} * items;
	size_t len;
};

static int load_names(struct bolt_database *db, struct names *names)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	MDB_stat stat;
	int code = mdb_stat(db->txn, db->tables[BOLT_TABLE_AFFECTED], &stat);

	if (code != 0 || stat.ms_entries > 100000000)
		return -EBADMSG;
	names->items = calloc(stat.ms_entries + 1, sizeof(*names->items));
	if (!names->items || mdb_cursor_open(db->txn, db->tables[BOLT_TABLE_AFFECTED], &cursor) != 0)
		return -ENOMEM;
	while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0 && names->len < stat.ms_entries) {
		const char *name = key.mv_data;
		size_t len = strnlen(name, key.mv_size);

		if (len + 2 >= key.mv_size || len >= BOLT_ECOSYSTEM_NAME || key.mv_size - len > 200)
			continue;
		memcpy(names->items[names->len].ecosystem, name, len);
		names->items[names->len].binary = name[len + 1] == 'b';
		memcpy(names->items[names->len++].package, name + len + 2, key.mv_size - len - 2);
	}
	mdb_cursor_close(cursor);
	return code == MDB_NOTFOUND ? 0 : -EBADMSG;
}

static int judge(struct bolt_database *db, const struct bolt_ecosystem *row, const char *ecosystem, const char *package,
		 bool binary, const char *version, uint64_t *entries_seen, uint64_t *hits)
{
	struct bolt_cursor entries;
	struct bolt_entry entry;
	struct bolt_hit hit;
	int r = bolt_database_find(db, ecosystem, package, binary, &entries);

	while (r >= 0 && (r = bolt_entry_next(&entries, &entry)) == 1) {
		(*entries_seen)++;
		r = row ? bolt_entry_affects(db, &entry, row->scheme, version, &hit) : 0;
		*hits += r == 1;
	}
	return r;
}

/* Everything is touched; what is damaged is counted. */
static int run_walk(struct bolt_database *db)
{
	uint64_t entries = 0, hits = 0, damaged = 0, records = 0;
	struct names names = { .items = NULL };
	MDB_stat stat;
	int r = load_names(db, &names);

	damaged += r < 0;
	for (size_t i = 0; i < names.len; i++)
		damaged += judge(db, bolt_ecosystem_find(names.items[i].ecosystem), names.items[i].ecosystem,
				 names.items[i].package, names.items[i].binary, "1.2.3-4", &entries, &hits) < 0;
	uint64_t most = mdb_stat(db->txn, db->tables[BOLT_TABLE_RECORD], &stat) == 0 ? stat.ms_entries : 0;
	for (uint32_t i = 0; i < most && i < 10000000; i++) {
		BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(64 << 20);
		struct bolt_advisory a;
		uint16_t part;

		r = bolt_database_whole_record(db, i, arena, &part, &a);
		records += r == 0;
		damaged += r < 0 && r != -ENOENT;
	}
	printf("packages %zu entries %" PRIu64 " records %" PRIu64 " damaged %" PRIu64 "\n", names.len, entries, records, damaged);
	free(names.items);
	return damaged > 0 ? -EBADMSG : 0;
}

static int run_tables(struct bolt_database *db)
{
	for (unsigned i = 0; i < _BOLT_TABLE_MAX; i++) {
		MDB_stat stat;

		if (mdb_stat(db->txn, db->tables[i], &stat) != 0)
			return -EBADMSG;
		printf("%s bytes %zu items %zu depth %u\n", bolt_table_name(i),
		       (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) * stat.ms_psize, stat.ms_entries,
		       stat.ms_depth);
	}
	return 0;
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

/* A third of the packages asked for are in the database, drawn at random; the others are like them but are not. */
static int run_bench(struct bolt_database *db, double seconds)
{
	struct names names = { .items = NULL };
	uint64_t entries = 0, hits = 0, asked = 0, state = 88172645463325252u;
	enum { LIST = 1 << 16 };
	struct {
		const struct bolt_ecosystem *row;
		char ecosystem[40], package[100];
		bool binary;
	} *list = calloc(LIST, sizeof(*list));
	int r = list ? load_names(db, &names) : -ENOMEM;

	for (size_t i = 0; r == 0 && names.len > 0 && i < LIST; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		size_t at = state % names.len;
		list[i].row = bolt_ecosystem_find(names.items[at].ecosystem);
		(void) snprintf(list[i].ecosystem, sizeof(list[i].ecosystem), "%.39s", names.items[at].ecosystem);
		list[i].binary = names.items[at].binary;
		(void) snprintf(list[i].package, sizeof(list[i].package), "%.90s%s", names.items[at].package, i % 3 ? "-none" : "");
	}
	double started = cpu_seconds(), spent = 0; /* of one core, whatever else the machine does */
	while (r >= 0 && names.len > 0 && spent < seconds) {
		for (size_t i = 0; r >= 0 && i < LIST; i++)
			r = judge(db, list[i].row, list[i].ecosystem, list[i].package, list[i].binary, "2.31.1-4", &entries, &hits);
		asked += LIST;
		spent = cpu_seconds() - started;
	}
	printf("lookups_per_second %.0f entries_judged_per_second %.0f hits_per_lookup %.2f\n", (double) asked / spent,
	       (double) entries / spent, (double) hits / (double) (asked ? asked : 1));
	free(list);
	free(names.items);
	return r;
}

static int run_score(struct bolt_database *db, bool kev, const char *cve)
{
	struct bolt_epss epss;
	struct bolt_kev entry;
	int r = kev ? bolt_database_kev(db, cve, &entry) : bolt_database_epss(db, cve, &epss);

	if (r < 0)
		return r;
	if (kev ? !entry.known : !epss.known)
		printf("unknown\n");
	else if (kev)
		printf("added %s due %s ransomware %d\n", entry.added, entry.due ? entry.due : "-", entry.ransomware);
	else
		printf("score %u percentile %u\n", epss.score, epss.percentile);
	return 0;
}

static int watch(struct bolt_database *db, char **argv)
{
	char line[16];
	int r = 0;

	while (r >= 0 && fgets(line, sizeof(line), stdin)) {
		printf("generation %" PRIu64 "\n", bolt_database_generation(db));
		r = find(db, argv[3], argv[4], argv[5], false);
		(void) fflush(stdout);
	}
	return r;
}

static int run(struct bolt_database *db, const char *verb, int argc, char **argv)
{
	if (strcmp(verb, "parts") == 0)
		return run_parts(db);
	if (strcmp(verb, "find") == 0 && argc >= 6)
		return find(db, argv[3], argv[4], argv[5], argc > 6);
	if (strcmp(verb, "watch") == 0 && argc == 6)
		return watch(db, argv);
	if (strcmp(verb, "record") == 0 && argc == 4)
		return run_record(db, argv[3]);
	if (strcmp(verb, "changes") == 0 && argc == 4)
		return bolt_database_changes(db, strtoull(argv[3], NULL, 10), print_change, NULL);
	if ((strcmp(verb, "kev") == 0 || strcmp(verb, "epss") == 0) && argc == 4)
		return run_score(db, verb[0] == 'k', argv[3]);
	if (strcmp(verb, "tables") == 0)
		return run_tables(db);
	if (strcmp(verb, "walk") == 0)
		return run_walk(db);
	if (strcmp(verb, "bench") == 0 && argc == 4)
		return run_bench(db, strtod(argv[3], NULL));
	return -EINVAL;
}

int main(int argc, char **argv)
{
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *db = NULL;
	struct bolt_err err = { .msg = "" };
	uint64_t started = bolt_now_usec();

	if (argc < 3) {
		(void) fprintf(stderr, "usage: advisory_db VERB DB ARGUMENT..\n");
		return 3;
	}
	if (strcmp(argv[1], "import") == 0)
		return run_import(argv[2], argc - 3, argv + 3);
	int r = strcmp(argv[1], "verify") == 0 ? bolt_database_verify(argv[2], &err) : bolt_database_open(argv[2], &db, &err);
	if (r == 0 && db)
		r = run(db, argv[1], argc, argv);
	if (strcmp(argv[1], "find") == 0)
		(void) fprintf(stderr, "open_and_judge_ms %.3f\n", (double) (bolt_now_usec() - started) / 1e3);
	return r < 0 ? complain(r, &err) : 0;
}
