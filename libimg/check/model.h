/* The data on which the rules of imgcheck work: the images of a dump, unpacked. Not installed. */
#ifndef IMG_MODEL_H
#define IMG_MODEL_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "core.pb-c.h"
#include "cpuinfo.pb-c.h"
#include "fdinfo.pb-c.h"
#include "fs.pb-c.h"
#include "inventory.pb-c.h"
#include "ipc-shm.pb-c.h"
#include "libimg/base/intern.h"
#include "libimg/base/map.h"
#include "libimg/check/check.h"
#include "libimg/check/rules.h"
#include "libimg/dump/dir.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"
#include "mm.pb-c.h"
#include "pstree.pb-c.h"

/* How many elements an array has. */
#define CK_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A number in decimal and in hex, as tools print it. */
#define CK_ID "%" PRIu64 " (0x%" PRIx64 ")"
#define CK_N(v) (uint64_t)(v), (uint64_t)(v)

struct img_msg;

struct ck_image {
	const char *pattern; /* of the table of types; NULL: not a name that CRIU writes */
	uint64_t number;     /* in the name */
	char *name;
	const struct img_type *type;
	struct img_head head;
	uint64_t size;    /* bytes */
	uint64_t rest;    /* bytes after the last message whose length is unknown */
	void **v;         /* messages in order; of a pagemap the head only */
	size_t n;         /* number of entries */
	size_t arena;     /* bytes in the arena before it was read */
	bool broken;      /* not read to its end: it may have more than is known */
	bool used;        /* something needs it */
	bool shared;      /* needed by two that cannot share it: pages files */
	const char *left; /* why nothing needs it, or NULL: see img_ck_left() */
};

/* One entry of pstree.img with the images of the task. A missing one is NULL. */
struct ck_task {
	const PstreeEntry *e;
	size_t entry;
	struct ck_task *parent;
	const struct ck_image *core_im, *ids_im, *mm_im, *fs_im, *fdinfo;
	const CoreEntry *core;
	const TaskKobjIdsEntry *ids; /* of ids-PID.img, or inside of old core images */
	const MmEntry *mm;
	const FsEntry *fs;
	VmaEntry *const *vmas;          /* of mm-PID.img, or of the old vmas-PID.img */
	const struct ck_image *vmas_im; /* which of them */
	size_t n_vmas, n_real; /* the pseudo entries of guard ranges follow the real ones */
	bool ordered;          /* the real ones are complete, and ascend */
	uint32_t page_size;
	bool dead;
	bool alive;     /* neither is set if there is no core image */
	bool wrong_pid; /* its pid is not one of its threads, one of which has the core of a task */
	bool lost;      /* reported: its table lost files */
	uint32_t first, below; /* the tasks of this subtree have the numbers from first on */
	const struct ck_task *
		plain; /* the nearest task, itself or an ancestor, that leads no session, or NULL */
};

/* An entry, or a message inside of it. */
struct ck_place {
	const struct ck_image *im;
	size_t entry;
	const char *path; /* prefix of its fields: "reg." or "" */
};

/* One open file, of files.img or of the images of CRIU before 3.4. */
struct ck_file {
	struct ck_place at; /* of `what` */
	uint32_t type, id;
	const ProtobufCMessage *what; /* the reg_file_entry and so on, or NULL */
	bool used;                    /* something refers to it */
	bool read, write;             /* open for that in some table: of pipes */
};

/* Shared memory that has a pagemap of its own. */
struct ck_segment {
	uint64_t shmid, size;
	uint32_t page_size;
	bool sysv, anon; /* neither: a memfd */
	/* The place that mentions it. */
	const struct ck_image *im;
	int64_t entry;
	const char *path;
};

/* Strings that tables are keyed by. */
struct ck_names {
	struct img_intern known;
	struct img_buf joined;
	bool no_memory;
};

/* An image that nothing needs: the others are checked once more without it. */
struct ck_left {
	char *name, *why;
};

