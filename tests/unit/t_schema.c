/*
 * schema: what was compiled from proto/, held against the facts in tests/data/schema in
 * both directions: nothing missing, nothing besides.
 */
#include "libimg/msg/schema.h"

#include "fh.pb-c.h"
#include "libimg/msg/names.h"
#include "mnt.pb-c.h"
#include "tsv.h"

enum { FILE_, MESSAGE, NUMBER, NAME, LABEL, TYPE, DEFAULT, PACKED, OPTIONS, COLUMNS };
enum { E_FILE, E_ENUM, E_NAME, E_VALUE, E_COLUMNS };

static const char schema[] = "data/schema/schema.tsv", enums[] = "data/schema/schema-enums.tsv";

static const struct img_msg *msg_of(const char *name)
{
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		if (strcmp((*m)->desc->name, name) == 0)
			return *m;
	return NULL;
}

/* The next field of an image; the message with the options is the build's own. */
static bool next_field(struct tsv *t)
{
	bool more;

	do
		more = tsv_next(t, COLUMNS);
	while (more && strcmp(t->col[MESSAGE], "CRIU_Opts") == 0);
	return more;
}

/* The row of a line of schema.tsv. */
static int row_of(const struct tsv *t, const struct img_msg **m)
{
	*m = msg_of(t->col[MESSAGE]);
	ck_assert_msg(*m != NULL, "no message %s", t->col[MESSAGE]);
	return img_msg_find(*m, (uint32_t)atoi(t->col[NUMBER]), 0);
}

START_TEST(every_field_has_its_name_and_number)
{
	struct tsv t;
	int n = 0;

	tsv_open(&t, schema);
	while (next_field(&t)) {
		const struct img_msg *m;
		int r = row_of(&t, &m);
		char key[100];

		ck_assert_msg(r >= 0, "%s: no field %s", t.col[MESSAGE], t.col[NAME]);
		ck_assert_str_eq(m->desc->fields[r].name, t.col[NAME]);
		ck_assert_uint_eq(m->desc->fields[r].id, (unsigned)atoi(t.col[NUMBER]));
		ck_assert_uint_eq(m->rows[r].tag, m->desc->fields[r].id);
		snprintf(key, sizeof(key), ",\"%s\":", t.col[NAME]);
		ck_assert_str_eq(m->rows[r].key, key);
		ck_assert_uint_eq(m->rows[r].key_len, strlen(key));
		n++;
	}
	ck_assert_int_eq(n, 1058);
}
END_TEST

START_TEST(no_message_and_no_field_is_there_besides)
{
	struct tsv t;
	char last[100] = "";
	unsigned fields = 0, compiled = 0;
	int messages = 0, known = 0;

	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++) {
		known++;
		compiled += (*m)->desc->n_fields;
		ck_assert_uint_eq((*m)->n, (*m)->desc->n_fields);
		for (unsigned i = 0; i < COUNT((*m)->heads); i++) {
			unsigned row = (*m)->heads[i];

			ck_assert(row == 0 || (*m)->rows[row - 1].tag == i >> 3);
			ck_assert(row == 0 || (*m)->rows[row - 1].wt == (i & 7));
		}
	}
	tsv_open(&t, schema);
	while (next_field(&t)) {
		if (strcmp(last, t.col[MESSAGE]) != 0) {
			messages++;
			fields += msg_of(t.col[MESSAGE])->desc->n_fields;
			snprintf(last, sizeof(last), "%s", t.col[MESSAGE]);
		}
	}
	ck_assert_int_eq(messages, 160);
	ck_assert_int_eq(known, messages);
	ck_assert_uint_eq(fields, 1058);
	ck_assert_uint_eq(compiled, fields);
}
END_TEST

static const char *scalar(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT32: return "int32";
	case PROTOBUF_C_TYPE_SINT32: return "sint32";
	case PROTOBUF_C_TYPE_UINT32: return "uint32";
	case PROTOBUF_C_TYPE_INT64: return "int64";
	case PROTOBUF_C_TYPE_SINT64: return "sint64";
	case PROTOBUF_C_TYPE_UINT64: return "uint64";
	case PROTOBUF_C_TYPE_FIXED64: return "fixed64";
	case PROTOBUF_C_TYPE_BOOL: return "bool";
	case PROTOBUF_C_TYPE_STRING: return "string";
	case PROTOBUF_C_TYPE_BYTES: return "bytes";
	default: return "a type that no field has";
	}
}

static uint8_t wire_type(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_FIXED32: return IMG_FIXED32;
	case PROTOBUF_C_TYPE_FIXED64: return IMG_FIXED64;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE: return IMG_BYTES;
	default: return IMG_VARINT;
	}
}

