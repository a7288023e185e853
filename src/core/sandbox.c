#include "core/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <linux/magic.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(readv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(lseek),
	SCMP_SYS(dup),
	SCMP_SYS(ftruncate),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getrusage),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(membarrier),
};

/* Only with a tree to read. openat is left out: what reads the tree uses openat2, whose guards keep a hostile tree from leading it
 * outside. They are its own choice, no wall around it: a filter cannot see them. The walls are the changed root and Landlock. */
static const int allowed_tree[] = {
	SCMP_SYS(openat2), SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(fcntl), SCMP_SYS(newfstatat),
};

/* Only with files to write. */
static const int allowed_write[] = {
	SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(msync),
};

/* Nothing that reads an image comes near these: whoever calls one has taken the process over. */
static const int deadly[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(socket),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(mount),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(bpf),
	SCMP_SYS(kill),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
};

static int add_rules(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t len)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < len; i++)
		r = seccomp_rule_add(filter, action, calls[i], 0);
	return r;
}

/* The calls whose arguments decide. */
static int add_narrow_rules(scmp_filter_ctx filter, bool tree)
{
	/* Threads, not processes. clone3, whose flags a filter cannot see, falls back to clone. */
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
				 SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), 1,
				     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	/* fstat() of newer C libraries: of an open descriptor, never by name. */
	if (r == 0 && !tree)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH));
	/* glibc names threads and malloc marks its maps; nothing else of prctl. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
	/* getrlimit() of ourselves: with another's number or new limits it would reach other processes. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
				     SCMP_A2(SCMP_CMP_EQ, 0));
	/* abort(): a signal to ourselves. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t) getpid()));
	return r;
}

static int enter_seccomp(bool tree, bool write_files, struct bolt_err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS)); /* what a newer C library tries first falls back on ENOSYS */
	int r = filter ? 0 : -ENOMEM;

	if (r == 0)
		r = add_rules(filter, SCMP_ACT_ALLOW, allowed, BOLT_ARRAY_LEN(allowed));
	if (r == 0 && tree)
		r = add_rules(filter, SCMP_ACT_ALLOW, allowed_tree, BOLT_ARRAY_LEN(allowed_tree));
	if (r == 0 && write_files)
		r = add_rules(filter, SCMP_ACT_ALLOW, allowed_write, BOLT_ARRAY_LEN(allowed_write));
	if (r == 0)
		r = add_rules(filter, SCMP_ACT_KILL_PROCESS, deadly, BOLT_ARRAY_LEN(deadly));
	if (r == 0)
		r = add_narrow_rules(filter, tree);
	if (r == 0)
		r = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	return r < 0 ? bolt_err_set(err, r, "cannot put up the seccomp filter") : 0;
}

/* Access rights of Landlock ABI 1 to 5 (linux/landlock.h of a 6.10 kernel); older kernels are asked for what they know. */
enum { FS_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR };

static int enter_landlock(int read_dir_fd, bool *ret_landlock, struct bolt_err *err)
{
	struct {
		uint64_t handled_access_fs, handled_access_net, scoped;
	} rules = { 0 };
	size_t rules_len = sizeof(rules.handled_access_fs);
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	*ret_landlock = abi > 0;
	if (abi <= 0)
		return 0; /* seccomp still refuses to open anything when there is no tree; of a tree the caller learns it */
	unsigned known = abi == 1 ? 13 : abi == 2 ? 14 : abi < 5 ? 15 : 16;
	rules.handled_access_fs = (UINT64_C(1) << known) - 1;
	if (abi >= 4) {
		rules.handled_access_net = 3; /* bind and connect TCP */
		rules_len += sizeof(rules.handled_access_net);
	}
	if (abi >= 6) {
		rules.scoped = 3; /* abstract sockets and signals of other processes */
		rules_len += sizeof(rules.scoped);
	}
	int ruleset = (int) syscall(SYS_landlock_create_ruleset, &rules, rules_len, 0);
	if (ruleset < 0)
		return bolt_err_set(err, -errno, "cannot make a Landlock rule set: %m");
	int r = 0;
	if (read_dir_fd >= 0) {
		struct landlock_path_beneath_attr beneath = { .allowed_access = FS_READ, .parent_fd = read_dir_fd };

		if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0)
			r = bolt_err_set(err, -errno, "cannot allow the tree in Landlock: %m");
	}
	if (r == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		r = bolt_err_set(err, -errno, "cannot enter Landlock: %m");
	close(ruleset);
	return r;
}

enum { NOBODY = 65534 };

static bool may(cap_value_t right)
{
	cap_t mine = cap_get_proc();
	cap_flag_value_t value = CAP_CLEAR;
	bool has = mine && cap_get_flag(mine, right, CAP_EFFECTIVE, &value) == 0 && value == CAP_SET;

	cap_free(mine);
	return has;
}

