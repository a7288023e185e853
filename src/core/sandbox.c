#include "core/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
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
	SCMP_SYS(tgkill),
	SCMP_SYS(getrusage),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(membarrier),
	SCMP_SYS(prlimit64),
};

/* Only with a tree to read. openat is left out: openat2 carries the guards against leaving the tree. */
static const int allowed_tree[] = {
	SCMP_SYS(openat2),
	SCMP_SYS(getdents64),
	SCMP_SYS(fcntl),
	SCMP_SYS(newfstatat),
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

static int enter_seccomp(bool tree, struct bolt_err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS)); /* what a newer C library tries first falls back on ENOSYS */
	int r = filter ? 0 : -ENOMEM;

	if (r == 0)
		r = add_rules(filter, SCMP_ACT_ALLOW, allowed, BOLT_ARRAY_LEN(allowed));
	if (r == 0 && tree)
		r = add_rules(filter, SCMP_ACT_ALLOW, allowed_tree, BOLT_ARRAY_LEN(allowed_tree));
	if (r == 0)
		r = add_rules(filter, SCMP_ACT_KILL_PROCESS, deadly, BOLT_ARRAY_LEN(deadly));
	/* Threads, not processes. clone3, whose flags a filter cannot see, falls back to clone. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
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
		return 0; /* seccomp still refuses to open anything, or anything outside openat2's guards */
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

static int drop_capabilities(bool keep_reading, struct bolt_err *err)
{
	cap_t none = cap_init();
	cap_value_t read_any = CAP_DAC_READ_SEARCH;
	int r = none ? 0 : -ENOMEM;

	/* A root file system's files belong to many users: reading them all is the one right kept, and only with a tree to read. */
	if (r == 0 && keep_reading && geteuid() == 0) {
		if (cap_set_flag(none, CAP_PERMITTED, 1, &read_any, CAP_SET) < 0 ||
		    cap_set_flag(none, CAP_EFFECTIVE, 1, &read_any, CAP_SET) < 0)
			r = -errno;
	}
	if (r == 0 && cap_set_proc(none) < 0)
		r = -errno;
	cap_free(none);
	return r < 0 ? bolt_err_set(err, r, "cannot drop capabilities") : 0;
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

int bolt_sandbox_enter(const struct bolt_sandbox *sandbox, bool *ret_landlock, struct bolt_err *err)
{
	bool tree = sandbox->read_dir_fd >= 0;
	int r = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return bolt_err_set(err, -errno, "cannot give up new privileges: %m");
	r = drop_capabilities(tree, err);
	if (r == 0)
		r = set_limits(sandbox, err);
	*ret_landlock = false;
	if (r == 0 && !SANITIZED)
		r = enter_landlock(sandbox->read_dir_fd, ret_landlock, err);
	if (r == 0 && !SANITIZED)
		r = enter_seccomp(tree, err);
	return r;
}
