#include "libimg/view/container.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libimg/base/arena.h"
#include "libimg/base/buf.h"
#include "libimg/image/archive.h"
#include "libimg/json/jr.h"

enum {
	DEPTH = 8,  /* of the values that are looked for */
	KEY = 64,   /* bytes of their keys */
	TEXT = 4096 /* of a value */
};

/*
 * Where a field is: the keys on the way, "*" for any, "[]" for an element of a list. Of two rows of a
 * field the first counts. `as`: what stands for any value. Facts of podman 4, CRI-O 1.28 and
 * containerd 2.0.
 */
static const struct source {
	const char *file;
	enum img_container_field field;
	const char *as;
	const char *keys[7];
} sources[] = {
#define AT(...)                                                                                    \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
	{ "spec.dump", IMG_CONTAINER_ENGINE, NULL, AT("annotations", "io.container.manager") },
	{ "spec.dump", IMG_CONTAINER_ENGINE, "containerd",
	  AT("annotations", "io.kubernetes.cri.container-type") },
	{ "config.dump", IMG_CONTAINER_NAME, NULL, AT("name") },
	{ "spec.dump", IMG_CONTAINER_NAME, NULL,
	  AT("annotations", "io.kubernetes.container.name") },
	{ "spec.dump", IMG_CONTAINER_NAME, NULL,
	  AT("annotations", "io.kubernetes.cri.container-name") },
	{ "config.dump", IMG_CONTAINER_IMAGE, NULL, AT("rootfsImageName") },
	{ "config.dump", IMG_CONTAINER_IMAGE, NULL, AT("rootfsImage") },
	{ "spec.dump", IMG_CONTAINER_IMAGE, NULL,
	  AT("annotations", "io.kubernetes.cri-o.ImageName") },
	{ "spec.dump", IMG_CONTAINER_IMAGE, NULL,
	  AT("annotations", "io.kubernetes.cri.image-name") },
	{ "config.dump", IMG_CONTAINER_ID, NULL, AT("id") },
	{ "config.dump", IMG_CONTAINER_CREATED, NULL, AT("createdTime") },
	{ "spec.dump", IMG_CONTAINER_CREATED, NULL,
	  AT("annotations", "io.kubernetes.cri-o.Created") },
	{ "config.dump", IMG_CONTAINER_CHECKPOINTED, NULL, AT("checkpointedTime") },
	{ "config.dump", IMG_CONTAINER_RUNTIME, NULL, AT("runtime") },
	{ "spec.dump", IMG_CONTAINER_HOSTNAME, NULL, AT("hostname") },
	{ "spec.dump", IMG_CONTAINER_POD, NULL, AT("annotations", "io.kubernetes.pod.name") },
	{ "spec.dump", IMG_CONTAINER_POD, NULL,
	  AT("annotations", "io.kubernetes.cri.sandbox-name") },
	{ "spec.dump", IMG_CONTAINER_NAMESPACE, NULL,
	  AT("annotations", "io.kubernetes.pod.namespace") },
	{ "spec.dump", IMG_CONTAINER_NAMESPACE, NULL,
	  AT("annotations", "io.kubernetes.cri.sandbox-namespace") },
	{ "spec.dump", IMG_CONTAINER_IP, NULL, AT("annotations", "io.kubernetes.cri-o.IP.0") },
	{ "network.status", IMG_CONTAINER_IP, NULL,
	  AT("*", "interfaces", "*", "subnets", "[]", "ipnet") },
	{ "spec.dump", IMG_CONTAINER_MOUNT, NULL, AT("mounts", "[]", "destination") },
	{ "deleted.files", IMG_CONTAINER_DELETED, NULL, AT("[]") },
};
enum { SOURCES = sizeof(sources) / sizeof(*sources) };

const char *img_container_name(enum img_container_field f)
{
	static const char *const names[] = {
		[IMG_CONTAINER_ENGINE] = "engine",   [IMG_CONTAINER_NAME] = "name",
		[IMG_CONTAINER_IMAGE] = "image",     [IMG_CONTAINER_ID] = "id",
		[IMG_CONTAINER_CREATED] = "created", [IMG_CONTAINER_CHECKPOINTED] = "checkpointed",
		[IMG_CONTAINER_RUNTIME] = "runtime", [IMG_CONTAINER_HOSTNAME] = "hostname",
		[IMG_CONTAINER_POD] = "pod",         [IMG_CONTAINER_NAMESPACE] = "namespace",
		[IMG_CONTAINER_IP] = "ip",           [IMG_CONTAINER_MOUNT] = "mounts",
		[IMG_CONTAINER_CHANGED] = "changed", [IMG_CONTAINER_DELETED] = "deleted",
	};

	return names[f];
}

