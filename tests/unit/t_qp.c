/* qp: quoted-printable, as Python's quopri writes and reads it. */
#include "unit.h"

#include "libimg/json/qp.h"

#define X10 "xxxxxxxxxx"
#define X70 X10 X10 X10 X10 X10 X10 X10
#define Q10 "qqqqqqqqqq"
#define Q70 Q10 Q10 Q10 Q10 Q10 Q10 Q10

/* clang-format off */

/* Octets, and what quopri.encodestring() of Python 3.11 makes of them. */
static const struct {
	struct octets raw, text;
} encoded[] = {
	{ OCTETS(""), OCTETS("") },
	{ OCTETS("a"), OCTETS("a") },
	{ OCTETS("\000"), OCTETS("=00") },
	{ OCTETS("\000abstract"), OCTETS("=00abstract") },
	{ OCTETS("/run/sock\000"), OCTETS("/run/sock=00") },
	{ OCTETS("\000/tmp/.X11-unix/X0"), OCTETS("=00/tmp/.X11-unix/X0") },
	{ OCTETS("="), OCTETS("=3D") },
	{ OCTETS("=="), OCTETS("=3D=3D") },
	{ OCTETS("=3D"), OCTETS("=3D3D") },
	{ OCTETS(" "), OCTETS("=20") },
	{ OCTETS("\t"), OCTETS("=09") },
	{ OCTETS("a "), OCTETS("a=20") },
	{ OCTETS("a\t"), OCTETS("a=09") },
	{ OCTETS("  "), OCTETS(" =20") },
	{ OCTETS(" a"), OCTETS(" a") },
	{ OCTETS("."), OCTETS("=2E") },
	{ OCTETS(".."), OCTETS("..") },
	{ OCTETS(".a"), OCTETS(".a") },
	{ OCTETS("a."), OCTETS("a.") },
	{ OCTETS(".\n"), OCTETS("=2E\n") },
	{ OCTETS(".\r"), OCTETS("=2E\r") },
	{ OCTETS(".\000"), OCTETS("=2E=00") },
	{ OCTETS("\n."), OCTETS("\n=2E") },
	{ OCTETS("\n.\n"), OCTETS("\n=2E\n") },
	{ OCTETS("\n.b"), OCTETS("\n.b") },
	{ OCTETS("a\n"), OCTETS("a\n") },
	{ OCTETS("\n"), OCTETS("\n") },
	{ OCTETS("\r"), OCTETS("\r") },
	{ OCTETS("\r\n"), OCTETS("\r\n") },
	{ OCTETS("\n\r"), OCTETS("\n\r") },
	{ OCTETS("\r\r\n"), OCTETS("\r\r\n") },
	{ OCTETS("a\r"), OCTETS("a\r") },
	{ OCTETS("a\rb"), OCTETS("a\rb") },
	{ OCTETS("a \n"), OCTETS("a=20\n") },
	{ OCTETS("a\t\n"), OCTETS("a=09\n") },
	{ OCTETS("a \r\n"), OCTETS("a=20\r\n") },
	{ OCTETS("a\t\r\n"), OCTETS("a=09\r\n") },
	{ OCTETS(" \n \n"), OCTETS("=20\n=20\n") },
	{ OCTETS("a\nb\r\nc"), OCTETS("a\nb\nc") },
	{ OCTETS("a\r\nb\nc"), OCTETS("a\r\nb\r\nc") },
	{ OCTETS("\r\na\nb"), OCTETS("\r\na\r\nb") },
	{ OCTETS("\na\r\nb"), OCTETS("\na\nb") },
	{ OCTETS("\177~\200\377"), OCTETS("=7F~=80=FF") },
	{ OCTETS("\303\251"), OCTETS("=C3=A9") },
	{ OCTETS("~"), OCTETS("~") },
	{ OCTETS("!"), OCTETS("!") },
	{ OCTETS(X70 "xxxxx"), OCTETS(X70 "xxxxx") },
	{ OCTETS(X70 "xxxxxx"), OCTETS(X70 "xxxxxx") },
	{ OCTETS(X70 "xxxxxxx"), OCTETS(X70 "xxxxx=\nxx") },
	{ OCTETS(X70 "xxxxx\n"), OCTETS(X70 "xxxxx\n") },
	{ OCTETS(X70 "xxxxxx\n"), OCTETS(X70 "xxxxxx\n") },
	{ OCTETS(X70 "xxxx="), OCTETS(X70 "xxxx=\n=3D") },
	{ OCTETS(X70 "xxx="), OCTETS(X70 "xxx=\n=3D") },
	{ OCTETS(X70 "xx="), OCTETS(X70 "xx=3D") },
	{ OCTETS(X70 "x=b"), OCTETS(X70 "x=3Db") },
	{ OCTETS(X70 "xxxxx "), OCTETS(X70 "xxxxx=\n=20") },
	{ OCTETS(X70 "xxxx "), OCTETS(X70 "xxxx=\n=20") },
	{ OCTETS(X70 "xxxx \n"), OCTETS(X70 "xxxx=20\n") },
	{ OCTETS(X70 "xxxxx \n"), OCTETS(X70 "xxxxx=20\n") },
	{ OCTETS(X70 "xxxxx\r\n"), OCTETS(X70 "xxxxx\r\n") },
	{ OCTETS(X70 "xxxxx\r\ny"), OCTETS(X70 "xxxxx\r\ny") },
	{ OCTETS(X70 "xxxx\r\ny\377"), OCTETS(X70 "xxxx\r\ny=FF") },
	{ OCTETS("\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"), OCTETS("=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF") },
	{ OCTETS("\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"), OCTETS("=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF") },
	{ OCTETS("\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"), OCTETS("=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF") },
	{ OCTETS("\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"), OCTETS("=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=FF=\n=FF=FF=FF=FF=FF=FF=FF=FF") },
	{ OCTETS(X70 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), OCTETS(X70 "xxxxx=\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx") },
	{ OCTETS(X70 "xxxxx.\n"), OCTETS(X70 "xxxxx.\n") },
	{ OCTETS(X70 "xxxxx.x"), OCTETS(X70 "xxxxx=\n.x") },
	{ OCTETS("                                                                                "), OCTETS("                                                                           =\n    =20") },
	{ OCTETS("\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\tx"), OCTETS("\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t=\n\t\tx") },
	{ OCTETS("................................................................................"), OCTETS("...........................................................................=\n.....") },
	{ OCTETS(X70 "xxxxx\r"), OCTETS(X70 "xxxxx\r") },
	{ OCTETS(X70 "xxxxxx\rz"), OCTETS(X70 "xxxxx=\nx\rz") },
	{ OCTETS("a=\nb"), OCTETS("a=3D\nb") },
	{ OCTETS("\r\n\r\n\r\n"), OCTETS("\r\n\r\n\r\n") },
	{ OCTETS("\037 !"), OCTETS("=1F !") },
	{ OCTETS("\r\n=\377\n\ra\r."), OCTETS("\r\n=3D=FF\r\n\ra\r.") },
	{ OCTETS(Q70 "qqqq\n\r==\r"), OCTETS(Q70 "qqqq\n\r=3D=3D\r") },
	{ OCTETS(Q70 "qqqqqq\nb7\r \377\377b7\nb7b7=\n "), OCTETS(Q70 "qqqqqq\nb7\r =FF=FFb7\nb7b7=3D\n=20") },
	{ OCTETS("\t=\r\na\r"), OCTETS("\t=3D\r\na\r") },
	{ OCTETS("\rb7b7\377 "), OCTETS("\rb7b7=FF=20") },
	{ OCTETS(Q70 "qqqqqb7\nb7"), OCTETS(Q70 "qqqqq=\nb7\nb7") },
	{ OCTETS(".\000b7\000.\t \r\n\177 \rb7\t"), OCTETS("=2E=00b7=00.\t=20\r\n=7F \rb7=09") },
	{ OCTETS(Q70 "qq\177\000\tb7\r\ra="), OCTETS(Q70 "qq=7F=\n=00\tb7\r\ra=3D") },
	{ OCTETS("\000=\n\377\r"), OCTETS("=00=3D\n=FF\r") },
	{ OCTETS(".\177.b7\000b7\000\r"), OCTETS(".=7F.b7=00b7=00\r") },
	{ OCTETS("\000\177\377\r\n\177\177\t"), OCTETS("=00=7F=FF\r\n=7F=7F=09") },
	{ OCTETS(Q70 "qq\t\177=\377.\n\000.\r\nb7\r\000\n"), OCTETS(Q70 "qq\t=\n=7F=3D=FF.\n=00.\nb7\r=00\n") },
	{ OCTETS(Q70 "qqq\177 ==\000"), OCTETS(Q70 "qqq=\n=7F =3D=3D=00") },
	{ OCTETS(Q70 "qa\t\r\n=a\t\177=.\377= \r\n"), OCTETS(Q70 "qa=09\r\n=3Da\t=7F=3D.=FF=3D=20\r\n") },
	{ OCTETS(Q70 "qq\377 \n\000b7"), OCTETS(Q70 "qq=FF=20\n=00b7") },
	{ OCTETS("\r\n=a"), OCTETS("\r\n=3Da") },
	{ OCTETS("\r\n\177ab7\377\377\177\n"), OCTETS("\r\n=7Fab7=FF=FF=7F\r\n") },
	{ OCTETS(Q70 "qqqq===\r\000\377=\n \r \000\r\n"), OCTETS(Q70 "qqqq=\n=3D=3D=3D\r=00=FF=3D\n \r =00\n") },
	{ OCTETS(Q70 "\r\nb7"), OCTETS(Q70 "\r\nb7") },
	{ OCTETS(Q70 "qqb7\n\r b7=\r\n\377"), OCTETS(Q70 "qqb7\n\r b7=3D\n=FF") },
	{ OCTETS(Q70 "\000\r\r\000\000\000\000\t"), OCTETS(Q70 "=00\r\r=\n=00=00=00=00=09") },
	{ OCTETS("\177\t\000\177\r\na\n "), OCTETS("=7F\t=00=7F\r\na\r\n=20") },
	{ OCTETS("\r\n\177a\na\t\377\r"), OCTETS("\r\n=7Fa\r\na\t=FF\r") },
	{ OCTETS("a.\r\n. aaa"), OCTETS("a.\r\n. aaa") },
	{ OCTETS("b7  =\177"), OCTETS("b7  =3D=7F") },
	{ OCTETS("a\000.\177\n"), OCTETS("a=00.=7F\n") },
	{ OCTETS("\000\t \177b7.\000\177"), OCTETS("=00\t =7Fb7.=00=7F") },
	{ OCTETS("\r \r \000 . "), OCTETS("\r \r =00 .=20") },
	{ OCTETS("\000\377."), OCTETS("=00=FF.") },
	{ OCTETS("\377\r="), OCTETS("=FF\r=3D") },
	{ OCTETS(Q70 "qqqqq\000\r\n=\377."), OCTETS(Q70 "qqqqq=\r\n=00\r\n=3D=FF.") },
	{ OCTETS(Q70 "qqqqqq\000=\177\r\177\r\n\r\n\r\n\n\r\nb7\000\377"), OCTETS(Q70 "qqqqq=\r\nq=00=3D=7F\r=7F\r\n\r\n\r\n\r\n\r\nb7=00=FF") },
	{ OCTETS("\377.\r\naa\r\n\n\n\177\377\ra\177"), OCTETS("=FF.\r\naa\r\n\r\n\r\n=7F=FF\ra=7F") },
	{ OCTETS("  \n\t \ta b7.\ta="), OCTETS(" =20\n\t \ta b7.\ta=3D") },
	{ OCTETS("\177.\000"), OCTETS("=7F.=00") },
	{ OCTETS(Q70 "qqqqa\r\na\r\naa\n\000\r\nb7\n\r\n\r\n"), OCTETS(Q70 "qqqqa\r\na\r\naa\r\n=00\r\nb7\r\n\r\n\r\n") },
	{ OCTETS("a\n."), OCTETS("a\n=2E") },
	{ OCTETS("\ra\n  \t\n\ra\000a\n\r"), OCTETS("\ra\n  =09\n\ra=00a\n\r") },
	{ OCTETS("\177\t\000aa"), OCTETS("=7F\t=00aa") },
	{ OCTETS("\177a\ta "), OCTETS("=7Fa\ta=20") },
	{ OCTETS(Q70 "q=\r=\000."), OCTETS(Q70 "q=3D\r=\n=3D=00.") },
	{ OCTETS("\r \377\t\r\r\n\177\377\377.\r\n\t\r\n"), OCTETS("\r =FF\t\r\r\n=7F=FF=FF.\r\n=09\r\n") },
	{ OCTETS("\177\r=\000\r\n"), OCTETS("=7F\r=3D=00\r\n") },
	{ OCTETS("\r\n\177=a="), OCTETS("\r\n=7F=3Da=3D") },
	{ OCTETS(Q70 "qqqq..\r\177."), OCTETS(Q70 "qqqq.=\n.\r=7F.") },
	{ OCTETS(Q70 "qq\000\177\n=.ab7\ta\r\r \r"), OCTETS(Q70 "qq=00=\n=7F\n=3D.ab7\ta\r\r \r") },
	{ OCTETS("\r\n\t\r\n"), OCTETS("\r\n=09\r\n") },
	{ OCTETS(Q70 "=\r\naab7\000\177."), OCTETS(Q70 "=3D\r\naab7=00=7F.") },
	{ OCTETS(Q70 "qq=\r\t\n\377"), OCTETS(Q70 "qq=3D=\n\r=09\n=FF") },
	{ OCTETS(Q70 "b7 \r"), OCTETS(Q70 "b7 \r") },
	{ OCTETS(Q70 "q\n.a=\tb7\r\n\na\177 \r\r\n"), OCTETS(Q70 "q\n.a=3D\tb7\n\na=7F \r\n") },
	{ OCTETS(Q70 "qqqq\t\377\ta "), OCTETS(Q70 "qqqq\t=\n=FF\ta=20") },
	{ OCTETS(Q70 "qqqqq\t.\n\t\n"), OCTETS(Q70 "qqqqq=\n\t.\n=09\n") },
	{ OCTETS("a\000 \000\r"), OCTETS("a=00 =00\r") },
	{ OCTETS("\377\000a=a\t\177  . \177\177"), OCTETS("=FF=00a=3Da\t=7F  . =7F=7F") },
	{ OCTETS(".\n\r\n\n\r\377\177\t=\r\n\n\r\377"), OCTETS("=2E\n\n\n\r=FF=7F\t=3D\n\n\r=FF") },
	{ OCTETS(Q70 "b7 \177\t\n\000\r\n\r\n"), OCTETS(Q70 "b7 =\n=7F=09\n=00\n\n") },
	{ OCTETS("..a. \n\t "), OCTETS("..a.=20\n\t=20") },
	{ OCTETS(".=\r"), OCTETS(".=3D\r") },
	{ OCTETS(" a\n\r\t"), OCTETS(" a\n\r=09") },
	{ OCTETS(Q70 "qqqqq=b7\n=\n"), OCTETS(Q70 "qqqqq=\n=3Db7\n=3D\n") },
	{ OCTETS("\rb7a\r\n\377"), OCTETS("\rb7a\r\n=FF") },
	{ OCTETS(".\177\000\r\n\t\177b7\377\r\n\n\177a\377"), OCTETS(".=7F=00\r\n\t=7Fb7=FF\r\n\r\n=7Fa=FF") },
	{ OCTETS("aab7\n\377"), OCTETS("aab7\n=FF") },
	{ OCTETS("\r\n\n\r\n\377"), OCTETS("\r\n\r\n\r\n=FF") },
	{ OCTETS(Q70 "=\000a"), OCTETS(Q70 "=3D=\n=00a") },
	{ OCTETS("\000\t\n\000\r"), OCTETS("=00=09\n=00\r") },
	{ OCTETS("\377a\r"), OCTETS("=FFa\r") },
	{ OCTETS("\t\r\t \177  \177\377\000\000=\r"), OCTETS("\t\r\t =7F  =7F=FF=00=00=3D\r") },
	{ OCTETS("\nb7\377\377 \rb7\r\n"), OCTETS("\nb7=FF=FF \rb7\n") },
	{ OCTETS("b7b7\r\n\n\000\n\000\t"), OCTETS("b7b7\r\n\r\n=00\r\n=00=09") },
	{ OCTETS("\177 \377"), OCTETS("=7F =FF") },
	{ OCTETS("\000\000\000\ra \t\r"), OCTETS("=00=00=00\ra \t\r") },
};

