/*
 * mkschema - print the schema of all images as C
 *
 * protobuf-c gives descriptors with names, numbers, types, labels and defaults, but
 * drops custom options. This reads the FileDescriptorSet that protoc writes and
 * prints, for each message, rows parallel to descriptor->fields: the JSON key, the
 * nested message, what the options of the field say, and what is asked most often.
 *
 *   mkschema h ALL.DESC      declarations: messages, hints, numbers of fields, values of enums
 *   mkschema c ALL.DESC      definitions
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "google/protobuf/descriptor.pb-c.h"
#include "opts.pb-c.h"

typedef Google__Protobuf__FileDescriptorSet DescSet;
typedef Google__Protobuf__FileDescriptorProto DescFile;
typedef Google__Protobuf__DescriptorProto DescMsg;
typedef Google__Protobuf__FieldDescriptorProto DescField;

/* Numbers of the field options in opts.proto. */
enum { OPT_CRIU = 1018, OPT_LATE = 50418, OPT_IMG = 50419, OPT_SINCE = 50420 };

enum {
	MAX_FIELDS = 64, /* fields of a message: bits of img_msg.required */
	MAX_HEAD = 16,   /* fields below it have a tag of one byte: img_msg.heads */
	KEY_BLOCK = 16,  /* a key is copied in blocks: IMG_KEY_BLOCK */
	MAX_TAG = 65535, /* bits of img_row.tag, .cls and .verbs */
	MAX_CLASSES = 16,
	MAX_VERBS = 18,
};

static void die(const char *what, const char *where)
{
	fprintf(stderr, "mkschema: %s: %s\n", where, what);
	exit(1);
}

static void *xalloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (p == NULL)
		die("out of memory", "mkschema");
	return p;
}

static uint8_t *slurp(const char *name, size_t *n)
{
	FILE *f = fopen(name, "rb");
	uint8_t *p = NULL;
	size_t cap = 0, got;

	*n = 0;
	if (f == NULL)
		die("cannot open", name);
	do {
		cap += 1 << 16;
		p = realloc(p, cap);
		if (p == NULL)
			die("out of memory", name);
		got = fread(p + *n, 1, cap - *n, f);
		*n += got;
	} while (*n == cap);
	fclose(f);
	return p;
}

/* One more byte run behind the others: repeated occurrences of a message merge. */
static void append(uint8_t **p, size_t *n, const uint8_t *more, size_t m)
{
	uint8_t *q = realloc(*p, *n + m + 1);

	if (q == NULL)
		die("out of memory", "mkschema");
	memcpy(q + *n, more, m);
	*p = q;
	*n += m;
}

/*
 * The bytes of an option that is a message or a string, yours to free and with a NUL behind them;
 * NULL where it is not set. protobuf-c leaves an extension among the unknown fields, length in
 * front, and protoc writes `(criu).dev` and `(criu).odev` of one field as two of them.
 */
static uint8_t *option(const ProtobufCMessage *options, uint32_t tag, size_t *n)
{
	uint8_t *buf = NULL;

	*n = 0;
	for (size_t i = 0; options != NULL && i < options->n_unknown_fields; i++) {
		ProtobufCMessageUnknownField *u = &options->unknown_fields[i];
		size_t skip = 0;

		if (u->tag != tag)
			continue;
		while (skip < u->len && u->data[skip] & 0x80)
			skip++;
		append(&buf, n, u->data + skip + 1, u->len - skip - 1);
		buf[*n] = '\0';
	}
	return buf;
}

/* The options of a field, as option() takes them. */
static const ProtobufCMessage *options_of(const DescField *f)
{
	return f->options != NULL ? &f->options->base : NULL;
}

/* The (criu) option of a field, NULL where it has none. */
static CRIUOpts *criu_opts(const DescField *f)
{
	size_t n;
	uint8_t *buf = option(options_of(f), OPT_CRIU, &n);
	CRIUOpts *o = NULL;

	if (buf != NULL && (o = img_pb_criu__opts__unpack(NULL, n, buf)) == NULL)
		die("option (criu) is damaged", f->name);
	free(buf);
	return o;
}

static bool is_late(const DescField *f)
{
	if (f->options == NULL)
		return false;
	for (size_t i = 0; i < f->options->base.n_unknown_fields; i++)
		if (f->options->base.unknown_fields[i].tag == OPT_LATE)
			return f->options->base.unknown_fields[i].data[0] != 0;
	return false;
}