struct check {
	struct ck_names *names;
	struct img_dir *dir;
	const struct img_check_how *how;
	const struct ck_row *rows; /* the table of rules, whose functions call this file */
	struct img_arena *arena, *scratch;
	bool no_memory;
	const struct ck_left *left; /* images that are passed over, by name */
	size_t n_left;
	bool last;               /* there is no further pass */
	struct ck_image *images; /* by pattern, then number */
	size_t n_images;
	struct ck_image *foreign; /* of no type: only their names are looked at */
	size_t n_foreign;
	size_t gaps; /* images that are missing or damaged: others may be referenced from them */
	size_t lost_refs; /* dangling or wrong references: an unreferenced image may be their target */

	const InventoryEntry *inv;
	const struct ck_image *inv_im;
	bool memory_only; /* only pagemaps, as in a pre-dump */
	bool cpu_only;    /* only cpuinfo.img, as `criu cpuinfo dump` leaves it */
	bool old_framing; /* 1.0 */
	bool wrote_empty; /* its CRIU wrote images without entries too, as before 1.6 */
	bool big;         /* framing of a big-endian machine */
	bool mips;        /* whose numbers are not those of other machines */
	bool no_parent;   /* reported: missing, although pages are in it */
	bool parent_told; /* reported: a system failure on the way to it */

	struct ck_task *tasks;
	size_t n_tasks;
	bool disorder;       /* their order is not that of the dump */
	struct img_map pids; /* of tasks and threads -> tasks; the first if there are several */
	const struct ck_image *pstree;

	struct ck_file *files;
	size_t n_files;
	struct img_map file_keys; /* type << 32 | id -> files, the first */
	bool files_known;         /* there are images of files */
	bool files_whole;         /* and none of them is damaged */

	struct img_map ttys;                  /* id -> entry of tty-info.img */
	bool ids_whole;                       /* neither a task nor the inventory lacks ids */
	struct img_map ns;                    /* id -> enum ck_ns */
	struct img_map kobjs;                 /* of ids-order */
	struct img_map mounts, devices;       /* mnt_id, root_dev -> count */
	bool mounts_whole;                    /* such images exist, none is damaged */
	struct img_map netdevs, netdev_names; /* by namespace, and index or name */
	struct ck_segment *segments;
	size_t n_segments;
	bool sysv_whole;       /* no image of System V segments is damaged */
	struct img_map shmids; /* shmid -> segments */

	/* Number of findings of each rule on the current image; see IMG_CHECK_SAME. */
	struct {
		const struct ck_image *im;
		size_t n;
	} said[CK_VERDICTS];
	char path[160], text[8][192];
	unsigned text_n;
	uint32_t no_place;
};

/* ---- memory: of the arena, zeroed; NULL sets no_memory ---- */

void *img_ck_alloc(struct check *ck, size_t n, size_t size);

/* As img_map_at(), never NULL. */
uint32_t *img_ck_map_at(struct check *ck, struct img_map *m, uint64_t key);

/* Count a key in a map: how often it was there before. */
uint32_t img_ck_count(struct check *ck, struct img_map *m, uint64_t key);

/* A key for n bytes: the bytes are compared, so that equal keys are those of equal bytes. */
uint64_t img_ck_key(const struct check *ck, const void *p, size_t n);

/* The same for a key followed by n bytes. */
uint64_t img_ck_key_on(const struct check *ck, uint64_t key, const void *p, size_t n);

/* ---- fields by name that several message types have ---- */

/* The field in the message, or NULL: its type has none of this name. */
const void *img_ck_field(const void *msg, const char *name);

/* Number of its values: of a field that is not repeated 1, or 0 if absent. */
size_t img_ck_values(const void *msg, const char *name);

/* ---- images ---- */

/* The image, or NULL. Also finds a damaged one, which may have no entries. */
struct ck_image *img_ck_find(const struct check *ck, const char *pattern, uint64_t number);