/* Text, and what quopri.decodestring() makes of it. */
static const struct {
	struct octets text, raw;
} decoded[] = {
	{ OCTETS(""), OCTETS("") },
	{ OCTETS("="), OCTETS("") },
	{ OCTETS("=="), OCTETS("=") },
	{ OCTETS("==="), OCTETS("=") },
	{ OCTETS("=3D"), OCTETS("=") },
	{ OCTETS("=3d"), OCTETS("=") },
	{ OCTETS("=e9"), OCTETS("\351") },
	{ OCTETS("=E9"), OCTETS("\351") },
	{ OCTETS("=eG"), OCTETS("=eG") },
	{ OCTETS("=g0"), OCTETS("=g0") },
	{ OCTETS("=4"), OCTETS("=4") },
	{ OCTETS("=4 "), OCTETS("=4 ") },
	{ OCTETS("a=\nb"), OCTETS("ab") },
	{ OCTETS("a=\r\nb"), OCTETS("ab") },
	{ OCTETS("a=\rb\nc"), OCTETS("ac") },
	{ OCTETS("a=\r"), OCTETS("a") },
	{ OCTETS("a=\n"), OCTETS("a") },
	{ OCTETS("= \n"), OCTETS("= \n") },
	{ OCTETS("=\n=\n"), OCTETS("") },
	{ OCTETS("a=b=c"), OCTETS("a=b=c") },
	{ OCTETS("\303\251="), OCTETS("\303\251") },
	{ OCTETS("x = y"), OCTETS("x = y") },
	{ OCTETS("=00=0A=0d"), OCTETS("\000\n\r") },
	{ OCTETS("=0=00"), OCTETS("=0\000") },
	{ OCTETS("\na\n"), OCTETS("\na\n") },
	{ OCTETS("a\r\nb\n"), OCTETS("a\r\nb\n") },
	{ OCTETS("\000"), OCTETS("\000") },
	{ OCTETS("=41=4"), OCTETS("A=4") },
	{ OCTETS("==41"), OCTETS("=41") },
	{ OCTETS("=-1"), OCTETS("=-1") },
	{ OCTETS("=\n"), OCTETS("") },
	{ OCTETS("=\rno end"), OCTETS("") },
};

