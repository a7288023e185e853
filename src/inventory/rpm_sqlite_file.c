/* SQLite's own "database in memory" wants memory it may keep and a header that is not in write-ahead mode: that costs a second copy
 * of a file of up to 192 MB. This is the file system interface it has for such cases (sqlite.org/vfs.html), with nothing behind it
 * but the bytes: no call here reaches the operating system. */
#include "inventory/rpm_sqlite_file.h"

#include <stdio.h>
#include <string.h>

/* What SQLite allocates for an open file. */
struct open_file {
	sqlite3_file base; /* must be first */
	const struct bolt_memory_database *database;
};

static int file_close(sqlite3_file *file)
{
	(void) file;
	return SQLITE_OK;
}

/* Two bytes of the header (offsets 18 and 19) say 2 for write-ahead mode, as rpm leaves them, which needs shared memory to be read.
 * Without a log a file in that mode is the same as one in rollback mode (1). */
static void hide_write_ahead_mode(uint8_t *to, uint64_t n, uint64_t offset)
{
	for (uint64_t at = 18; at <= 19; at++) {
		if (at >= offset && at - offset < n)
			to[at - offset] = 1;
	}
}

static int file_read(sqlite3_file *file, void *to, int n, sqlite3_int64 offset)
{
	const struct bolt_cursor *bytes = &((const struct open_file *) file)->database->bytes;
	uint64_t at = (uint64_t) offset, want = (uint64_t) n, have = at < bytes->left ? bytes->left - at : 0;

	if (have > want)
		have = want;
	memset(to, 0, want);
	if (have > 0)
		memcpy(to, bytes->p + at, have);
	hide_write_ahead_mode(to, have, at);
	return have == want ? SQLITE_OK : SQLITE_IOERR_SHORT_READ; /* which SQLite takes for zeros */
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret_bytes)
{
	*ret_bytes = (sqlite3_int64) ((const struct open_file *) file)->database->size;
	return SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 offset)
{
	(void) file, (void) from, (void) n, (void) offset;
	return SQLITE_READONLY;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 bytes)
{
	(void) file, (void) bytes;
	return SQLITE_READONLY;
}

static int file_ignore(sqlite3_file *file, int value)
{
	(void) file, (void) value;
	return SQLITE_OK;
}

static int file_check_lock(sqlite3_file *file, int *ret_locked)
{
	(void) file;
	*ret_locked = 0;
	return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
	(void) file, (void) operation, (void) argument;
	return SQLITE_NOTFOUND;
}

static int file_sector_bytes(sqlite3_file *file)
{
	(void) file;
	return 512;
}

/* Immutable: SQLite then neither locks nor looks for journals. */
static int file_characteristics(sqlite3_file *file)
{
	(void) file;
	return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_ignore,
	.xFileSize = file_size,
	.xLock = file_ignore,
	.xUnlock = file_ignore,
	.xCheckReservedLock = file_check_lock,
	.xFileControl = file_control,
	.xSectorSize = file_sector_bytes,
	.xDeviceCharacteristics = file_characteristics,
};

/* Journals and temporary files do not exist. */
static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
	struct open_file *open_file = (struct open_file *) file;

	(void) name;
	file->pMethods = NULL;
	if (!(flags & SQLITE_OPEN_MAIN_DB))
		return SQLITE_CANTOPEN;
	open_file->database = vfs->pAppData;
	open_file->base.pMethods = &methods;
	if (ret_flags)
		*ret_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void) vfs, (void) name, (void) sync;
	return SQLITE_READONLY;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret_is)
{
	(void) vfs, (void) name, (void) flags;
	*ret_is = 0;
	return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int room, char *ret_path)
{
	(void) vfs;
	return snprintf(ret_path, (size_t) room, "%s", name) < room ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* Only new names and keys want randomness; nothing here is new. */
static int vfs_randomness(sqlite3_vfs *vfs, int n, char *ret_bytes)
{
	(void) vfs;
	memset(ret_bytes, 0, (size_t) n);
	return n;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void) vfs;
	return microseconds;
}

static int vfs_now(sqlite3_vfs *vfs, double *ret_julian_day)
{
	(void) vfs;
	*ret_julian_day = 0;
	return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *vfs, int room, char *ret_text)
{
	(void) vfs, (void) room, (void) ret_text;
	return 0;
}

int bolt_memory_database_open(struct bolt_memory_database *file, sqlite3 **ret_db)
{
	/* One registration a database: several are read at the same time. The address makes the name its own. */
	(void) snprintf(file->name, sizeof(file->name), "boltseal-%p", (void *) file);
	file->vfs = (sqlite3_vfs){
		.iVersion = 1,
		.szOsFile = sizeof(struct open_file),
		.mxPathname = 64,
		.zName = file->name,
		.pAppData = file,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_path,
		.xRandomness = vfs_randomness,
		.xSleep = vfs_sleep,
		.xCurrentTime = vfs_now,
		.xGetLastError = vfs_last_error,
	};
	int r = sqlite3_vfs_register(&file->vfs, 0);
	if (r != SQLITE_OK)
		return r;
	return sqlite3_open_v2("database", ret_db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
			       file->name);
}

void bolt_memory_database_close(struct bolt_memory_database *file, sqlite3 *db)
{
	(void) sqlite3_close(db);
	if (file->vfs.zName)
		(void) sqlite3_vfs_unregister(&file->vfs);
}