struct container {
	const struct img_dir *d;
	struct img_err *err;
	struct img_arena *arena;
	const char *values[IMG_CONTAINER_FIELDS];
	size_t by[IMG_CONTAINER_FIELDS]; /* the row that said it */
	struct img_buf items;            /* struct img_container_item: IP and on */
	struct img_container_item mount; /* under way */
	unsigned found;                  /* files */

	/* Where we are in the file. */
	const char *file;
	unsigned depth;
	char keys[DEPTH][KEY];
};

/* ---- JSON ---- */

static const char *copy(struct container *c, const char *p, size_t n)
{
	char *to = img_arena_alloc(c->arena, n + 1);

	if (to == NULL) {
		c->items.failed = true;
		return "";
	}
	return memcpy(to, p, n);
}

static bool is_at(const struct container *c, const char *const keys[])
{
	unsigned n = 0;

	for (; keys[n] != NULL; n++)
		if (n >= c->depth || n >= DEPTH ||
		    (strcmp(keys[n], "*") != 0 && strcmp(keys[n], c->keys[n]) != 0))
			return false;
	return n == c->depth;
}

static void set_field(struct container *c, size_t row, const char *text)
{
	enum img_container_field f = sources[row].field;

	/* Go's time of nothing. */
	if (text[0] == '\0' || strncmp(text, "0001-01-01", 10) == 0)
		return;
	if (f == IMG_CONTAINER_ENGINE && strcmp(text, "libpod") == 0)
		text = "podman";
	if (c->values[f] != NULL && c->by[f] <= row)
		return;
	c->values[f] = text;
	c->by[f] = row;
}

static void take(struct container *c, const struct jr_tok *t)
{
	static const char *const type[] = { "mounts", "[]", "type", NULL };
	static const char *const source[] = { "mounts", "[]", "source", NULL };
	const char *text = NULL;

	if (t->n > TEXT || memchr(t->p, '\0', t->n) != NULL)
		return;
	if (strcmp(c->file, "spec.dump") == 0 && is_at(c, type))
		c->mount.type = copy(c, t->p, t->n);
	if (strcmp(c->file, "spec.dump") == 0 && is_at(c, source))
		c->mount.source = copy(c, t->p, t->n);
	for (size_t i = 0; i < SOURCES; i++) {
		const struct source *s = &sources[i];
		struct img_container_item item = { .field = s->field };

		if (strcmp(s->file, c->file) != 0 || !is_at(c, s->keys))
			continue;
		text = s->as != NULL ? s->as : copy(c, t->p, t->n);
		item.text = text;
		if (s->field < IMG_CONTAINER_FIELDS)
			set_field(c, i, text);
		else if (s->field == IMG_CONTAINER_MOUNT)
			c->mount.text = text;
		else
			img_buf_put(&c->items, &item, sizeof(item));
	}
}

/* An element of a list has come to its end. */
static void end_object(struct container *c)
{
	static const char *const mount[] = { "mounts", "[]", NULL };

	if (strcmp(c->file, "spec.dump") == 0 && is_at(c, mount) && c->mount.text != NULL)
		img_buf_put(&c->items, &c->mount, sizeof(c->mount));
	if (is_at(c, mount))
		c->mount = (struct img_container_item){ IMG_CONTAINER_MOUNT, NULL, "", "", 0 };
}

static void set_key(struct container *c, const char *p, size_t n)
{
	char *key = c->depth > 0 && c->depth <= DEPTH ? c->keys[c->depth - 1] : NULL;

	if (key != NULL)
		snprintf(key, KEY, "%.*s", (int)(n < KEY ? n : KEY - 1), p);
}

static int walk(struct container *c, struct img_jr *jr)
{
	struct jr_tok t;

	c->depth = 0;
	c->mount = (struct img_container_item){ IMG_CONTAINER_MOUNT, NULL, "", "", 0 };
	for (;;) {
		if (img_jr_next(jr, &t, c->err) < 0)
			return -1;
		switch (t.type) {
		case JR_END: return 0;
		case JR_OBJ:
		case JR_ARR:
			c->depth++;
			set_key(c, "[]", t.type == JR_ARR ? 2 : 0);
			break;
		case JR_OBJ_END:
			c->depth--;
			end_object(c);
			break;
		case JR_ARR_END: c->depth--; break;
		case JR_KEY: set_key(c, t.p, t.n); break;
		case JR_STR: take(c, &t); break;
		default: break;
		}
	}
}

static int fail_in(struct container *c, const char *file)
{
	char beside[64];

	snprintf(beside, sizeof(beside), "../%s", file);
	return img_err_in(c->err, img_dir_path(c->d), beside);
}

