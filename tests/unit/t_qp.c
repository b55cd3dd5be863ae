/* qp: quoted-printable, as Python's quopri writes and reads it. */
#include "unit.h"

#include "libimg/json/qp.h"

#define X10 "xxxxxxxxxx"
#define X70 X10 X10 X10 X10 X10 X10 X10
#define Q10 "qqqqqqqqqq"
#define Q70 Q10 Q10 Q10 Q10 Q10 Q10 Q10

/* clang-format off */

/* Bytes, and what quopri.encodestring() of Python 3.11 makes of them. */
static const struct {
	struct bytes raw, text;
} encoded[] = {
	{ BYTES(""), BYTES("") },
	{ BYTES("a"), BYTES("a") },
	{ BYTES("\000"), BYTES("=00") },
	{ BYTES("\000abstract"), BYTES("=00abstract") },
	{ BYTES("/run/sock\000"), BYTES("/run/sock=00") },
	{ BYTES("\000/tmp/.X11-unix/X0"), BYTES("=00/tmp/.X11-unix/X0") },
	{ BYTES("="), BYTES("=3D") },
	{ BYTES("=="), BYTES("=3D=3D") },
	{ BYTES("=3D"), BYTES("=3D3D") },
	{ BYTES(" "), BYTES("=20") },
	{ BYTES("\t"), BYTES("=09") },
	{ BYTES("a "), BYTES("a=20") },
	{ BYTES("a\t"), BYTES("a=09") },
	{ BYTES("  "), BYTES(" =20") },
	{ BYTES(" a"), BYTES(" a") },
	{ BYTES("."), BYTES("=2E") },
	{ BYTES(".."), BYTES("..") },
	{ BYTES(".a"), BYTES(".a") },
	{ BYTES("a."), BYTES("a.") },
	{ BYTES(".\n"), BYTES("=2E\n") },
	{ BYTES(".\r"), BYTES("=2E\r") },
	{ BYTES(".\000"), BYTES("=2E=00") },
	{ BYTES("\n."), BYTES("\n=2E") },
	{ BYTES("\n.\n"), BYTES("\n=2E\n") },
	{ BYTES("\n.b"), BYTES("\n.b") },
	{ BYTES("a\n"), BYTES("a\n") },
	{ BYTES("\n"), BYTES("\n") },
	{ BYTES("\r"), BYTES("\r") },
	{ BYTES("\r\n"), BYTES("\r\n") },
	{ BYTES("\n\r"), BYTES("\n\r") },
	{ BYTES("\r\r\n"), BYTES("\r\r\n") },
	{ BYTES("a\r"), BYTES("a\r") },
	{ BYTES("a\rb"), BYTES("a\rb") },
	{ BYTES("a \n"), BYTES("a=20\n") },
	{ BYTES("a\t\n"), BYTES("a=09\n") },
	{ BYTES("a \r\n"), BYTES("a=20\r\n") },
	{ BYTES("a\t\r\n"), BYTES("a=09\r\n") },
	{ BYTES(" \n \n"), BYTES("=20\n=20\n") },
	{ BYTES("a\nb\r\nc"), BYTES("a\nb\nc") },
	{ BYTES("a\r\nb\nc"), BYTES("a\r\nb\r\nc") },
	{ BYTES("\r\na\nb"), BYTES("\r\na\r\nb") },
	{ BYTES("\na\r\nb"), BYTES("\na\nb") },
	{ BYTES("\177~\200\377"), BYTES("=7F~=80=FF") },
	{ BYTES("\303\251"), BYTES("=C3=A9") },
	{ BYTES("~"), BYTES("~") },
	{ BYTES("!"), BYTES("!") },
	{ BYTES(X70 "xxxxx"), BYTES(X70 "xxxxx") },
	{ BYTES(X70 "xxxxxx"), BYTES(X70 "xxxxxx") },
	{ BYTES(X70 "xxxxxxx"), BYTES(X70 "xxxxx=\nxx") },
	{ BYTES(X70 "xxxxx\n"), BYTES(X70 "xxxxx\n") },
	{ BYTES(X70 "xxxxxx\n"), BYTES(X70 "xxxxxx\n") },
	{ BYTES(X70 "xxxx="), BYTES(X70 "xxxx=\n=3D") },
	{ BYTES(X70 "xxx="), BYTES(X70 "xxx=\n=3D") },
	{ BYTES(X70 "xx="), BYTES(X70 "xx=3D") },
	{ BYTES(X70 "x=b"), BYTES(X70 "x=3Db") },
	{ BYTES(X70 "xxxxx "), BYTES(X70 "xxxxx=\n=20") },
	{ BYTES(X70 "xxxx "), BYTES(X70 "xxxx=\n=20") },
	{ BYTES(X70 "xxxx \n"), BYTES(X70 "xxxx=20\n") },
	{ BYTES(X70 "xxxxx \n"), BYTES(X70 "xxxxx=20\n") },
	{ BYTES(X70 "xxxxx\r\n"), BYTES(X70 "xxxxx\r\n") },
	{ BYTES(X70 "xxxxx\r\ny"), BYTES(X70 "xxxxx\r\ny") },
	{ BYTES(X70 "xxxx\r\ny\377"), BYTES(X70 "xxxx\r\ny=FF") },
	{ BYTES("\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"), BYTES("=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF") },
	{ BYTES("\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"), BYTES("=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF") },
	{ BYTES("\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"), BYTES("=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF") },
	{ BYTES("\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"), BYTES("=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF=FF=FF=FF=FF=FF=FF=FF") },
	{ BYTES(X70 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), BYTES(X70 "xxxxx=\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx") },
	{ BYTES(X70 "xxxxx.\n"), BYTES(X70 "xxxxx.\n") },
	{ BYTES(X70 "xxxxx.x"), BYTES(X70 "xxxxx=\n.x") },
	{ BYTES("                                                                                "), BYTES("                                                                           =\n    =20") },
	{ BYTES("\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\tx"), BYTES("\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t=\n\t\tx") },
	{ BYTES("................................................................................"), BYTES("...........................................................................=\n.....") },
	{ BYTES(X70 "xxxxx\r"), BYTES(X70 "xxxxx\r") },
	{ BYTES(X70 "xxxxxx\rz"), BYTES(X70 "xxxxx=\nx\rz") },
	{ BYTES("a=\nb"), BYTES("a=3D\nb") },
	{ BYTES("\r\n\r\n\r\n"), BYTES("\r\n\r\n\r\n") },
	{ BYTES("\037 !"), BYTES("=1F !") },
	{ BYTES("\r\n=\377\n\ra\r."), BYTES("\r\n=3D=FF\r\n\ra\r.") },
	{ BYTES(Q70 "qqqq\n\r==\r"), BYTES(Q70 "qqqq\n\r=3D=3D\r") },
	{ BYTES(Q70 "qqqqqq\nb7\r \377\377b7\nb7b7=\n "), BYTES(Q70 "qqqqqq\nb7\r =FF=FFb7\nb7b7=3D\n=20") },
	{ BYTES("\t=\r\na\r"), BYTES("\t=3D\r\na\r") },
	{ BYTES("\rb7b7\377 "), BYTES("\rb7b7=FF=20") },
	{ BYTES(Q70 "qqqqqb7\nb7"), BYTES(Q70 "qqqqq=\nb7\nb7") },
	{ BYTES(".\000b7\000.\t \r\n\177 \rb7\t"), BYTES("=2E=00b7=00.\t=20\r\n=7F \rb7=09") },
	{ BYTES(Q70 "qq\177\000\tb7\r\ra="), BYTES(Q70 "qq=7F=\n=00\tb7\r\ra=3D") },
	{ BYTES("\000=\n\377\r"), BYTES("=00=3D\n=FF\r") },
	{ BYTES(".\177.b7\000b7\000\r"), BYTES(".=7F.b7=00b7=00\r") },
	{ BYTES("\000\177\377\r\n\177\177\t"), BYTES("=00=7F=FF\r\n=7F=7F=09") },
	{ BYTES(Q70 "qq\t\177=\377.\n\000.\r\nb7\r\000\n"), BYTES(Q70 "qq\t=\n=7F=3D=FF.\n=00.\nb7\r=00\n") },
	{ BYTES(Q70 "qqq\177 ==\000"), BYTES(Q70 "qqq=\n=7F =3D=3D=00") },
	{ BYTES(Q70 "qa\t\r\n=a\t\177=.\377= \r\n"), BYTES(Q70 "qa=09\r\n=3Da\t=7F=3D.=FF=3D=20\r\n") },
	{ BYTES(Q70 "qq\377 \n\000b7"), BYTES(Q70 "qq=FF=20\n=00b7") },
	{ BYTES("\r\n=a"), BYTES("\r\n=3Da") },
	{ BYTES("\r\n\177ab7\377\377\177\n"), BYTES("\r\n=7Fab7=FF=FF=7F\r\n") },
	{ BYTES(Q70 "qqqq===\r\000\377=\n \r \000\r\n"), BYTES(Q70 "qqqq=\n=3D=3D=3D\r=00=FF=3D\n \r =00\n") },
	{ BYTES(Q70 "\r\nb7"), BYTES(Q70 "\r\nb7") },
	{ BYTES(Q70 "qqb7\n\r b7=\r\n\377"), BYTES(Q70 "qqb7\n\r b7=3D\n=FF") },
	{ BYTES(Q70 "\000\r\r\000\000\000\000\t"), BYTES(Q70 "=00\r\r=\n=00=00=00=00=09") },
	{ BYTES("\177\t\000\177\r\na\n "), BYTES("=7F\t=00=7F\r\na\r\n=20") },
	{ BYTES("\r\n\177a\na\t\377\r"), BYTES("\r\n=7Fa\r\na\t=FF\r") },
	{ BYTES("a.\r\n. aaa"), BYTES("a.\r\n. aaa") },
	{ BYTES("b7  =\177"), BYTES("b7  =3D=7F") },
	{ BYTES("a\000.\177\n"), BYTES("a=00.=7F\n") },
	{ BYTES("\000\t \177b7.\000\177"), BYTES("=00\t =7Fb7.=00=7F") },
	{ BYTES("\r \r \000 . "), BYTES("\r \r =00 .=20") },
	{ BYTES("\000\377."), BYTES("=00=FF.") },
	{ BYTES("\377\r="), BYTES("=FF\r=3D") },
	{ BYTES(Q70 "qqqqq\000\r\n=\377."), BYTES(Q70 "qqqqq=\r\n=00\r\n=3D=FF.") },
	{ BYTES(Q70 "qqqqqq\000=\177\r\177\r\n\r\n\r\n\n\r\nb7\000\377"), BYTES(Q70 "qqqqq=\r\nq=00=3D=7F\r=7F\r\n\r\n\r\n\r\n\r\nb7=00=FF") },
	{ BYTES("\377.\r\naa\r\n\n\n\177\377\ra\177"), BYTES("=FF.\r\naa\r\n\r\n\r\n=7F=FF\ra=7F") },
	{ BYTES("  \n\t \ta b7.\ta="), BYTES(" =20\n\t \ta b7.\ta=3D") },
	{ BYTES("\177.\000"), BYTES("=7F.=00") },
	{ BYTES(Q70 "qqqqa\r\na\r\naa\n\000\r\nb7\n\r\n\r\n"), BYTES(Q70 "qqqqa\r\na\r\naa\r\n=00\r\nb7\r\n\r\n\r\n") },
	{ BYTES("a\n."), BYTES("a\n=2E") },
	{ BYTES("\ra\n  \t\n\ra\000a\n\r"), BYTES("\ra\n  =09\n\ra=00a\n\r") },
	{ BYTES("\177\t\000aa"), BYTES("=7F\t=00aa") },
	{ BYTES("\177a\ta "), BYTES("=7Fa\ta=20") },
	{ BYTES(Q70 "q=\r=\000."), BYTES(Q70 "q=3D\r=\n=3D=00.") },
	{ BYTES("\r \377\t\r\r\n\177\377\377.\r\n\t\r\n"), BYTES("\r =FF\t\r\r\n=7F=FF=FF.\r\n=09\r\n") },
	{ BYTES("\177\r=\000\r\n"), BYTES("=7F\r=3D=00\r\n") },
	{ BYTES("\r\n\177=a="), BYTES("\r\n=7F=3Da=3D") },
	{ BYTES(Q70 "qqqq..\r\177."), BYTES(Q70 "qqqq.=\n.\r=7F.") },
	{ BYTES(Q70 "qq\000\177\n=.ab7\ta\r\r \r"), BYTES(Q70 "qq=00=\n=7F\n=3D.ab7\ta\r\r \r") },
	{ BYTES("\r\n\t\r\n"), BYTES("\r\n=09\r\n") },
	{ BYTES(Q70 "=\r\naab7\000\177."), BYTES(Q70 "=3D\r\naab7=00=7F.") },
	{ BYTES(Q70 "qq=\r\t\n\377"), BYTES(Q70 "qq=3D=\n\r=09\n=FF") },
	{ BYTES(Q70 "b7 \r"), BYTES(Q70 "b7 \r") },
	{ BYTES(Q70 "q\n.a=\tb7\r\n\na\177 \r\r\n"), BYTES(Q70 "q\n.a=3D\tb7\n\na=7F \r\n") },
	{ BYTES(Q70 "qqqq\t\377\ta "), BYTES(Q70 "qqqq\t=\n=FF\ta=20") },
	{ BYTES(Q70 "qqqqq\t.\n\t\n"), BYTES(Q70 "qqqqq=\n\t.\n=09\n") },
	{ BYTES("a\000 \000\r"), BYTES("a=00 =00\r") },
	{ BYTES("\377\000a=a\t\177  . \177\177"), BYTES("=FF=00a=3Da\t=7F  . =7F=7F") },
	{ BYTES(".\n\r\n\n\r\377\177\t=\r\n\n\r\377"), BYTES("=2E\n\n\n\r=FF=7F\t=3D\n\n\r=FF") },
	{ BYTES(Q70 "b7 \177\t\n\000\r\n\r\n"), BYTES(Q70 "b7 =\n=7F=09\n=00\n\n") },
	{ BYTES("..a. \n\t "), BYTES("..a.=20\n\t=20") },
	{ BYTES(".=\r"), BYTES(".=3D\r") },
	{ BYTES(" a\n\r\t"), BYTES(" a\n\r=09") },
	{ BYTES(Q70 "qqqqq=b7\n=\n"), BYTES(Q70 "qqqqq=\n=3Db7\n=3D\n") },
	{ BYTES("\rb7a\r\n\377"), BYTES("\rb7a\r\n=FF") },
	{ BYTES(".\177\000\r\n\t\177b7\377\r\n\n\177a\377"), BYTES(".=7F=00\r\n\t=7Fb7=FF\r\n\r\n=7Fa=FF") },
	{ BYTES("aab7\n\377"), BYTES("aab7\n=FF") },
	{ BYTES("\r\n\n\r\n\377"), BYTES("\r\n\r\n\r\n=FF") },
	{ BYTES(Q70 "=\000a"), BYTES(Q70 "=3D=\n=00a") },
	{ BYTES("\000\t\n\000\r"), BYTES("=00=09\n=00\r") },
	{ BYTES("\377a\r"), BYTES("=FFa\r") },
	{ BYTES("\t\r\t \177  \177\377\000\000=\r"), BYTES("\t\r\t =7F  =7F=FF=00=00=3D\r") },
	{ BYTES("\nb7\377\377 \rb7\r\n"), BYTES("\nb7=FF=FF \rb7\n") },
	{ BYTES("b7b7\r\n\n\000\n\000\t"), BYTES("b7b7\r\n\r\n=00\r\n=00=09") },
	{ BYTES("\177 \377"), BYTES("=7F =FF") },
	{ BYTES("\000\000\000\ra \t\r"), BYTES("=00=00=00\ra \t\r") },
};

