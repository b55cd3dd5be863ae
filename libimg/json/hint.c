#include "libimg/json/hint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "libimg/base/byteorder.h"
#include "libimg/json/digits.h"
#include "libimg/msg/linux.h"
#include "libimg/msg/names.h"

static const char hex_digits[] = "0123456789abcdef";

static char *put_hex(char *p, uint64_t v)
{
	int shift = 60;

	*p++ = '0';
	*p++ = 'x';
	while (shift > 0 && v >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*p++ = hex_digits[v >> shift & 15];
	return p;
}

static void print_hex(struct img_jw *w, const struct img_row *row, uint64_t v)
{
	char *p = (char *)img_out_room(w->o, 24), *q = p;

	(void)row;
	*q++ = '"';
	q = put_hex(q, v);
	*q++ = '"';
	img_out_add(w->o, (size_t)(q - p));
}

/* Device numbers: the kernel's internal form (major above bit 20), or the dev_t of user space. */

static void print_dev(struct img_jw *w, const struct img_row *row, uint64_t v)
{
	bool user = (row->hints & IMG_HINT_ODEV) != 0;
	uint64_t major_nr = user ? major((dev_t)v) : v >> IMG_MINOR_BITS;
	uint64_t minor_nr = user ? minor((dev_t)v) : v & ((1u << IMG_MINOR_BITS) - 1);

	img_out_byte(w->o, '"');
	img_jw_u64(w, major_nr);
	img_out_byte(w->o, ':');
	img_jw_u64(w, minor_nr);
	img_out_byte(w->o, '"');
}

static void print_flags(struct img_jw *w, const struct img_row *row, uint64_t v)
{
	const char *sep = "";
	char hex[20];

	img_out_byte(w->o, '"');
	for (const struct img_name *f = row->names->v; f->name != NULL; f++) {
		if ((v & f->value) == 0)
			continue;
		img_out_put(w->o, sep, strlen(sep));
		img_out_put(w->o, f->name, strlen(f->name));
		sep = " | ";
		v &= ~f->value;
	}
	if (v != 0) {
		const char *end = put_hex(hex, v);

		img_out_put(w->o, sep, strlen(sep));
		img_out_put(w->o, hex, (size_t)(end - hex));
	}
	img_out_byte(w->o, '"');
}

static void print_dict(struct img_jw *w, const struct img_row *row, uint64_t v)
{
	const char *name = img_names_get(row->names, v);

	if (name != NULL)
		img_jw_plain(w, name);
	else
		img_jw_uint(w, v);
}

static const char *parse_dev(const struct img_row *row, const char *p, size_t n, uint64_t *v)
{
	const char *colon = memchr(p, ':', n);
	uint64_t major_nr, minor_nr;

	if (colon == NULL)
		return img_parse_u64(p, n, v) ? NULL : "not a device (major:minor)";
	if (!img_parse_u64(p, (size_t)(colon - p), &major_nr) ||
	    !img_parse_u64(colon + 1, n - (size_t)(colon + 1 - p), &minor_nr) ||
	    major_nr > UINT32_MAX || minor_nr > UINT32_MAX)
		return "not a device (major:minor)";
	if (row->hints & IMG_HINT_ODEV) {
		*v = makedev((unsigned)major_nr, (unsigned)minor_nr);
		return NULL;
	}
	if (minor_nr >> IMG_MINOR_BITS != 0)
		return "minor number out of range";
	*v = major_nr << IMG_MINOR_BITS | minor_nr;
	return NULL;
}

static const char *parse_flags(const struct img_row *row, const char *p, size_t n, uint64_t *v)
{
	const char *end = p + n;

	*v = 0;
	while (p < end) {
		const char *bar = memchr(p, '|', (size_t)(end - p));
		const char *stop = bar != NULL ? bar : end, *next = stop + (bar != NULL);
		uint64_t one;

		while (p < stop && *p == ' ')
			p++;
		while (stop > p && stop[-1] == ' ')
			stop--;
		n = (size_t)(stop - p);
		if (!img_names_value(row->names, p, n, &one) && !img_parse_u64(p, n, &one))
			return "unknown flag name";
		*v |= one;
		p = next;
	}
	return NULL;
}

static const char *parse_dict(const struct img_row *row, const char *p, size_t n, uint64_t *v)
{
	if (img_names_value(row->names, p, n, v) || img_parse_u64(p, n, v))
		return NULL;
	return "unknown name";
}

/* In crit's order of precedence. A hint without a parse function is read as a number. */
static const struct {
	unsigned hint;
	void (*print)(struct img_jw *w, const struct img_row *row, uint64_t v);
	const char *(*parse)(const struct img_row *row, const char *p, size_t n, uint64_t *v);
} hints_table[] = {
	{ IMG_HINT_HEX, print_hex, NULL },
	{ IMG_HINT_DEV, print_dev, parse_dev },
	{ IMG_HINT_FLAGS, print_flags, parse_flags },
	{ IMG_HINT_DICT, print_dict, parse_dict },
};

enum { N_NOTES = sizeof(hints_table) / sizeof(hints_table[0]) };

/*
 * Of the others, ODEV is read with DEV; IPADD turns a whole list into one string and CONV handles
 * bytes, where those are read and written. A new option belongs here or there.
 */
_Static_assert(IMG_HINT_ALL == (IMG_HINT_HEX | IMG_HINT_DEV | IMG_HINT_FLAGS | IMG_HINT_DICT |
				IMG_HINT_ODEV | IMG_HINT_IPADD | IMG_HINT_CONV),
	       "a field option is not handled by hint.c");

bool img_hint_print(struct img_jw *w, const struct img_row *row, unsigned hints, uint64_t v)
{
	for (size_t i = 0; i < N_NOTES; i++)
		if (hints & hints_table[i].hint) {
			hints_table[i].print(w, row, v);
			return true;
		}
	return false;
}

const char *img_hint_parse(const struct img_row *row, const char *p, size_t n, uint64_t *v)
{
	for (size_t i = 0; i < N_NOTES; i++)
		if (row->hints & hints_table[i].hint && hints_table[i].parse != NULL)
			return hints_table[i].parse(row, p, n, v);
	return img_parse_u64(p, n, v) ? NULL : "expected a number";
}

bool img_parse_u64(const char *p, size_t n, uint64_t *v)
{
	bool hex = n > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	unsigned base = hex ? 16 : 10;
	uint64_t r = 0;

	if (img_digits(p, n, v))
		return true;
	if (hex) {
		p += 2;
		n -= 2;
	}
	if (n == 0)
		return false;
	for (; n > 0; n--, p++) {
		unsigned c = (unsigned char)*p | 0x20u, d;

		if (*p >= '0' && *p <= '9')
			d = (unsigned)(*p - '0');
		else if (hex && c >= 'a' && c <= 'f')
			d = c - 'a' + 10;
		else
			return false;
		if (__builtin_mul_overflow(r, base, &r) || __builtin_add_overflow(r, d, &r))
			return false;
	}
	*v = r;
	return true;
}

/* IPv6 with the longest run of zero groups as "::", never with a dotted quad at the end. */
static char *print_ip6(const uint8_t a[16], char *to)
{
	int best = -1, best_len = 1;
	char *p = to;

	for (int i = 0; i < 8; i++) {
		int len = 0;

		while (i + len < 8 && a[2 * (i + len)] == 0 && a[2 * (i + len) + 1] == 0)
			len++;
		if (len > best_len) {
			best = i;
			best_len = len;
		}
		i += len;
	}
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			*p++ = ':';
			*p++ = ':';
			i += best_len - 1;
			continue;
		}
		if (i > 0 && p[-1] != ':')
			*p++ = ':';
		p += sprintf(p, "%x", (unsigned)(a[2 * i] << 8 | a[2 * i + 1]));
	}
	*p = '\0';
	return to;
}

char *img_addr_print(const uint32_t *words, size_t n, char *to)
{
	uint8_t a[16] = { 0 };

	for (size_t i = 0; i < n && i < 4; i++)
		img_set32(a + 4 * i, words[i], false);
	if (n == 1)
		snprintf(to, IMG_ADDR_MAX, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
	else
		print_ip6(a, to);
	return to;
}

size_t img_addr_parse(const char *p, size_t n, uint32_t words[4])
{
	char text[IMG_ADDR_MAX];
	uint8_t a[16];
	size_t count;

	if (n >= sizeof(text) || memchr(p, '\0', n) != NULL)
		return 0;
	memcpy(text, p, n);
	text[n] = '\0';
	if (inet_pton(AF_INET, text, a) == 1)
		count = 1;
	else if (inet_pton(AF_INET6, text, a) == 1)
		count = 4;
	else
		return 0;
	for (size_t i = 0; i < count; i++)
		words[i] = img_le32(a + 4 * i);
	return count;
}