START_TEST(every_field_has_its_type_and_label)
{
	struct tsv t;

	tsv_open(&t, schema);
	while (next_field(&t)) {
		static const char *const labels[] = { "required", "optional", "repeated" };
		const struct img_msg *m;
		int r = row_of(&t, &m);
		const ProtobufCFieldDescriptor *f = &m->desc->fields[r];

		ck_assert_str_eq(labels[f->label], t.col[LABEL]);
		ck_assert_int_eq(m->rows[r].list, f->label == PROTOBUF_C_LABEL_REPEATED);
		ck_assert_uint_eq(m->rows[r].wt, wire_type(f->type));
		ck_assert_uint_eq(m->rows[r].type, f->type);
		if (f->id < 16)
			ck_assert_int_eq(m->heads[f->id << 3 | m->rows[r].wt], r + 1);
		if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
			ck_assert_ptr_nonnull(m->rows[r].sub);
			ck_assert_ptr_eq(m->rows[r].sub->desc, f->descriptor);
			ck_assert_str_eq(m->rows[r].sub->desc->name, t.col[TYPE]);
			continue;
		}
		ck_assert_ptr_null(m->rows[r].sub);
		if (f->type == PROTOBUF_C_TYPE_ENUM)
			ck_assert_str_eq(((const ProtobufCEnumDescriptor *)f->descriptor)->name,
					 t.col[TYPE]);
		else
			ck_assert_str_eq(scalar(f->type), t.col[TYPE]);
	}
}
END_TEST

/* The one field that old images lack although the schema requires it. */
static bool is_late(const struct tsv *t)
{
	return strcmp(t->col[MESSAGE], "dump_stats_entry") == 0 &&
	       strcmp(t->col[NAME], "pages_lazy") == 0;
}

START_TEST(what_is_required_is_marked_so_but_for_the_late_field)
{
	struct tsv t;
	int late = 0;

	tsv_open(&t, schema);
	while (next_field(&t)) {
		const struct img_msg *m;
		int r = row_of(&t, &m);
		bool required = strcmp(t.col[LABEL], "required") == 0 && !is_late(&t);

		late += is_late(&t);
		ck_assert_msg((m->required >> r & 1) == required, "%s.%s", t.col[MESSAGE],
			      t.col[NAME]);
		if (m->desc->n_fields < 64)
			ck_assert_uint_eq(m->required >> m->desc->n_fields, 0);
	}
	ck_assert_int_eq(late, 1);
}
END_TEST

START_TEST(every_field_has_its_default)
{
	struct tsv t;
	int n = 0;

	tsv_open(&t, schema);
	while (next_field(&t)) {
		const struct img_msg *m;
		int r = row_of(&t, &m);
		const ProtobufCFieldDescriptor *f = &m->desc->fields[r];
		const void *v = f->default_value;
		const ProtobufCEnumValue *e;
		char text[40] = "-";

		if (v == NULL) {
			ck_assert_str_eq(t.col[DEFAULT], "-");
			continue;
		}
		n++;
		switch (f->type) {
		case PROTOBUF_C_TYPE_BOOL:
			strcpy(text, *(const protobuf_c_boolean *)v ? "true" : "false");
			break;
		case PROTOBUF_C_TYPE_UINT32: sprintf(text, "%" PRIu32, *(const uint32_t *)v); break;
		case PROTOBUF_C_TYPE_SINT32: sprintf(text, "%" PRId32, *(const int32_t *)v); break;
		case PROTOBUF_C_TYPE_ENUM:
			e = protobuf_c_enum_descriptor_get_value(f->descriptor, *(const int *)v);
			snprintf(text, sizeof(text), "%s", e->name);
			break;
		default: ck_abort_msg("a default of %s.%s", t.col[MESSAGE], t.col[NAME]);
		}
		ck_assert_str_eq(text, t.col[DEFAULT]);
	}
	ck_assert_int_eq(n, 10);
}
END_TEST