/* Text, and what quopri.decodestring() makes of it. */
static const struct {
	struct bytes text, raw;
} decoded[] = {
	{ BYTES(""), BYTES("") },
	{ BYTES("="), BYTES("") },
	{ BYTES("=="), BYTES("=") },
	{ BYTES("==="), BYTES("=") },
	{ BYTES("=3D"), BYTES("=") },
	{ BYTES("=3d"), BYTES("=") },
	{ BYTES("=e9"), BYTES("\351") },
	{ BYTES("=E9"), BYTES("\351") },
	{ BYTES("=eG"), BYTES("=eG") },
	{ BYTES("=g0"), BYTES("=g0") },
	{ BYTES("=4"), BYTES("=4") },
	{ BYTES("=4 "), BYTES("=4 ") },
	{ BYTES("a=\nb"), BYTES("ab") },
	{ BYTES("a=\r\nb"), BYTES("ab") },
	{ BYTES("a=\rb\nc"), BYTES("ac") },
	{ BYTES("a=\r"), BYTES("a") },
	{ BYTES("a=\n"), BYTES("a") },
	{ BYTES("= \n"), BYTES("= \n") },
	{ BYTES("=\n=\n"), BYTES("") },
	{ BYTES("a=b=c"), BYTES("a=b=c") },
	{ BYTES("\303\251="), BYTES("\303\251") },
	{ BYTES("x = y"), BYTES("x = y") },
	{ BYTES("=00=0A=0d"), BYTES("\000\n\r") },
	{ BYTES("=0=00"), BYTES("=0\000") },
	{ BYTES("\na\n"), BYTES("\na\n") },
	{ BYTES("a\r\nb\n"), BYTES("a\r\nb\n") },
	{ BYTES("\000"), BYTES("\000") },
	{ BYTES("=41=4"), BYTES("A=4") },
	{ BYTES("==41"), BYTES("=41") },
	{ BYTES("=-1"), BYTES("=-1") },
	{ BYTES("=\n"), BYTES("") },
	{ BYTES("=\rno end"), BYTES("") },
};