/* Iterate over the images of a pattern: begin with NULL. */
struct ck_image *img_ck_next(const struct check *ck, const char *pattern,
			     const struct ck_image *im);
#define CK_EACH(ck, im, pattern)                                                                   \
	for (struct ck_image *im = img_ck_next(ck, pattern, NULL); im != NULL;                     \
	     im = img_ck_next(ck, pattern, im))

/* The only message of a single image, or NULL. */
const void *img_ck_one(const struct ck_image *im);

/* Does it exist, and was it read to its end? */
bool img_ck_whole(const struct check *ck, const char *pattern, uint64_t number);

/* Mark it as needed; false if it is missing. */
bool img_ck_use(struct check *ck, const char *pattern, uint64_t number);

/* The image must exist: `why` follows "image missing". Marks it as needed. */
bool img_ck_need(struct check *ck, const char *pattern, uint64_t number, const char *why, ...)
	__attribute__((format(printf, 4, 5)));

/* CRIU always writes the image, but restores without it: `why` follows its name. */
void img_ck_expect(struct check *ck, const char *pattern, uint64_t number, const char *why);

/* ---- findings ---- */

/*
 * The parent dump, as img_dir_parent(). A system failure is reported, once for all that ask, and to
 * the next one the call may succeed.
 */
int img_ck_parent(struct check *ck, struct img_dir **parent, struct img_err *err);

