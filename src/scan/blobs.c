#include "scan/blobs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scan/channel.h"

static int archive_open(struct bolt_blobs *base, const char *name, uint64_t size, struct bolt_reader **ret_reader,
			struct bolt_err *err)
{
	const struct bolt_archive_blobs *b = (const struct bolt_archive_blobs *) base;

	(void) size;
	return bolt_archive_member(b->archive, name, ret_reader, err);
}

void bolt_archive_blobs_init(struct bolt_archive_blobs *blobs, const struct bolt_archive *archive)
{
	*blobs = (struct bolt_archive_blobs){ { archive_open }, archive };
}

static int channel_open(struct bolt_blobs *base, const char *name, uint64_t size, struct bolt_reader **ret_reader,
			struct bolt_err *err)
{
	struct bolt_channel_blobs *b = (struct bolt_channel_blobs *) base;
	struct bolt_ask ask = { .kind = BOLT_ASK_OPEN, .size = size };
	struct bolt_answer answer;
	int fd = -1;

	if (snprintf(ask.name, sizeof(ask.name), "%s", name) >= (int) sizeof(ask.name))
		return bolt_err_set(err, -ENOENT, "a blob's name is too long");
	pthread_mutex_lock(&b->lock);
	int r = bolt_channel_send(b->socket, &ask, sizeof(ask), -1);
	if (r == 0)
		r = bolt_channel_receive(b->socket, &answer, sizeof(answer), &fd);
	pthread_mutex_unlock(&b->lock);
	if (r < 0)
		return bolt_err_set(err, r, "the scanning process lost its parent");
	if (answer.status < 0 || fd < 0) {
		if (fd >= 0)
			close(fd);
		return bolt_err_set(err, answer.status < 0 ? answer.status : -EPROTO, "%s",
				    bolt_err_text(&answer.err, answer.status));
	}
	*ret_reader = bolt_reader_fd(fd);
	if (!*ret_reader) {
		close(fd);
		return bolt_err_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

void bolt_channel_blobs_init(struct bolt_channel_blobs *blobs, int socket)
{
	*blobs = (struct bolt_channel_blobs){ .base = { channel_open }, .socket = socket };
	pthread_mutex_init(&blobs->lock, NULL);
}