/* The (img) option of a field, NULL where it has none. */
static ImgOpts *img_opts(const DescField *f)
{
	size_t n;
	uint8_t *buf = option(options_of(f), OPT_IMG, &n);
	ImgOpts *o = NULL;

	if (buf != NULL && (o = img_pb_img__opts__unpack(NULL, n, buf)) == NULL)
		die("option (img) is damaged", f->name);
	free(buf);
	return o;
}

/*
 * The class of a field, its verbs, and whether it is newer than any release. A text that has no
 * class could leak what it holds.
 */
static void print_marks(const DescField *f)
{
	ImgOpts *o = img_opts(f);
	uint32_t verbs = 0;

	if ((o == NULL || !o->has_class_) &&
	    (f->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING ||
	     f->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES))
		die("a string or bytes field needs (img).class", f->name);
	for (size_t i = 0; o != NULL && i < o->n_verb; i++)
		verbs |= UINT32_C(1) << o->verb[i];
	printf("%d, 0x%x, %d, ", o != NULL && o->has_class_ ? (int)o->class_ : 0, (unsigned)verbs,
	       o != NULL && o->since != NULL && strcmp(o->since, "dev") == 0);
	if (o != NULL)
		img_pb_img__opts__free_unpacked(o, NULL);
}

/* "3.17.1" as IMG_CRIU(3, 17, 1). */
static void print_release(const char *text, const char *where)
{
	unsigned v[3] = { 0 };
	char end;

	if (strcmp(text, "dev") == 0)
		printf(" IMG_CRIU_DEV,");
	else if (sscanf(text, "%u.%u%c", &v[0], &v[1], &end) == 2 ||
		 sscanf(text, "%u.%u.%u%c", &v[0], &v[1], &v[2], &end) == 3)
		printf(" IMG_CRIU(%u, %u, %u),", v[0], v[1], v[2]);
	else
		die("not a release of CRIU", where);
}

/* Which CRIU brought each field: with its message, unless it says otherwise. */
static void print_since(const DescMsg *m, const DescField **fields)
{
	size_t n;
	char *all = (char *)option(m->options != NULL ? &m->options->base : NULL, OPT_SINCE, &n);

	if (all == NULL)
		die("a message needs an option (since)", m->name);
	printf("static const uint32_t since_%s[] = {", m->name);
	for (size_t i = 0; i < m->n_field; i++) {
		ImgOpts *o = img_opts(fields[i]);

		print_release(o != NULL && o->since != NULL ? o->since : all, fields[i]->name);
		if (o != NULL)
			img_pb_img__opts__free_unpacked(o, NULL);
	}
	printf(" };\n");
	free(all);
}

static void upper(const char *s)
{
	for (; *s; s++)
		putchar(isalnum((unsigned char)*s) ? toupper((unsigned char)*s) : '_');
}

/*
 * The C name that protobuf-c gives a message of ours: its name, as long as that is lower case. names.sed
 * puts img_pb_ in front of it.
 */
static const char *c_name(const char *s)
{
	for (const char *p = s; *p; p++)
		if (isupper((unsigned char)*p))
			die("a message name in lower case is wanted", s);
	return s;
}

/* The same of an enum, which may be called TtyType: protobuf-c makes TTY_TYPE of it. */
static void upper_camel(const char *s)
{
	for (const char *p = s; *p; p++) {
		if (p > s && isupper((unsigned char)*p) && islower((unsigned char)p[-1]))
			putchar('_');
		putchar(toupper((unsigned char)*p));
	}
}

static int by_number(const void *a, const void *b)
{
	int32_t x = (*(DescField *const *)a)->number, y = (*(DescField *const *)b)->number;

	return (x > y) - (x < y);
}

static const DescField **ascending(const DescMsg *m)
{
	const DescField **v = xalloc(m->n_field * sizeof(*v));

	if (m->n_field > MAX_FIELDS)
		die("too many fields", m->name);
	for (size_t i = 0; i < m->n_field; i++)
		v[i] = m->field[i];
	qsort(v, m->n_field, sizeof(*v), by_number);
	return v;
}