/* A path inside an entry, for img_ck_say(): valid until the next call. */
const char *img_ck_path(struct check *ck, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* entry < 0: the image as a whole. */
void img_ck_say(struct check *ck, enum ck_rule rule, const struct ck_image *im, int64_t entry,
		const char *path, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/* The same for a field at a place. */
void img_ck_say_at(struct check *ck, enum ck_rule rule, const struct ck_place *p, const char *field,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The same for a number there: the number, then why it is wrong. */
void img_ck_say_value(struct check *ck, enum ck_rule rule, const struct ck_place *p,
		      const char *field, uint64_t v, const char *why);

/* The same for a missing image. */
void img_ck_say_name(struct check *ck, enum ck_rule rule, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Report how many findings were suppressed. Once, at the end. */
void img_ck_say_rest(struct check *ck);

/* Bytes of an image as printable text: valid for eight calls. */
const char *img_ck_text(struct check *ck, const void *p, size_t n);
const char *img_ck_str(struct check *ck, const char *s);

/* ---- loading: in this order ---- */

int img_ck_load_images(struct check *ck, struct img_err *err); /* check_image.c */
void img_ck_load_dump(struct check *ck);                       /* check_dump.c */
void img_ck_load_tasks(struct check *ck);                      /* check_tree.c */
void img_ck_load_files(struct check *ck);                      /* check_files.c */
void img_ck_load_ttys(struct check *ck);                       /* check_tty.c */
void img_ck_load_segments(struct check *ck);                   /* check_segment.c */
void img_ck_load_namespaces(struct check *ck);                 /* check_ns.c */
void img_ck_load_mounts(struct check *ck);                     /* check_mount.c */
void img_ck_load_netdevs(struct check *ck);                    /* check_net.c */

/* ---- models ---- */

/* The task that has this pid or tid, or NULL. */
struct ck_task *img_ck_task_of(const struct check *ck, uint64_t tid);

/* The mapping that holds addr; the first one that begins above it. Only if t->ordered. */
const VmaEntry *img_ck_vma_at(const struct ck_task *t, uint64_t addr);
const VmaEntry *img_ck_vma_above(const struct ck_task *t, uint64_t addr);

const struct ck_segment *img_ck_segment_of(const struct check *ck, uint64_t shmid);

struct ck_file *img_ck_file_of(const struct check *ck, uint32_t type, uint64_t id);

/* Nothing needs this image, which is reported when all the others have been checked. */
void img_ck_left(struct check *ck, struct ck_image *im, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * While an image is read: the semaphores or messages that follow an entry; of other images
 * nothing. 0, or -1 with *err: they cannot be read.
 */
int img_ck_ipc_data(struct check *ck, const struct ck_image *im, struct img_reader *rd,
		    const struct img_entry *e, struct img_err *err);

/* A part of img_ck_image_unused(). */
void img_ck_old_files_unused(struct check *ck);

/* "REG" of FD_TYPES__REG. */
const char *img_ck_fd_type(uint32_t type);

/* "an" before the names of types and namespaces that want it, such as INOTIFY and ipc; or "a". */
const char *img_ck_a(const char *name);

/* The image of files of this type: "files.img", or the one before 3.4. */
const char *img_ck_files_image(const struct check *ck, uint32_t type);

enum ck_ns {
	CK_NS_PID,
	CK_NS_NET,
	CK_NS_IPC,
	CK_NS_UTS,
	CK_NS_MNT,
	CK_NS_USER,
	CK_NS_CGROUP,
	CK_NS_TIME,
};

/* core_entry.mtype of the dump; UNKNOWN if no image has one. */
uint32_t img_ck_march(const struct check *ck);

/* The type of a socket as enum img_sock, wherever the dump was made. */
static inline uint32_t img_ck_sock_type(const struct check *ck, uint32_t type)
{
	return (uint32_t)img_sock_type(type, ck->mips);
}

/* The highest signal number on the machine of the dump. */
uint32_t img_ck_signals(const struct check *ck);

/* Parts of img_ck_socket_values(). */
void img_ck_socket_options(struct check *ck);
void img_ck_connections(struct check *ck);

/* Why instruction i of n of a BPF program is invalid (code, jt, jf, k from the top), or NULL. */
const char *img_ck_bad_bpf(uint64_t insn, size_t i, size_t n);

/* A part of img_ck_core_parts(). */
void img_ck_always(struct check *ck);

/* Parts of img_ck_core_regs() and img_ck_cpu_info(). */
void img_ck_x86_regs(struct check *ck, const struct ck_image *im, const ThreadInfoX86 *t);
void img_ck_x86_cpu(struct check *ck, const struct ck_image *im, const CpuinfoX86Entry *e);

/* Is it the id of such a namespace? True if some ids are unknown. */
bool img_ck_is_ns(const struct check *ck, uint32_t id, enum ck_ns kind);

/* Check the fields of a message, which is well formed: unknown and unreleased ones, and strings. */
void img_ck_image_fields(struct check *ck, const struct ck_image *im, int64_t entry,
			 const struct img_msg *m, const uint8_t *p, size_t n);

/* Has netdev-NS.img a device with this index, or name? */
bool img_ck_has_netdev(const struct check *ck, uint32_t ns, uint32_t ifindex);
/* Is that a TUN device? */
bool img_ck_is_tun(const struct check *ck, uint32_t ns, const char *name);
bool img_ck_has_netdev_name(const struct check *ck, uint32_t ns, const char *name);

/* Is it a path as the kernel writes it: no component is empty, "." or ".."? */
bool img_ck_is_plain(const char *path);

/* Are all mounts in the dump? Is there one with this mnt_id; of this device? */
bool img_ck_mounts_known(const struct check *ck);
bool img_ck_has_mount(const struct check *ck, uint64_t mnt_id);
bool img_ck_has_device(const struct check *ck, uint32_t dev);

/* A terminal that the caller of the restore provides. */
bool img_ck_tty_is_external(const struct check *ck, uint32_t tty_info_id);

/* Is it the slave of a pseudo terminal? Its number, which is in its path. */
bool img_ck_slave_number(const struct check *ck, uint32_t tty_info_id, uint32_t *number);

/* Mark a file as needed; false if it is missing although the list is complete. */
bool img_ck_use_file(struct check *ck, uint32_t type, uint64_t id);

/* Mark the external sockets to which sockets of the dump send. */
void img_ck_use_external(struct check *ck);

#endif