/* The root of a container may lack what changing the user needs; CAP_KILL, because its worker must end with it. */
static bool may_change_user(int tree_fd)
{
	struct statfs fs;

	if (geteuid() != 0 || !may(CAP_SETUID) || !may(CAP_SETGID) || !may(CAP_KILL))
		return false;
	if (tree_fd < 0)
		return true;
	/* These file systems ask who one is, not what rights one has: as nobody the tree would be closed to us. */
	if (fstatfs(tree_fd, &fs) < 0 || fs.f_type == FUSE_SUPER_MAGIC || fs.f_type == NFS_SUPER_MAGIC)
		return false;
	return may(CAP_DAC_READ_SEARCH);
}

/* Root is the owner of the system's files, whatever its capabilities. */
static int become_nobody(bool *ret_changed, struct bolt_err *err)
{
	const struct rlimit many = { RLIM_INFINITY, RLIM_INFINITY };
	const pid_t parent = getppid();
	int death_signal = 0;

	BOLT_IGNORE(setrlimit(RLIMIT_NPROC, &many)); /* root's did not count; nobody's would, with all other nobodies' processes */
	if (prctl(PR_GET_PDEATHSIG, &death_signal) < 0 || prctl(PR_SET_KEEPCAPS, 1) < 0)
		return bolt_err_set(err, -errno, "cannot prepare to give up root: %m");
	/* EINVAL: this user namespace has no nobody; EPERM: nor may groups be given up in it. Its root is someone ordinary outside.
	 */
	if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return errno == EINVAL || errno == EPERM ? 0 : bolt_err_set(err, -errno, "cannot give up root: %m");
	*ret_changed = true;
	/* The kernel forgot it with the user. */
	if (prctl(PR_SET_PDEATHSIG, death_signal) < 0)
		return bolt_err_set(err, -errno, "cannot ask to end with the parent: %m");
	return getppid() == parent ? 0 : bolt_err_set(err, -ESRCH, "the parent ended");
}

/* Without "outside" there is nothing to reach there. */
static int enter_tree(int tree_fd, bool *ret_changed, struct bolt_err *err)
{
	if (geteuid() != 0 || !may(CAP_SYS_CHROOT))
		return 0;
	if (fchdir(tree_fd) < 0 || chroot(".") < 0)
		return bolt_err_set(err, -errno, "cannot make the tree the root directory: %m");
	*ret_changed = true;
	return 0;
}

static int drop_capabilities(bool keep_reading, struct bolt_err *err)
{
	cap_t none = cap_init();
	cap_value_t read_any = CAP_DAC_READ_SEARCH;
	int r = none ? 0 : -ENOMEM;

	/* A root file system's files belong to many users: reading them all is the one right kept, and only with a tree to read. */
	if (r == 0 && keep_reading) {
		if (cap_set_flag(none, CAP_PERMITTED, 1, &read_any, CAP_SET) < 0 ||
		    cap_set_flag(none, CAP_EFFECTIVE, 1, &read_any, CAP_SET) < 0)
			r = -errno;
	}
	if (r == 0 && cap_set_proc(none) < 0)
		r = -errno;
	cap_free(none);
	return r < 0 ? bolt_err_set(err, r, "cannot drop capabilities") : 0;
}

static int drop_rights(const struct bolt_sandbox *sandbox, struct bolt_sandbox_state *state, struct bolt_err *err)
{
	bool tree = sandbox->read_dir_fd >= 0, keep_reading = tree && geteuid() == 0 && may(CAP_DAC_READ_SEARCH);
	bool change_user = may_change_user(sandbox->read_dir_fd);
	int r = tree ? enter_tree(sandbox->read_dir_fd, &state->root_changed, err) : 0;

	if (r == 0 && change_user)
		r = become_nobody(&state->user_changed, err);
	return r < 0 ? r : drop_capabilities(keep_reading, err);
}

static int set_limits(const struct bolt_sandbox *sandbox, struct bolt_err *err)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit memory = { sandbox->memory_bytes, sandbox->memory_bytes };

	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return bolt_err_set(err, -errno, "cannot set resource limits: %m");
	if (!SANITIZED && sandbox->memory_bytes > 0 && setrlimit(RLIMIT_DATA, &memory) < 0)
		return bolt_err_set(err, -errno, "cannot set the memory limit: %m");
	return 0;
}

int bolt_sandbox_enter(const struct bolt_sandbox *sandbox, struct bolt_sandbox_state *ret_state, struct bolt_err *err)
{
	struct bolt_sandbox_state state = { .landlock = false };
	int r = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return bolt_err_set(err, -errno, "cannot give up new privileges: %m");
	r = drop_rights(sandbox, &state, err);
	if (r == 0)
		r = set_limits(sandbox, err);
	if (r == 0 && !SANITIZED)
		r = enter_landlock(sandbox->read_dir_fd, &state.landlock, err);
	if (r == 0 && !SANITIZED)
		r = enter_seccomp(sandbox->read_dir_fd >= 0, sandbox->write_files, err);
	if (r == 0)
		*ret_state = state;
	return r;
}