/* The list of names of a flags or dict field: "mmap.prot", or "sk" and the field's name. */
static void list_name(const CRIUOpts *o, const DescField *f)
{
	printf("img_names_");
	if (o->flags != NULL)
		for (const char *p = o->flags; *p; p++)
			putchar(*p == '.' ? '_' : *p);
	else
		printf("%s_%s", o->dict, f->name);
}

/* The wire type of one value, as libimg/msg/wire.h calls it. */
static const char *wire_type(const DescField *f)
{
	switch (f->type) {
	case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FIXED32:
	case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_SFIXED32:
	case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FLOAT: return "IMG_FIXED32";
	case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FIXED64:
	case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_SFIXED64:
	case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_DOUBLE: return "IMG_FIXED64";
	case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING:
	case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES:
	case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE: return "IMG_BYTES";
	default: return "IMG_VARINT";
	}
}

/* "TYPE_INT32", as protobuf-c's constants end. */
static const char *type_name(const DescField *f)
{
	return protobuf_c_enum_descriptor_get_value(
		       &google__protobuf__field_descriptor_proto__type__descriptor, (int)f->type)
		->name;
}

static bool is_list(const DescField *f)
{
	return f->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
}

static void print_row(const DescField *f)
{
	CRIUOpts *o = criu_opts(f);

	size_t n = strlen(f->name) + 4;

	if (f->number > MAX_TAG)
		die("the number of a field does not fit", f->name);
	printf("\t{ \",\\\"%s\\\":", f->name);
	for (size_t i = n; i % KEY_BLOCK != 0; i++)
		printf("\\0");
	printf("\", %d, %zu, 0", f->number, n);
	for (unsigned i = 0; o != NULL && i < o->base.descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *d = &o->base.descriptor->fields[i];
		const char *at = (const char *)o + d->offset;
		bool on = d->type == PROTOBUF_C_TYPE_STRING
				  ? *(char *const *)(const void *)at != NULL
				  : *(const protobuf_c_boolean *)(const void *)at != 0;

		if (!on)
			continue;
		printf(" | IMG_HINT_");
		upper(d->name);
	}
	if (f->options != NULL && f->options->packed && strcmp(wire_type(f), "IMG_VARINT") != 0)
		die("no other numbers than varints can be packed", f->name);
	printf(", %s, PROTOBUF_C_%s, %s, ", wire_type(f), type_name(f),
	       is_list(f) ? "true" : "false");
	print_marks(f);
	if (f->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE)
		printf("&img_msg_%s, ", f->type_name + 1); /* ".core_entry" */
	else
		printf("NULL, ");
	if (o != NULL && (o->flags != NULL || o->dict != NULL)) {
		printf("&");
		list_name(o, f);
	} else {
		printf("NULL");
	}
	printf(" },\n");
	if (o != NULL)
		img_pb_criu__opts__free_unpacked(o, NULL);
}

/* The names that fields had before, parallel to the rows; none where no field had one. */
static bool print_former(const DescMsg *m, const DescField **v)
{
	bool any = false;

	for (size_t i = 0; i < m->n_field; i++) {
		ImgOpts *o = img_opts(v[i]);

		if (o != NULL && o->formerly != NULL) {
			if (!any)
				printf("static const char *const former_%s[%zu] = {", m->name,
				       m->n_field);
			printf(" [%zu] = \"%s\",", i, o->formerly);
			any = true;
		}
		if (o != NULL)
			img_pb_img__opts__free_unpacked(o, NULL);
	}
	if (any)
		printf(" };\n");
	return any;
}

static void print_msg(const DescMsg *m)
{
	const DescField **v = ascending(m);
	uint64_t required = 0;
	bool former = false;

	if (m->n_nested_type != 0)
		die("a nested message has no place in the schema", m->name);
	if (m->n_field > 0)
		printf("static const struct img_row rows_%s[] = {\n", m->name);
	for (size_t i = 0; i < m->n_field; i++) {
		print_row(v[i]);
		if (v[i]->label ==
			    GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REQUIRED &&
		    !is_late(v[i]))
			required |= UINT64_C(1) << i;
	}
	if (m->n_field > 0) {
		printf("};\n");
		print_since(m, v);
		former = print_former(m, v);
	}
	printf("const struct img_msg img_msg_%s = {\n\t&img_pb_%s__descriptor, %s%s, "
	       "UINT64_C(0x%llx), %zu,\n\t{",
	       m->name, c_name(m->name), m->n_field ? "rows_" : "NULL", m->n_field ? m->name : "",
	       (unsigned long long)required, m->n_field);
	for (size_t i = 0; i < m->n_field; i++)
		if (v[i]->number < MAX_HEAD)
			printf(" [%d << 3 | %s] = %zu,", v[i]->number, wire_type(v[i]), i + 1);
	printf(" },\n\t%s%s, %s%s\n};\n\n", m->n_field ? "since_" : "NULL",
	       m->n_field ? m->name : "", former ? "former_" : "NULL", former ? m->name : "");
	free(v);
}