/* clang-format on */

START_TEST(names_are_written_as_python_writes_them)
{
	struct img_buf b = { 0 };

	img_qp_encode(&b, (const uint8_t *)encoded[_i].raw.p, encoded[_i].raw.n);
	same_bytes(b.p, b.n, encoded[_i].text.p, encoded[_i].text.n, "encoded");
	img_buf_free(&b);
}
END_TEST

START_TEST(text_is_read_as_python_reads_it)
{
	struct img_buf b = { 0 };

	img_qp_decode(&b, (const uint8_t *)decoded[_i].text.p, decoded[_i].text.n);
	same_bytes(b.p, b.n, decoded[_i].raw.p, decoded[_i].raw.n, "decoded");
	img_buf_free(&b);
}
END_TEST

/* Line ends become uniform: only a mixture of them is lost. */
static bool mixes_line_ends(struct bytes s)
{
	bool lf = false, crlf = false;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n') {
			bool cr = i > 0 && s.p[i - 1] == '\r';

			crlf = crlf || cr;
			lf = lf || !cr;
		}
	return lf && crlf;
}

START_TEST(all_but_mixed_line_ends_comes_back)
{
	struct bytes raw = encoded[_i].raw;
	struct img_buf text = { 0 }, back = { 0 };

	img_qp_encode(&text, (const uint8_t *)raw.p, raw.n);
	img_qp_decode(&back, text.p, text.n);
	if (!mixes_line_ends(raw))
		same_bytes(back.p, back.n, raw.p, raw.n, "decoded again");
	img_buf_free(&text);
	img_buf_free(&back);
}
END_TEST

