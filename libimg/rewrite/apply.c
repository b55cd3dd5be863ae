#include "libimg/rewrite/apply.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/msg/schema.h"

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

char *img_apply_net_text(const uint8_t *addr, size_t n, unsigned bits, char buf[IMG_NET_TEXT])
{
	size_t len;

	if (inet_ntop(n == 4 ? AF_INET : AF_INET6, addr, buf, IMG_NET_TEXT) == NULL)
		buf[0] = '\0';
	len = strlen(buf);
	if (bits < n * 8)
		snprintf(buf + len, IMG_NET_TEXT - len, "/%u", bits);
	return buf;
}

static void show(const struct img_apply *a, uint32_t verb, const void *p, size_t n)
{
	a->seen(a->arg, verb, p, n);
}

static void show_number(const struct img_apply *a, uint32_t verb, uint64_t v)
{
	char buf[24];

	show(a, verb, buf, (size_t)snprintf(buf, sizeof(buf), "%" PRIu64, v));
}

static bool is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

/* The bits that the rule states are its own, those after them the old ones. */
static bool join(const struct img_edit_rule *u, const uint8_t *old, size_t n, uint8_t *new)
{
	for (size_t i = 0; i < n; i++) {
		unsigned own = u->bits > i * 8 ? u->bits - (unsigned)i * 8 : 0;
		uint8_t m = (uint8_t)(own >= 8 ? 0xff : 0xff00 >> own);

		new[i] = (uint8_t)((u->new.p[i] & m) | (old[i] & ~m));
	}
	return memcmp(old, new, n) != 0;
}

int img_apply_net(const struct img_apply *a, const uint8_t *old, size_t n, unsigned bits,
		  uint8_t *new)
{
	char text[IMG_NET_TEXT];
	struct img_edit_rule *u;

	if (is_zero(old, n))
		return 0;
	if (a->seen != NULL) {
		img_apply_net_text(old, n, bits, text);
		show(a, IMG_VERB_IP, text, strlen(text));
		return 0;
	}
	u = img_rules_net(a->rules, old, n, bits);
	if (u == NULL) {
		img_rules_stays(a->rules, IMG_VERB_IP, 0, (struct img_span){ old, n, 0 }, bits);
		return 0;
	}
	u->matched++;
	return join(u, old, n, new);
}

int img_apply_ip(const struct img_apply *a, const uint8_t *old, size_t n, uint8_t *new)
{
	if (n == 16 && memcmp(old, mapped, sizeof(mapped)) == 0) {
		memcpy(new, mapped, sizeof(mapped));
		return img_apply_net(a, old + 12, 4, 32, new + 12);
	}
	return img_apply_net(a, old, n, (unsigned)n * 8, new);
}

int img_apply_port(const struct img_apply *a, unsigned proto, uint64_t old, uint64_t *new)
{
	struct img_edit_rule *u;

	if (old == 0 || old > UINT16_MAX)
		return 0;
	if (a->seen != NULL) {
		show_number(a, IMG_VERB_PORT, old);
		return 0;
	}
	u = img_rules_port(a->rules, proto, (uint16_t)old);
	if (u == NULL) {
		img_rules_stays(a->rules, IMG_VERB_PORT, proto, (struct img_span){ NULL, 0, 0 },
				old);
		return 0;
	}
	u->matched++;
	*new = u->to;
	return u->to != old;
}

static bool ends_with(struct img_span s, const char *tail)
{
	size_t n = strlen(tail);

	return s.n >= n && memcmp(s.p + s.n - n, tail, n) == 0;
}

static bool below(struct img_span s, const char *dir)
{
	size_t n = strlen(dir);

	return s.n >= n && memcmp(s.p, dir, n) == 0 && (s.n == n || s.p[n] == '/');
}

/* Paths of the kernel's own: a rule has to name them. */
static bool is_spared(const struct img_edit_rule *u, uint32_t verb, struct img_span path)
{
	static const char *const dirs[] = { "/proc", "/dev" };

	for (int i = 0; i < 2; i++)
		if (verb == IMG_VERB_PATH && below(path, dirs[i]) && !below(u->old, dirs[i]))
			return true;
	return false;
}

int img_apply_prefix(const struct img_apply *a, uint32_t verb, struct img_span old,
		     struct img_buf *new, struct img_err *err)
{
	static const char deleted[] = " (deleted)";
	struct img_span path = old;
	struct img_edit_rule *u;
	size_t at = new->n;

	if (old.n == 0 || old.p[0] != '/')
		return 0;
	/* What the kernel adds is no part of the name, unless a rule says that it is. */
	if (ends_with(path, deleted))
		path.n -= sizeof(deleted) - 1;
	if (a->seen != NULL) {
		show(a, verb, path.p, path.n);
		return 0;
	}
	u = img_rules_prefix(a->rules, verb, old);
	if (u != NULL && u->old.n > path.n)
		path = old;
	else
		u = img_rules_prefix(a->rules, verb, path);
	if (u == NULL || is_spared(u, verb, path)) {
		img_rules_stays(a->rules, verb, 0, path, 0);
		return 0;
	}
	u->matched++;
	img_buf_put(new, u->new.p, u->new.n);
	/* Of "/" itself no slash is left. */
	if (u->old.n > 0 || path.n > 1)
		img_buf_put(new, old.p + u->old.n, old.n - u->old.n);
	if (new->n == at || new->p[at] != '/') {
		/* "/a=/" of "/a", and of "/a (deleted)". */
		new->n = at;
		img_buf_put(new, "/", 1);
		img_buf_put(new, old.p + u->old.n, old.n - u->old.n);
	}
	if (new->failed)
		return img_fail_mem(err);
	return new->n - at != old.n || memcmp(new->p + at, old.p, old.n) != 0;
}

static int take(const struct img_apply *a, struct img_edit_rule *u, uint32_t verb,
		struct img_span old, struct img_span *new)
{
	if (u == NULL) {
		img_rules_stays(a->rules, verb, 0, old, 0);
		return 0;
	}
	u->matched++;
	*new = u->new;
	return new->n != old.n || memcmp(new->p, old.p, old.n) != 0;
}

int img_apply_whole(const struct img_apply *a, uint32_t verb, struct img_span old,
		    struct img_span *new)
{
	if (old.n == 0)
		return 0;
	if (a->seen != NULL) {
		show(a, verb, old.p, old.n);
		return 0;
	}
	return take(a, img_rules_whole(a->rules, verb, old), verb, old, new);
}

int img_apply_set(const struct img_apply *a, uint32_t verb, struct img_span old,
		  struct img_span *new)
{
	if (a->seen != NULL) {
		show(a, verb, old.p, old.n);
		return 0;
	}
	return take(a, img_rules_any(a->rules, verb), verb, old, new);
}

int img_apply_number(const struct img_apply *a, uint32_t verb, uint64_t old, uint64_t *new)
{
	struct img_edit_rule *u;

	if (old >= UINT32_MAX || (verb == IMG_VERB_PID && old == 0))
		return 0;
	if (a->seen != NULL) {
		show_number(a, verb, old);
		return 0;
	}
	u = img_rules_number(a->rules, verb, old);
	if (u == NULL) {
		img_rules_stays(a->rules, verb, 0, (struct img_span){ NULL, 0, 0 }, old);
		return 0;
	}
	u->matched++;
	*new = old - u->first + u->to;
	return *new != old;
}
