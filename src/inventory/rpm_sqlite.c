/* RPM databases in SQLite (Fedora, RHEL 9, Azure Linux): one table "Packages" of numbered header blobs. SQLite reads them from
 * memory and has no files (rpm_sqlite_file.h). What hostile databases could make it do besides reading rows is turned off. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/rpm.h"
#include "inventory/rpm_sqlite_file.h"

static const char file_magic[16] = "SQLite format 3";

struct database {
	struct bolt_memory_database file;
	sqlite3 *db;
	unsigned steps_left; /* of a thousand virtual machine operations each, until the next row must have come */
};

static void database_done(struct database *database)
{
	bolt_memory_database_close(&database->file, database->db);
}

static int count_steps(void *context)
{
	struct database *database = context;

	return database->steps_left == 0 || --database->steps_left == 0;
}

/* What SQLite said, as our error. */
static int failure(const struct database *database, const char *what, struct bolt_err *err)
{
	int code = sqlite3_errcode(database->db);

	if (code == SQLITE_NOMEM)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	if (code == SQLITE_INTERRUPT)
		return bolt_err_set(err, -EBADMSG, "%s: takes more steps than an RPM database needs", what);
	return bolt_err_set(err, -EBADMSG, "%s: %s", what, sqlite3_errmsg(database->db));
}

/* Only plain tables made of stored columns, only the plain reading of them. Sizes are those rpm needs, with room. */
static void harden(struct database *database)
{
	const struct {
		int limit, value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, BOLT_RPM_HEADER_MAX + 4096 },
		{ SQLITE_LIMIT_SQL_LENGTH, 65536 },
		{ SQLITE_LIMIT_COLUMN, 64 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 20 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 2 },
		{ SQLITE_LIMIT_VDBE_OP, 10000 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 8 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	const struct {
		int option, on;
	} options[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },   { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 }, { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 }, { SQLITE_DBCONFIG_DQS_DDL, 0 },        { SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 0 },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(limits); i++)
		(void) sqlite3_limit(database->db, limits[i].limit, limits[i].value);
	/* Best effort: an older library knows fewer of them. */
	for (size_t i = 0; i < BOLT_ARRAY_LEN(options); i++)
		(void) sqlite3_db_config(database->db, options[i].option, options[i].on, NULL);
	sqlite3_progress_handler(database->db, 1000, count_steps, database);
}

/* SQLite refuses a file that is shorter than its header says; told that length, it reads up to the first page it lacks. Offsets are
 * those of the SQLite file format, section 1.3. */
static uint64_t said_size(struct bolt_cursor bytes, struct bolt_rpm *rpm)
{
	struct bolt_cursor header = bytes;
	uint16_t page_bytes = 0;
	uint32_t pages = 0;

	if (bolt_skip(&header, 16) < 0 || bolt_take_u16be(&header, &page_bytes) < 0 || bolt_skip(&header, 10) < 0 ||
	    bolt_take_u32be(&header, &pages) < 0)
		return bytes.left;
	uint64_t said = (uint64_t) pages * (page_bytes > 1 ? page_bytes : 65536);
	if (said <= bytes.left)
		return bytes.left;
	bolt_rpm_damaged(rpm, "the file has %zu of its %llu bytes", bytes.left, (unsigned long long) said);
	return said;
}

static int open_database(struct database *database, struct bolt_err *err)
{
	int r = bolt_memory_database_open(&database->file, &database->db);

	if (r != SQLITE_OK)
		return bolt_err_set(err, r == SQLITE_NOMEM ? -ENOMEM : -EBADMSG, "cannot be opened: %s", sqlite3_errstr(r));
	harden(database);
	if (sqlite3_exec(database->db, "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON", NULL, NULL, NULL) != SQLITE_OK)
		return failure(database, "cannot be opened", err);
	return 0;
}

static void statement_done(sqlite3_stmt **statement)
{
	(void) sqlite3_finalize(*statement);
}