START_TEST(every_byte_comes_back_alone_and_between_others)
{
	for (unsigned c = 0; c < 256; c++) {
		uint8_t raw[3] = { 'a', (uint8_t)c, 'b' };
		struct img_buf text = { 0 }, back = { 0 };

		img_qp_encode(&text, raw + 1, 1);
		img_qp_decode(&back, text.p, text.n);
		same_bytes(back.p, back.n, raw + 1, 1, "alone");
		text.n = back.n = 0;
		img_qp_encode(&text, raw, 3);
		img_qp_decode(&back, text.p, text.n);
		same_bytes(back.p, back.n, raw, 3, "between");
		for (size_t i = 0; i < text.n; i++)
			ck_assert_uint_lt(text.p[i], 0x80);
		img_buf_free(&text);
		img_buf_free(&back);
	}
}
END_TEST

START_TEST(text_cut_anywhere_is_read)
{
	static const char text[] = "=00a=\r\nb=3D==c=20\r\n=E9 =";

	for (size_t n = 0; n < sizeof(text); n++) {
		uint8_t *copy = exactly(text, n);
		struct img_buf b = { 0 };

		img_qp_decode(&b, copy, n);
		ck_assert_uint_le(b.n, n);
		img_buf_free(&b);
		free(copy);
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(names_are_written_as_python_writes_them, encoded);
	EACH(text_is_read_as_python_reads_it, decoded);
	EACH(all_but_mixed_line_ends_comes_back, encoded);
	TEST(every_byte_comes_back_alone_and_between_others);
	TEST(text_cut_anywhere_is_read);
}

int main(void)
{
	return unit_run("qp", add);
}