static int read_json(struct container *c, const char *file)
{
	struct img_file f;
	struct img_in *in;
	struct img_jr *jr;
	int r = img_dir_engine_file(c->d, file, &f, c->err);

	if (r <= 0)
		return r < 0 ? fail_in(c, file) : 0;
	c->found++;
	c->file = file;
	in = img_in_file(&f);
	jr = in != NULL ? img_jr_open(in) : NULL;
	r = jr != NULL ? walk(c, jr) : img_fail_mem(c->err);
	img_jr_close(jr);
	img_in_free(in);
	img_file_close(&f);
	return r < 0 ? fail_in(c, file) : 0;
}

/* ---- changes of the root file system ---- */

/* A file `.wh.NAME` says that NAME is gone. */
static void take_member(struct container *c, const struct img_archive_about *m)
{
	static const char whiteout[] = ".wh.";
	const char *path = m->path, *base;
	size_t n = strlen(path), mark = sizeof(whiteout) - 1;
	struct img_container_item item = { .field = IMG_CONTAINER_CHANGED };
	char *text;

	while (path[0] == '.' && path[1] == '/')
		path += 2, n -= 2;
	while (n > 0 && path[n - 1] == '/')
		n--;
	base = memrchr(path, '/', n);
	base = base != NULL ? base + 1 : path;
	if (n == 0 || m->type == S_IFDIR)
		return;
	text = img_arena_alloc(c->arena, n + 2);
	if (text == NULL) {
		c->items.failed = true;
		return;
	}
	if (n - (size_t)(base - path) > mark && strncmp(base, whiteout, mark) == 0) {
		item.field = IMG_CONTAINER_DELETED;
		snprintf(text, n + 2, "/%.*s%.*s", (int)(base - path), path,
			 (int)(n - (size_t)(base - path) - mark), base + mark);
	} else {
		item.size = m->size;
		snprintf(text, n + 2, "/%.*s", (int)n, path);
	}
	item.text = text;
	img_buf_put(&c->items, &item, sizeof(item));
}

static int read_changes(struct container *c)
{
	static const char file[] = "rootfs-diff.tar";
	struct img_archive_about member;
	struct archive_entry *e;
	struct img_archive *a;
	struct img_file f;
	struct img_in *in;
	int r = img_dir_engine_file(c->d, file, &f, c->err);

	if (r <= 0)
		return r < 0 ? fail_in(c, file) : 0;
	c->found++;
	in = img_in_file(&f);
	a = in != NULL ? img_archive_open_any(in, UINT64_MAX, c->err) : NULL;
	r = in == NULL ? img_fail_mem(c->err) : a == NULL ? -1 : 0;
	while (r == 0 && (r = img_archive_next(a, &e, c->err)) > 0) {
		img_archive_about(a, &member);
		take_member(c, &member);
		r = 0;
		if (c->items.failed)
			break;
	}
	img_archive_close(a);
	img_in_free(in);
	img_file_close(&f);
	return r < 0 ? fail_in(c, file) : 0;
}

/* ---- all of it ---- */

static void give(const struct container *c,
		 void (*fn)(void *arg, const struct img_container_item *item), void *arg)
{
	const struct img_container_item *v = (const void *)c->items.p;

	for (int f = 0; f < IMG_CONTAINER_FIELDS; f++) {
		struct img_container_item item = { .field = (enum img_container_field)f,
						   .text = c->values[f] };

		if (item.text != NULL)
			fn(arg, &item);
	}
	for (int f = IMG_CONTAINER_FIELDS; f <= IMG_CONTAINER_DELETED; f++)
		for (size_t i = 0; i < c->items.n / sizeof(*v); i++)
			if ((int)v[i].field == f)
				fn(arg, &v[i]);
}

int img_container_read(const struct img_dir *d,
		       void (*fn)(void *arg, const struct img_container_item *item), void *arg,
		       struct img_err *err)
{
	static const char *const files[] = { "config.dump", "spec.dump", "network.status",
					     "deleted.files" };
	struct container c = { .d = d, .err = err, .arena = img_arena_new(0) };
	int r = c.arena != NULL ? 0 : img_fail_mem(err);

	for (size_t i = 0; r == 0 && i < sizeof(files) / sizeof(*files); i++)
		r = read_json(&c, files[i]);
	if (r == 0)
		r = read_changes(&c);
	if (r == 0 && c.items.failed)
		r = img_fail_mem(err);
	if (r == 0)
		give(&c, fn, arg);
	img_buf_free(&c.items);
	img_arena_free(c.arena);
	return r < 0 ? -1 : c.found > 0;
}