/* clang-format on */

START_TEST(names_are_written_as_python_writes_them)
{
	struct img_buf b = { 0 };

	img_qp_encode(&b, (const uint8_t *)encoded[_i].raw.p, encoded[_i].raw.n);
	same_octets(b.p, b.n, encoded[_i].text.p, encoded[_i].text.n, "encoded");
	img_buf_free(&b);
}
END_TEST

START_TEST(text_is_read_as_python_reads_it)
{
	struct img_buf b = { 0 };

	img_qp_decode(&b, (const uint8_t *)decoded[_i].text.p, decoded[_i].text.n);
	same_octets(b.p, b.n, decoded[_i].raw.p, decoded[_i].raw.n, "decoded");
	img_buf_free(&b);
}
END_TEST

/* Line ends become uniform: only a mixture of them is lost. */
static bool mixes_line_ends(struct octets s)
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
	struct octets raw = encoded[_i].raw;
	struct img_buf text = { 0 }, back = { 0 };

	img_qp_encode(&text, (const uint8_t *)raw.p, raw.n);
	img_qp_decode(&back, text.p, text.n);
	if (!mixes_line_ends(raw))
		same_octets(back.p, back.n, raw.p, raw.n, "decoded again");
	img_buf_free(&text);
	img_buf_free(&back);
}
END_TEST

START_TEST(every_octet_comes_back_alone_and_between_others)
{
	for (unsigned c = 0; c < 256; c++) {
		uint8_t raw[3] = { 'a', (uint8_t)c, 'b' };
		struct img_buf text = { 0 }, back = { 0 };

		img_qp_encode(&text, raw + 1, 1);
		img_qp_decode(&back, text.p, text.n);
		same_octets(back.p, back.n, raw + 1, 1, "alone");
		text.n = back.n = 0;
		img_qp_encode(&text, raw, 3);
		img_qp_decode(&back, text.p, text.n);
		same_octets(back.p, back.n, raw, 3, "between");
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
	TEST(every_octet_comes_back_alone_and_between_others);
	TEST(text_cut_anywhere_is_read);
}

int main(void)
{
	return unit_run("qp", add);
}
