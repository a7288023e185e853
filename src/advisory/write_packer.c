#include "advisory/write_packer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zdict.h>

#include "advisory/limits.h"

enum { LEVEL = 9 };

int bolt_packer_init(struct bolt_packer *packer)
{
	*packer = (struct bolt_packer){
		.packer = ZSTD_createCCtx(),
		.unpacker = ZSTD_createDCtx(),
		.packed = BOLT_BUF_INIT(ZSTD_COMPRESSBOUND((size_t) BOLT_RECORD_BYTES_MAX)),
	};
	return packer->packer && packer->unpacker ? 0 : -ENOMEM;
}

void bolt_packer_done(struct bolt_packer *packer)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(packer->dictionaries); i++) {
		ZSTD_freeCDict(packer->dictionaries[i].pack);
		ZSTD_freeDDict(packer->dictionaries[i].unpack);
	}
	ZSTD_freeCCtx(packer->packer);
	ZSTD_freeDCtx(packer->unpacker);
	bolt_buf_done(&packer->packed);
}

int bolt_packer_learn(struct bolt_packer *packer, uint8_t number, const char *label, const void *bytes, size_t len)
{
	struct bolt_dictionary *dictionary = &packer->dictionaries[number];

	(void) snprintf(dictionary->label, sizeof(dictionary->label), "%s", label);
	dictionary->pack = ZSTD_createCDict(bytes, len, LEVEL);
	dictionary->unpack = ZSTD_createDDict(bytes, len);
	return dictionary->pack && dictionary->unpack ? 0 : -ENOMEM;
}

void bolt_packer_label(const char *part, char label[BOLT_DICTIONARY_LABEL])
{
	const char *slash = strchr(part, '/');
	bool deep = slash && strchr(slash + 1, '/');

	(void) snprintf(label, BOLT_DICTIONARY_LABEL, "%.*s", deep ? (int) (slash - part) : (int) strlen(part), part);
}

uint8_t bolt_packer_find(const struct bolt_packer *packer, const char *label)
{
	for (size_t i = 1; i < BOLT_ARRAY_LEN(packer->dictionaries); i++) {
		if (strcmp(packer->dictionaries[i].label, label) == 0)
			return (uint8_t) i;
	}
	return 0;
}

uint8_t bolt_packer_free_number(const struct bolt_packer *packer)
{
	return bolt_packer_find(packer, "");
}

size_t bolt_packer_train(const void *samples, const size_t *lengths, unsigned len, void *to)
{
	size_t n = ZDICT_trainFromBuffer(to, BOLT_DICTIONARY_BYTES, samples, lengths, len);

	return ZDICT_isError(n) ? 0 : n;
}

int bolt_packer_pack(struct bolt_packer *packer, uint8_t dictionary, const void *bytes, size_t len)
{
	const ZSTD_CDict *with = packer->dictionaries[dictionary].pack;

	bolt_buf_clear(&packer->packed);
	int r = bolt_buf_reserve(&packer->packed, ZSTD_compressBound(len));
	if (r < 0)
		return r;
	uint8_t *to = packer->packed.data;
	size_t room = packer->packed.room;
	size_t n = with ? ZSTD_compress_usingCDict(packer->packer, to, room, bytes, len, with)
			: ZSTD_compressCCtx(packer->packer, to, room, bytes, len, LEVEL);
	if (ZSTD_isError(n))
		return -ENOMEM;
	packer->packed.len = n;
	return 0;
}