static bool ours(const DescFile *f)
{
	return strncmp(f->name, "google/", 7) != 0 && strcmp(f->name, "opts.proto") != 0;
}

/* The enum of a mark: its numbers, or with `bits` one bit each. */
static void print_marks_enum(const char *name, const char *prefix, const ProtobufCEnumDescriptor *d,
			     bool bits)
{
	if (d->n_values > (bits ? MAX_VERBS : MAX_CLASSES))
		die("too many values", d->name);
	printf("enum %s {\n", name);
	for (unsigned i = 0; i < d->n_values; i++)
		printf(bits ? "\t%s%s = 1u << %d,\n" : "\t%s%s = %d,\n", prefix, d->values[i].name,
		       d->values[i].value);
	printf("};\n\n");
}

/* "ext-key" for EXT_KEY: parallel to the numbers, which mkschema expects without gaps. */
static void print_marks_names(const char *array, const ProtobufCEnumDescriptor *d)
{
	printf("const char *const %s[] = {", array);
	for (unsigned i = 0; i < d->n_values; i++) {
		if (d->values[i].value != (int)i)
			die("a gap in the numbers", d->name);
		printf(" \"");
		for (const char *p = d->values[i].name; *p; p++)
			putchar(*p == '_' ? '-' : tolower((unsigned char)*p));
		printf("\",");
	}
	printf(" NULL };\n");
}

typedef Google__Protobuf__EnumDescriptorProto DescEnum;

/* protobuf-c's name of a constant, CORE_ENTRY__MARCH__MIPS; ours has a prefix. */
static void constant(const DescMsg *in, const DescEnum *e, size_t value)
{
	if (in != NULL) {
		upper(in->name);
		printf("__");
	}
	upper_camel(e->name);
	printf("__%s", e->value[value]->name);
}

static void print_constants(const DescMsg *in, const DescEnum *e)
{
	printf("\n/* %s%s%s */\nenum {\n", in != NULL ? in->name : "", in != NULL ? "." : "",
	       e->name);
	for (size_t i = 0; i < e->n_value; i++) {
		printf("\tIMG_");
		constant(in, e, i);
		printf(" = %d,\n", e->value[i]->number);
	}
	printf("};\n");
}

/* That they are those of protobuf-c's headers, which are not installed. */
static void print_asserts(const DescMsg *in, const DescEnum *e)
{
	for (size_t i = 0; i < e->n_value; i++) {
		printf("_Static_assert((int)IMG_");
		constant(in, e, i);
		printf(" == (int)");
		constant(in, e, i);
		printf(", \"%s\");\n", e->name);
	}
}

/* Each enum of the schema, those inside a message too. */
static void each_enum(const DescSet *set, void (*fn)(const DescMsg *in, const DescEnum *e))
{
	for (size_t i = 0; i < set->n_file; i++) {
		const DescFile *f = set->file[i];

		if (!ours(f))
			continue;
		for (size_t j = 0; j < f->n_enum_type; j++)
			fn(NULL, f->enum_type[j]);
		for (size_t j = 0; j < f->n_message_type; j++)
			for (size_t k = 0; k < f->message_type[j]->n_enum_type; k++)
				fn(f->message_type[j], f->message_type[j]->enum_type[k]);
	}
}