/* "Packages" could be a view, a virtual table or hold computed columns: then reading it runs the stranger's expressions. */
static int check_table(struct database *database, struct bolt_err *err)
{
	static const char *const questions[] = {
		"SELECT 1 FROM sqlite_schema WHERE name='Packages' AND type='table' AND rootpage>0",
		"SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('Packages') WHERE hidden<>0)",
	};
	static const char *const answers[] = { "it has no table of packages", "its table of packages is computed, not stored" };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(questions); i++) {
		BOLT_CLEANUP(statement_done) sqlite3_stmt *statement = NULL;

		database->steps_left = BOLT_RPM_SQLITE_STEPS;
		if (sqlite3_prepare_v2(database->db, questions[i], -1, &statement, NULL) != SQLITE_OK)
			return failure(database, "the schema cannot be read", err);
		int r = sqlite3_step(statement);
		if (r == SQLITE_DONE)
			return bolt_err_set(err, -EBADMSG, "%s", answers[i]);
		if (r != SQLITE_ROW)
			return failure(database, "the schema cannot be read", err);
	}
	return 0;
}

static int add_rows(struct database *database, struct bolt_rpm *rpm, struct bolt_err *err)
{
	BOLT_CLEANUP(statement_done) sqlite3_stmt *statement = NULL;

	char what[64];

	if (sqlite3_prepare_v2(database->db, "SELECT blob FROM Packages NOT INDEXED", -1, &statement, NULL) != SQLITE_OK)
		return failure(database, "its packages cannot be read", err);
	for (;;) {
		database->steps_left = BOLT_RPM_SQLITE_STEPS;
		int r = sqlite3_step(statement);
		if (r == SQLITE_DONE)
			return bolt_rpm_end(rpm, err);
		if (r != SQLITE_ROW) {
			(void) snprintf(what, sizeof(what), "only %zu packages read", rpm->packages);
			return failure(database, what, err);
		}
		const void *blob = sqlite3_column_blob(statement, 0);
		r = bolt_rpm_add(rpm, bolt_cursor(blob ? blob : "", (size_t) sqlite3_column_bytes(statement, 0)), err);
		if (r < 0)
			return r;
	}
}

static int parse_database(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_rpm rpm = bolt_rpm_begin(sink, file->data.left);

	if (file->data.left < 512 || memcmp(file->data.p, file_magic, sizeof(file_magic)) != 0)
		return bolt_err_set(err, -EBADMSG, "not an SQLite database");
	BOLT_CLEANUP(database_done)
	struct database database = { .file = { .bytes = file->data }, .steps_left = BOLT_RPM_SQLITE_STEPS };
	database.file.size = said_size(file->data, &rpm);
	int r = open_database(&database, err);
	if (r == 0)
		r = check_table(&database, err);
	if (r == 0)
		r = add_rows(&database, &rpm, err);
	return r;
}

/* rpm empties the write-ahead log when it closes the database; bytes in it are changes that never reached the database file. */
static int parse_log(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	(void) err;
	if (file->data.left > 0)
		bolt_sink_warn(
			sink, "rpm-wal-ignored",
			"%zu bytes of write-ahead log beside the RPM database are not read: the newest packages may be missing",
			file->data.left);
	return 0;
}

static int parse_sqlite(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	return bolt_ends_with(file->path, "-wal") ? parse_log(file, sink, err) : parse_database(file, sink, err);
}

static const char *const patterns[] = {
	"var/lib/rpm/rpmdb.sqlite",
	"usr/lib/sysimage/rpm/rpmdb.sqlite",
	"usr/share/rpm/rpmdb.sqlite",
	"var/lib/rpm/rpmdb.sqlite-wal",
	"usr/lib/sysimage/rpm/rpmdb.sqlite-wal",
	"usr/share/rpm/rpmdb.sqlite-wal",
	NULL,
};

const struct bolt_cataloger bolt_cataloger_rpm_sqlite = {
	.name = "rpm-sqlite",
	.type = "rpm",
	.summary = "RPM packages: SQLite databases (Fedora, RHEL 9 and later, Azure Linux)",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = patterns,
	.max_bytes = BOLT_RPM_DATABASE_MAX,
	.parse = parse_sqlite,
};
