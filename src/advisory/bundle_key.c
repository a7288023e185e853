#include "advisory/bundle_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/write_all.h"

enum { RAW_BYTES = 32, PEM_BYTES_MAX = 4096 };

void bolt_bundle_key_free(EVP_PKEY *key)
{
	EVP_PKEY_free(key);
}

/* OpenSSL would ask on the terminal. */
static int no_passphrase(char *buf, int size, int writing, void *user)
{
	(void) buf, (void) size, (void) writing, (void) user;
	return -1;
}

static int load(const char *path, EVP_PKEY *(*read_key)(BIO *, EVP_PKEY **, pem_password_cb *, void *), const char *what,
		EVP_PKEY **ret_key, struct bolt_err *err)
{
	char pem[PEM_BYTES_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, pem, sizeof(pem));
	int r = n < 0 ? bolt_err_set(err, -errno, "cannot read the key '%s': %m", path) : 0;

	if (fd >= 0)
		close(fd);
	if (r < 0)
		return r;
	BIO *bio = BIO_new_mem_buf(pem, (int) n);
	EVP_PKEY *key = bio ? read_key(bio, NULL, no_passphrase, NULL) : NULL;
	BIO_free(bio);
	explicit_bzero(pem, sizeof(pem));
	if (!key || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
		EVP_PKEY_free(key);
		return bolt_err_set(err, -EINVAL, "'%s' is not an Ed25519 %s key as 'boltseal db keygen' makes one", path, what);
	}
	*ret_key = key;
	return 0;
}

int bolt_bundle_key_private(const char *path, EVP_PKEY **ret_key, struct bolt_err *err)
{
	return load(path, PEM_read_bio_PrivateKey, "private", ret_key, err);
}

int bolt_bundle_key_public(const char *path, EVP_PKEY **ret_key, struct bolt_err *err)
{
	return load(path, PEM_read_bio_PUBKEY, "public", ret_key, err);
}

int bolt_bundle_key_id(EVP_PKEY *key, uint8_t ret_id[32])
{
	struct bolt_digest digest;
	uint8_t raw[RAW_BYTES];
	size_t n = sizeof(raw);

	if (EVP_PKEY_get_raw_public_key(key, raw, &n) != 1 || n != sizeof(raw))
		return -EINVAL;
	int r = bolt_digest_of(BOLT_DIGEST_SHA256, raw, n, &digest);
	if (r == 0)
		memcpy(ret_id, digest.bytes, 32);
	return r;
}

int bolt_bundle_sign(EVP_PKEY *key, const uint8_t *bytes, size_t n, uint8_t ret_signature[64])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[64];
	size_t len = sizeof(signature);
	bool good = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		    EVP_DigestSign(context, signature, &len, bytes, n) == 1 && len == sizeof(signature);

	EVP_MD_CTX_free(context);
	if (good)
		memcpy(ret_signature, signature, sizeof(signature));
	return good ? 0 : -EIO;
}

int bolt_bundle_verify(EVP_PKEY *key, const uint8_t *bytes, size_t n, const uint8_t signature[64])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		    EVP_DigestVerify(context, signature, 64, bytes, n) == 1;

	EVP_MD_CTX_free(context);
	return good ? 0 : -EKEYREJECTED;
}

static int write_pem(const char *path, mode_t mode, BIO *bio, struct bolt_err *err)
{
	char *pem;
	long n = BIO_get_mem_data(bio, &pem);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	int r = fd < 0 ? -errno : bolt_write_all(fd, pem, n > 0 ? (size_t) n : 0);

	if (fd >= 0 && r == 0 && fsync(fd) < 0)
		r = -errno;
	if (fd >= 0)
		close(fd);
	return r < 0 ? bolt_err_set(err, r, "cannot write '%s': %s", path, strerror(-r)) : 0;
}

int bolt_bundle_key_make(const char *prefix, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_bundle_key_freep) EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *secret = BIO_new(BIO_s_secmem()), *public = BIO_new(BIO_s_mem());
	char path[PATH_MAX];
	int r = 0;

	if (!key || !secret || !public || PEM_write_bio_PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL) != 1 ||
	    PEM_write_bio_PUBKEY(public, key) != 1)
		r = bolt_err_set(err, -ENOMEM, "cannot make a key");
	if (r == 0 && snprintf(path, sizeof(path), "%s.pub", prefix) >= (int) sizeof(path))
		r = bolt_err_set(err, -ENAMETOOLONG, "the prefix is too long");
	/* The secret first: it is what must not be overwritten. */
	if (r == 0) {
		(void) snprintf(path, sizeof(path), "%s.key", prefix);
		r = write_pem(path, 0600, secret, err);
	}
	if (r == 0) {
		(void) snprintf(path, sizeof(path), "%s.pub", prefix);
		r = write_pem(path, 0644, public, err);
	}
	BIO_free(secret);
	BIO_free(public);
	return r;
}