static void print_header(const DescSet *set)
{
	printf("/* Made by mkschema from the .proto files. */\n#ifndef IMG_SCHEMA_GEN_H\n"
	       "#define IMG_SCHEMA_GEN_H\n\n/* What a field's options say: img_row.hints. */\nenum "
	       "{\n");
	for (unsigned i = 0; i < img_pb_criu__opts__descriptor.n_fields; i++) {
		printf("\tIMG_HINT_");
		upper(img_pb_criu__opts__descriptor.fields[i].name);
		printf(" = 1 << %u,\n", i);
	}
	printf("\tIMG_HINT_ALL = (1 << %u) - 1,\n", img_pb_criu__opts__descriptor.n_fields);
	printf("};\n\n/* What a field is: img_row.cls. */\n");
	print_marks_enum("img_class", "IMG_CLASS_", &img_pb_img__class__value__descriptor, false);
	printf("/* Which rewriting verbs take a field: img_row.verbs. */\n");
	print_marks_enum("img_verb", "IMG_VERB_", &img_pb_img__verb__value__descriptor, true);
	printf("/* Their names by number, of a hint or verb by its bit; NULL after the last. */\n"
	       "extern const char *const img_hint_names[], *const img_class_names[],\n"
	       "\t*const img_verb_names[];\n\n");
	printf("/* Field numbers. */\nenum {\n");
	for (size_t i = 0; i < set->n_file; i++)
		for (size_t j = 0; ours(set->file[i]) && j < set->file[i]->n_message_type; j++) {
			const DescMsg *m = set->file[i]->message_type[j];

			for (size_t k = 0; k < m->n_field; k++) {
				printf("\tIMG_TAG_");
				upper(m->name);
				printf("__");
				upper(m->field[k]->name);
				printf(" = %d,\n", m->field[k]->number);
			}
		}
	printf("};\n\n/* Values of enums; their names are in the descriptors of the fields. */\n");
	each_enum(set, print_constants);
	printf("\n/* Messages. */\n");
	for (size_t i = 0; i < set->n_file; i++)
		for (size_t j = 0; ours(set->file[i]) && j < set->file[i]->n_message_type; j++)
			printf("extern const struct img_msg img_msg_%s;\n",
			       set->file[i]->message_type[j]->name);
	printf("\n/* All of them, by name in file order, NULL after the last. */\n"
	       "extern const struct img_msg *const img_msgs[];\n\n#endif\n");
}

static void print_source(const DescSet *set)
{
	printf("/* Made by mkschema from the .proto files. */\n#include \"libimg/msg/schema.h\"\n"
	       "#include \"libimg/msg/names.h\"\n\n");
	for (size_t i = 0; i < set->n_file; i++)
		if (ours(set->file[i]))
			printf("#include \"%.*s.pb-c.h\"\n", (int)(strlen(set->file[i]->name) - 6),
			       set->file[i]->name);
	printf("\n");
	for (size_t i = 0; i < set->n_file; i++)
		for (size_t j = 0; ours(set->file[i]) && j < set->file[i]->n_message_type; j++)
			print_msg(set->file[i]->message_type[j]);
	printf("const char *const img_hint_names[] = {");
	for (unsigned i = 0; i < img_pb_criu__opts__descriptor.n_fields; i++)
		printf(" \"%s\",", img_pb_criu__opts__descriptor.fields[i].name);
	printf(" NULL };\n");
	print_marks_names("img_class_names", &img_pb_img__class__value__descriptor);
	print_marks_names("img_verb_names", &img_pb_img__verb__value__descriptor);
	printf("\nconst struct img_msg *const img_msgs[] = {\n");
	for (size_t i = 0; i < set->n_file; i++)
		for (size_t j = 0; ours(set->file[i]) && j < set->file[i]->n_message_type; j++)
			printf("\t&img_msg_%s,\n", set->file[i]->message_type[j]->name);
	printf("\tNULL,\n};\n\n");
	each_enum(set, print_asserts);
}

int main(int argc, char **argv)
{
	uint8_t *p;
	size_t n;
	DescSet *set;

	if (argc != 3 || (strcmp(argv[1], "h") != 0 && strcmp(argv[1], "c") != 0)) {
		fputs("usage: mkschema h|c ALL.DESC\n", stderr);
		return 2;
	}
	p = slurp(argv[2], &n);
	set = google__protobuf__file_descriptor_set__unpack(NULL, n, p);
	free(p);
	if (set == NULL)
		die("not a FileDescriptorSet", argv[2]);
	if (argv[1][0] == 'h')
		print_header(set);
	else
		print_source(set);
	google__protobuf__file_descriptor_set__free_unpacked(set, NULL);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