START_TEST(a_field_is_packed_where_the_table_says)
{
	struct tsv t;

	tsv_open(&t, schema);
	while (next_field(&t)) {
		const struct img_msg *m;
		int r = row_of(&t, &m);

		ck_assert_int_eq((m->desc->fields[r].flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0,
				 atoi(t.col[PACKED]));
	}
}
END_TEST

static const struct img_names *list_of(const char *name)
{
	static const struct {
		const char *name;
		const struct img_names *list;
	} lists[] = {
		{ "mmap.prot", &img_names_mmap_prot },
		{ "mmap.flags", &img_names_mmap_flags },
		{ "mmap.status", &img_names_mmap_status },
		{ "rfile.flags", &img_names_rfile_flags },
		{ "pmap.flags", &img_names_pmap_flags },
		{ "seals.flags", &img_names_seals_flags },
		{ "gen.task_state", &img_names_gen_task_state },
		{ "sk.family", &img_names_sk_family },
		{ "sk.type", &img_names_sk_type },
		{ "sk.state", &img_names_sk_state },
		{ "sk.proto", &img_names_sk_proto },
	};

	for (size_t i = 0; i < COUNT(lists); i++)
		if (strcmp(lists[i].name, name) == 0)
			return lists[i].list;
	ck_abort_msg("no list %s", name);
}

START_TEST(every_field_has_its_options)
{
	struct tsv t;
	int n = 0;

	tsv_open(&t, schema);
	while (next_field(&t)) {
		const struct img_msg *m;
		int r = row_of(&t, &m);
		const struct img_names *names = NULL;
		unsigned hints = 0;
		char *rest = t.col[OPTIONS], *one, list[100];

		while (strcmp(t.col[OPTIONS], "-") != 0 && (one = strsep(&rest, ",")) != NULL) {
			if (strcmp(one, "hex") == 0) {
				hints |= IMG_HINT_HEX;
			} else if (strcmp(one, "ipadd") == 0) {
				hints |= IMG_HINT_IPADD;
			} else if (strcmp(one, "dev") == 0) {
				hints |= IMG_HINT_DEV;
			} else if (strcmp(one, "odev") == 0) {
				hints |= IMG_HINT_ODEV;
			} else if (strcmp(one, "conv=unix_name") == 0) {
				hints |= IMG_HINT_CONV;
			} else if (strncmp(one, "flags=", 6) == 0) {
				hints |= IMG_HINT_FLAGS;
				names = list_of(one + 6);
			} else if (strncmp(one, "dict=", 5) == 0) {
				hints |= IMG_HINT_DICT;
				snprintf(list, sizeof(list), "%s.%s", one + 5, t.col[NAME]);
				names = list_of(list);
			} else {
				ck_abort_msg("option %s", one);
			}
		}
		n += hints != 0;
		ck_assert_msg(m->rows[r].hints == hints, "%s.%s: %#x, expected %#x", t.col[MESSAGE],
			      t.col[NAME], m->rows[r].hints, hints);
		ck_assert_ptr_eq(m->rows[r].names, names);
	}
	ck_assert_int_eq(n, 105);
}
END_TEST

START_TEST(_hint_is_the_bit_that_its_option_numbers)
{
	static const struct {
		const char *name;
		unsigned hint;
	} hints[] = {
		{ "hex", IMG_HINT_HEX },   { "ipadd", IMG_HINT_IPADD }, { "flags", IMG_HINT_FLAGS },
		{ "dev", IMG_HINT_DEV },   { "odev", IMG_HINT_ODEV },   { "dict", IMG_HINT_DICT },
		{ "conv", IMG_HINT_CONV },
	};
	struct tsv t;
	size_t n = 0;

	tsv_open(&t, schema);
	while (tsv_next(&t, COLUMNS)) {
		if (strcmp(t.col[MESSAGE], "CRIU_Opts") != 0)
			continue;
		ck_assert_uint_lt(n, COUNT(hints));
		ck_assert_str_eq(hints[n].name, t.col[NAME]);
		ck_assert_uint_eq(hints[n].hint, 1u << (atoi(t.col[NUMBER]) - 1));
		n++;
	}
	ck_assert_uint_eq(n, COUNT(hints));
}
END_TEST

/* The enum of that name. */
static const ProtobufCEnumDescriptor *enum_of(const char *name)
{
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		for (unsigned i = 0; i < (*m)->desc->n_fields; i++) {
			const ProtobufCFieldDescriptor *f = &(*m)->desc->fields[i];
			const ProtobufCEnumDescriptor *e = f->descriptor;

			if (f->type == PROTOBUF_C_TYPE_ENUM && strcmp(e->name, name) == 0)
				return e;
		}
	/* Declared for their numbers only. */
	if (strcmp(name, "fstype") == 0)
		return &img_pb_fstype__descriptor;
	return strcmp(name, "fh_entry_sizes") == 0 ? &img_pb_fh_entry_sizes__descriptor : NULL;
}

START_TEST(every_enum_has_its_values_and_no_others)
{
	struct tsv t;
	char last[100] = "";
	unsigned values = 0, compiled = 0;

	tsv_open(&t, enums);
	while (tsv_next(&t, E_COLUMNS)) {
		const ProtobufCEnumDescriptor *e = enum_of(t.col[E_ENUM]);
		const ProtobufCEnumValue *by_name, *by_number;
		int v = atoi(t.col[E_VALUE]);

		ck_assert_msg(e != NULL, "%s", t.col[E_ENUM]);
		by_name = protobuf_c_enum_descriptor_get_value_by_name(e, t.col[E_NAME]);
		ck_assert_msg(by_name != NULL, "%s.%s", t.col[E_ENUM], t.col[E_NAME]);
		ck_assert_int_eq(by_name->value, v);
		by_number = protobuf_c_enum_descriptor_get_value(e, v);
		ck_assert_str_eq(by_number->name, t.col[E_NAME]);
		values++;
		if (strcmp(last, t.col[E_ENUM]) != 0)
			compiled += e->n_value_names;
		snprintf(last, sizeof(last), "%s", t.col[E_ENUM]);
	}
	ck_assert_uint_eq(values, 93);
	ck_assert_uint_eq(compiled, values);
}
END_TEST

START_TEST(no_enum_is_there_besides)
{
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		for (unsigned i = 0; i < (*m)->desc->n_fields; i++) {
			const ProtobufCFieldDescriptor *f = &(*m)->desc->fields[i];
			const ProtobufCEnumDescriptor *e = f->descriptor;
			bool found = false;
			struct tsv t;

			if (f->type != PROTOBUF_C_TYPE_ENUM)
				continue;
			tsv_open(&t, enums);
			while (tsv_next(&t, E_COLUMNS))
				found = found || strcmp(t.col[E_ENUM], e->name) == 0;
			ck_assert_msg(found, "%s", e->name);
		}
}
END_TEST

START_TEST(a_field_is_found_by_number_and_name_whatever_the_hint)
{
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++) {
		unsigned n = (*m)->desc->n_fields;

		for (unsigned i = 0; i < n; i++) {
			const ProtobufCFieldDescriptor *f = &(*m)->desc->fields[i];
			size_t len = strlen(f->name);
			char longer[100];

			snprintf(longer, sizeof(longer), "%s_", f->name);
			for (unsigned hint = 0; hint <= n + 1; hint++) {
				ck_assert_int_eq(img_msg_find(*m, f->id, hint), (int)i);
				ck_assert_int_eq(img_msg_find_name(*m, f->name, len, hint), (int)i);
			}
			ck_assert_int_eq(img_msg_find_name(*m, longer, len, n), (int)i);
			ck_assert_int_ne(img_msg_find_name(*m, longer, len + 1, i), (int)i);
			ck_assert_int_ne(img_msg_find_name(*m, f->name, len - 1, i), (int)i);
			for (size_t at = 0; at < len; at++) {
				char other[100];

				snprintf(other, sizeof(other), "%s", f->name);
				other[at] ^= 0x20;
				ck_assert(!img_row_is(&(*m)->rows[i], other, len));
			}
		}
		ck_assert_int_eq(img_msg_find(*m, 0, 0), -1);
		ck_assert_int_eq(img_msg_find(*m, 0x1fffffff, 0), -1);
		ck_assert_int_eq(img_msg_find_name(*m, "", 0, 0), -1);
		ck_assert_int_eq(img_msg_find_name(*m, "@unknown", 8, 0), -1);
		ck_assert_int_eq(img_msg_find_name(*m, "zzz", 3, 0), -1);
	}
}
END_TEST

START_TEST(every_number_that_is_free_is_not_found)
{
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		for (uint32_t tag = 1; tag < 200; tag++) {
			int want = -1;

			for (unsigned i = 0; i < (*m)->desc->n_fields; i++)
				if ((*m)->desc->fields[i].id == tag)
					want = (int)i;
			ck_assert_int_eq(img_msg_find(*m, tag, 0), want);
		}
}
END_TEST

static void add(TCase *tc)
{
	TEST(every_field_has_its_name_and_number);
	TEST(no_message_and_no_field_is_there_besides);
	TEST(every_field_has_its_type_and_label);
	TEST(what_is_required_is_marked_so_but_for_the_late_field);
	TEST(every_field_has_its_default);
	TEST(a_field_is_packed_where_the_table_says);
	TEST(every_field_has_its_options);
	TEST(_hint_is_the_bit_that_its_option_numbers);
	TEST(every_enum_has_its_values_and_no_others);
	TEST(no_enum_is_there_besides);
	TEST(a_field_is_found_by_number_and_name_whatever_the_hint);
	TEST(every_number_that_is_free_is_not_found);
}

int main(void)
{
	return unit_run("schema", add);
}
