/* raw_word, raw_iptables, raw_nft: addresses, ports, names and ids in rules of firewalls. */
#include "raw.h"

static struct img_err err;

static struct swap all(void)
{
	return (struct swap){ .ips = { { "10.0.0.5", "10.9.0.7" },
				       { "10.0.0.6", "10.9.0.8" },
				       { "fd00::5", "fd01::7" },
				       { "fd00::6", "fd01::8" } },
			      .nets = { { "192.168.3.0/24", "192.168.4.0/24" },
					{ "fd10::/64", "fd11::/64" } },
			      .devs = { { "eth0", "uplink0" } },
			      .ports = { { 0, 8080, 9090 }, { 6, 53, 5353 } } };
}

/* clang-format off */

/* A line, what it becomes, what is reported. */
struct text {
	const char *old, *new, *changes;
};

/* All lines as iptables-save 1.8.9 prints them, but for those that say so. */
static const struct text iptables[] = {
	{ "*filter\n", "*filter\n", "" },
	{ "# by 10.0.0.5\n", "# by 10.0.0.5\n", "" },
	{ ":10.0.0.5 ACCEPT [0:0]\n", ":10.0.0.5 ACCEPT [0:0]\n", "" },
	{ "-A INPUT -s 10.0.0.5/32 -j DROP\n", "-A INPUT -s 10.9.0.7/32 -j DROP\n",
	  "0 -s 10.0.0.5/32 10.9.0.7/32\n" },
	{ "-A INPUT ! -d 10.0.0.5/32 -j DROP\n", "-A INPUT ! -d 10.9.0.7/32 -j DROP\n",
	  "0 -d 10.0.0.5/32 10.9.0.7/32\n" },
	{ "-A INPUT -s 10.0.0.0/24 -j DROP\n", "-A INPUT -s 10.0.0.0/24 -j DROP\n", "" },
	{ "-A INPUT -s 192.168.3.0/24\n", "-A INPUT -s 192.168.4.0/24\n",
	  "0 -s 192.168.3.0/24 192.168.4.0/24\n" },
	{ "-A INPUT -s 192.168.3.0/255.255.255.0\n", "-A INPUT -s 192.168.4.0/255.255.255.0\n",
	  "0 -s 192.168.3.0/255.255.255.0 192.168.4.0/255.255.255.0\n" },
	{ "-A INPUT -s 192.168.2.0/23\n", "-A INPUT -s 192.168.2.0/23\n", "" },
	{ "-A INPUT -s 192.0.3.0/255.0.255.0\n", "-A INPUT -s 192.0.3.0/255.0.255.0\n", "" },
	/* With counters, as iptables-save -c. */
	{ "[1:8080] -A INPUT -p tcp -m tcp --dport 8080 -j DROP\n",
	  "[1:8080] -A INPUT -p tcp -m tcp --dport 9090 -j DROP\n", "0 --dport 8080 9090\n" },
	{ "-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.0.5:8080\n",
	  "-A PREROUTING -i uplink0 -p tcp -m tcp --dport 9090 -j DNAT --to-destination 10.9.0.7:9090\n",
	  "0 -i eth0 uplink0\n0 --dport 8080 9090\n0 --to-destination 10.0.0.5 10.9.0.7\n"
	  "0 --to-destination 8080 9090\n" },
	{ "-A A -p udp -m udp --sport 53 --dport 8000:8080 -j REDIRECT --to-ports 8080-8090\n",
	  NULL, "" },
	{ "-A A -p udp -m udp --sport 53 --dport 8000:8080 -j REDIRECT --to-ports 8000-8080\n",
	  "-A A -p udp -m udp --sport 53 --dport 8000:9090 -j REDIRECT --to-ports 8000-9090\n",
	  "0 --dport 8000:8080 8000:9090\n0 --to-ports 8000-8080 8000-9090\n" },
	{ "-A A -p 6 --sport 53\n", "-A A -p 6 --sport 5353\n", "0 --sport 53 5353\n" },
	{ "-A A ! -p tcp -m multiport --ports 53\n", "-A A ! -p tcp -m multiport --ports 53\n", "" },
	{ "-A A -p tcp -m multiport --dports 53,8080,9000:9100 -j DNAT --to-destination 10.0.0.5-10.0.0.6:53-90\n",
	  NULL, "" },
	{ "-A A -p tcp -m multiport --dports 53,8080,9000:9100 -j DNAT --to-destination 10.0.0.5-10.0.0.6:80-90\n",
	  "-A A -p tcp -m multiport --dports 5353,9090,9000:9100 -j DNAT --to-destination 10.9.0.7-10.9.0.8:80-90\n",
	  "0 --dports 53 5353\n0 --dports 8080 9090\n"
	  "0 --to-destination 10.0.0.5-10.0.0.6 10.9.0.7-10.9.0.8\n" },
	{ "-A A -d 10.0.0.0/24 -j NETMAP --to 192.168.3.0/24\n",
	  "-A A -d 10.0.0.0/24 -j NETMAP --to 192.168.4.0/24\n",
	  "0 --to 192.168.3.0/24 192.168.4.0/24\n" },
	{ "-A A -o eth0 -p tcp -m comment --comment \"to 10.0.0.5 \\\"8080\\\" -p udp\" -j SNAT --to-source 10.0.0.5:1024-65535\n",
	  "-A A -o uplink0 -p tcp -m comment --comment \"to 10.0.0.5 \\\"8080\\\" -p udp\" -j SNAT --to-source 10.9.0.7:1024-65535\n",
	  "0 -o eth0 uplink0\n0 --to-source 10.0.0.5 10.9.0.7\n" },
	{ "-A A -m comment --comment 10.0.0.5 -j X\n", "-A A -m comment --comment 10.0.0.5 -j X\n", "" },
	{ "-A A -o eth+ -p tcp -j MASQUERADE --to-ports 1024-8080\n",
	  "-A A -o eth+ -p tcp -j MASQUERADE --to-ports 1024-9090\n",
	  "0 --to-ports 1024-8080 1024-9090\n" },
	{ "-A A -m iprange --src-range 10.0.0.5-10.0.0.6 -j ACCEPT\n",
	  "-A A -m iprange --src-range 10.9.0.7-10.9.0.8 -j ACCEPT\n",
	  "0 --src-range 10.0.0.5-10.0.0.6 10.9.0.7-10.9.0.8\n" },
	{ "-A A -m conntrack --ctorigsrc 10.0.0.5 --ctorigdstport 8080\n",
	  "-A A -m conntrack --ctorigsrc 10.9.0.7 --ctorigdstport 9090\n",
	  "0 --ctorigsrc 10.0.0.5 10.9.0.7\n0 --ctorigdstport 8080 9090\n" },
	{ "-A A -m physdev --physdev-in eth0\n", "-A A -m physdev --physdev-in uplink0\n",
	  "0 --physdev-in eth0 uplink0\n" },
	{ "-A A -p tcp -j TPROXY --on-port 8080 --on-ip 10.0.0.5 --tproxy-mark 0x1/0x1\n",
	  "-A A -p tcp -j TPROXY --on-port 9090 --on-ip 10.9.0.7 --tproxy-mark 0x1/0x1\n",
	  "0 --on-port 8080 9090\n0 --on-ip 10.0.0.5 10.9.0.7\n" },
	{ "-A A -m string --string 10.0.0.5 --algo bm -j 10.0.0.5\n",
	  "-A A -m string --string 10.0.0.5 --algo bm -j 10.0.0.5\n", "" },
	{ "-A A -d fd00::5/128 -j DNAT --to-destination [fd00::6]:8080\n",
	  "-A A -d fd01::7/128 -j DNAT --to-destination [fd01::8]:9090\n",
	  "0 -d fd00::5/128 fd01::7/128\n0 --to-destination fd00::6 fd01::8\n"
	  "0 --to-destination 8080 9090\n" },
	{ "-A A -d fd10::/64 -j DNAT --to-destination [fd00::5-fd00::6]:8080\n",
	  "-A A -d fd11::/64 -j DNAT --to-destination [fd01::7-fd01::8]:9090\n",
	  "0 -d fd10::/64 fd11::/64\n0 --to-destination fd00::5-fd00::6 fd01::7-fd01::8\n"
	  "0 --to-destination 8080 9090\n" },
	{ "-A A -j SNAT --to-source :8080\n", "-A A -j SNAT --to-source :9090\n",
	  "0 --to-source 8080 9090\n" },
	{ "-A A -s 10.0.0.5 -m", "-A A -s 10.9.0.7 -m", "0 -s 10.0.0.5 10.9.0.7\n" },
	{ "-A A -p tcp --dport 8080\n-A A -p tcp --dport 8080\n",
	  "-A A -p tcp --dport 9090\n-A A -p tcp --dport 9090\n",
	  "0 --dport 8080 9090\n1 --dport 8080 9090\n" },
};

/* As nft 1.0.6 prints them. */
static const struct text nft[] = {
	{ "\t\tip daddr 10.0.0.5 tcp dport { 80, 8080, 8000-8080 } counter packets 8080 bytes 0 dnat to 10.0.0.6:8080\n",
	  "\t\tip daddr 10.9.0.7 tcp dport { 80, 9090, 8000-9090 } counter packets 8080 bytes 0 dnat to 10.9.0.8:9090\n",
	  "0 daddr 10.0.0.5 10.9.0.7\n0 dport 8080 9090\n0 dport 8000-8080 8000-9090\n"
	  "0 to 10.0.0.6 10.9.0.8\n0 to 8080 9090\n" },
	{ "tcp dport 53 redirect to :8080\n", "tcp dport 5353 redirect to :9090\n",
	  "0 dport 53 5353\n0 to 8080 9090\n" },
	{ "tcp dport 1 redirect to 8080\n", "tcp dport 1 redirect to 9090\n", "0 to 8080 9090\n" },
	{ "udp dport 53 redirect to :53\n", "udp dport 53 redirect to :53\n", "" },
	{ "meta l4proto tcp redirect to :53\n", "meta l4proto tcp redirect to :5353\n",
	  "0 to 53 5353\n" },
	{ "meta l4proto { tcp, udp } th dport 53 drop\n", "meta l4proto { tcp, udp } th dport 53 drop\n",
	  "" },
	{ "meta l4proto { tcp, udp } th dport 8080 drop\n",
	  "meta l4proto { tcp, udp } th dport 9090 drop\n", "0 dport 8080 9090\n" },
	{ "dnat ip to tcp dport map { 80 : 10.0.0.5 . 8080, 8080 : 10.0.0.6 . 80 }\n",
	  "dnat ip to tcp dport map { 80 : 10.9.0.7 . 9090, 9090 : 10.9.0.8 . 80 }\n",
	  "0 map 10.0.0.5 10.9.0.7\n0 map 8080 9090\n0 dport 8080 9090\n0 map 10.0.0.6 10.9.0.8\n" },
	{ "dnat to numgen inc mod 8080 map { 8080 : 10.0.0.5, 1 : 10.0.0.9 }\n",
	  "dnat to numgen inc mod 8080 map { 8080 : 10.9.0.7, 1 : 10.0.0.9 }\n",
	  "0 map 10.0.0.5 10.9.0.7\n" },
	{ "ip protocol tcp redirect to :tcp dport map { 80 : 8080, 8080 : 80 }\n",
	  "ip protocol tcp redirect to :tcp dport map { 80 : 9090, 9090 : 80 }\n",
	  "0 map 8080 9090\n0 dport 8080 9090\n" },
	{ "dnat ip to tcp dport map @m8080\n", "dnat ip to tcp dport map @m8080\n", "" },
	{ "dnat to 10.0.0.5-10.0.0.6:53\n", "dnat to 10.9.0.7-10.9.0.8:53\n",
	  "0 to 10.0.0.5-10.0.0.6 10.9.0.7-10.9.0.8\n" },
	{ "iifname \"eth0\" oifname { \"eth0\", \"eth1\" } accept comment \"to eth0 8080 10.0.0.5\"\n",
	  "iifname \"uplink0\" oifname { \"uplink0\", \"eth1\" } accept comment \"to eth0 8080 10.0.0.5\"\n",
	  "0 iifname eth0 uplink0\n0 oifname eth0 uplink0\n" },
	{ "iifname \"eth*\" accept comment \"eth0\"\n", "iifname \"eth*\" accept comment \"eth0\"\n", "" },
	{ "iif \"eth0\" accept\n", "iif \"uplink0\" accept\n", "0 iif eth0 uplink0\n" },
	{ "iifname != \"eth0\" accept\n", "iifname != \"uplink0\" accept\n", "0 iifname eth0 uplink0\n" },
	{ "iifname . tcp dport { \"eth0\" . 8080 } accept\n",
	  "iifname . tcp dport { \"uplink0\" . 9090 } accept\n",
	  "0 dport eth0 uplink0\n0 dport 8080 9090\n" },
	{ "meta mark . tcp dport vmap { 0x00001f90 . 8080 : accept, 8080 . 1 : jump eth0 }\n",
	  "meta mark . tcp dport vmap { 0x00001f90 . 9090 : accept, 8080 . 1 : jump eth0 }\n",
	  "0 dport 8080 9090\n" },
	{ "ip saddr . meta mark . tcp dport { 10.0.0.5 . 8080 . 8080 }\n",
	  "ip saddr . meta mark . tcp dport { 10.9.0.7 . 8080 . 9090 }\n",
	  "0 dport 10.0.0.5 10.9.0.7\n0 dport 8080 9090\n" },
	{ "ip saddr . tcp dport 10.0.0.5 . 8080 accept\n", "ip saddr . tcp dport 10.9.0.7 . 9090 accept\n",
	  "0 dport 10.0.0.5 10.9.0.7\n0 dport 8080 9090\n" },
	{ "meta mark . tcp dport 8080 . 8080 accept\n", "meta mark . tcp dport 8080 . 9090 accept\n",
	  "0 dport 8080 9090\n" },
	{ "tcp dport vmap { 22 : accept, 8080 : jump other }\n",
	  "tcp dport vmap { 22 : accept, 9090 : jump other }\n", "0 dport 8080 9090\n" },
	{ "meta mark set tcp dport map { 8080 : 8080 }\n", "meta mark set tcp dport map { 9090 : 8080 }\n",
	  "0 dport 8080 9090\n" },
	{ "meta l4proto tcp ct original proto-dst 8080 ct original ip saddr 10.0.0.5 accept\n",
	  "meta l4proto tcp ct original proto-dst 9090 ct original ip saddr 10.9.0.7 accept\n",
	  "0 proto-dst 8080 9090\n0 saddr 10.0.0.5 10.9.0.7\n" },
	{ "tcp dport != 8080 tcp sport >= 8080 accept\n", "tcp dport != 9090 tcp sport >= 9090 accept\n",
	  "0 dport 8080 9090\n0 sport 8080 9090\n" },
	{ "tcp dport set 8080\n", "tcp dport set 9090\n", "0 dport 8080 9090\n" },
	{ "fib daddr . iif type local accept\n", "fib daddr . iif type local accept\n", "" },
	{ "ip saddr 192.168.3.0/24 log prefix \"8080 10.0.0.5 \" limit rate 8080/second accept\n",
	  "ip saddr 192.168.4.0/24 log prefix \"8080 10.0.0.5 \" limit rate 8080/second accept\n",
	  "0 saddr 192.168.3.0/24 192.168.4.0/24\n" },
	{ "update @dyn { ip saddr . tcp dport timeout 1m limit rate 8080/minute } tcp sport 8080\n",
	  "update @dyn { ip saddr . tcp dport timeout 1m limit rate 8080/minute } tcp sport 9090\n",
	  "0 sport 8080 9090\n" },
	{ "oifname \"eth0\" meta l4proto tcp masquerade to :1024-8080\n",
	  "oifname \"uplink0\" meta l4proto tcp masquerade to :1024-9090\n",
	  "0 oifname eth0 uplink0\n0 to 1024-8080 1024-9090\n" },
	{ "snat to 10.0.0.5\n", "snat to 10.9.0.7\n", "0 to 10.0.0.5 10.9.0.7\n" },
	{ "ip6 daddr fd00::5 tcp dport 1 dnat to [fd00::6]:8080\n",
	  "ip6 daddr fd01::7 tcp dport 1 dnat to [fd01::8]:9090\n",
	  "0 daddr fd00::5 fd01::7\n0 to fd00::6 fd01::8\n0 to 8080 9090\n" },
	{ "meta l4proto tcp dnat to [fd00::5]-[fd00::6]:53\n",
	  "meta l4proto tcp dnat to [fd01::7]-[fd01::8]:5353\n",
	  "0 to fd00::5 fd01::7\n0 to fd00::6 fd01::8\n0 to 53 5353\n" },
	{ "ip6 daddr fd10::/64 dnat to fd00::6\n", "ip6 daddr fd11::/64 dnat to fd01::8\n",
	  "0 daddr fd10::/64 fd11::/64\n0 to fd00::6 fd01::8\n" },
	{ "meta l4proto tcp tproxy ip to 10.0.0.5:8080\n", "meta l4proto tcp tproxy ip to 10.9.0.7:9090\n",
	  "0 to 10.0.0.5 10.9.0.7\n0 to 8080 9090\n" },
	{ "type filter hook ingress device \"eth0\" priority 8080; policy accept;\n",
	  "type filter hook ingress device \"uplink0\" priority 8080; policy accept;\n",
	  "0 device eth0 uplink0\n" },
	{ "devices = { eth0, \"eth0\" }\n", "devices = { uplink0, \"uplink0\" }\n",
	  "0 devices eth0 uplink0\n0 devices eth0 uplink0\n" },
	{ "ip saddr 10.0.0.5 dup to \"eth0\"\n", "ip saddr 10.9.0.7 dup to \"uplink0\"\n",
	  "0 saddr 10.0.0.5 10.9.0.7\n0 to eth0 uplink0\n" },
	{ "\tset ok {\n\t\ttype ipv4_addr\n\t\tflags interval\n"
	  "\t\telements = { 10.0.0.1, 10.0.0.5 comment \"10.0.0.5\",\n"
	  "\t\t\t     192.168.3.0/24, 10.0.0.5-10.0.0.6 }\n\t}\n",
	  "\tset ok {\n\t\ttype ipv4_addr\n\t\tflags interval\n"
	  "\t\telements = { 10.0.0.1, 10.9.0.7 comment \"10.0.0.5\",\n"
	  "\t\t\t     192.168.4.0/24, 10.9.0.7-10.9.0.8 }\n\t}\n",
	  "3 elements 10.0.0.5 10.9.0.7\n4 elements 192.168.3.0/24 192.168.4.0/24\n"
	  "4 elements 10.0.0.5-10.0.0.6 10.9.0.7-10.9.0.8\n" },
	{ "\tset p {\n\t\ttype inet_service\n\t\tsize 8080\n\t\telements = { 80, 8080,\n\t\t\t 8000-8080 }\n"
	  "\t}\n\tset q {\n\t\ttype mark\n\t\telements = { 8080 }\n\t}\n",
	  "\tset p {\n\t\ttype inet_service\n\t\tsize 8080\n\t\telements = { 80, 9090,\n\t\t\t 8000-9090 }\n"
	  "\t}\n\tset q {\n\t\ttype mark\n\t\telements = { 8080 }\n\t}\n",
	  "3 elements 8080 9090\n4 elements 8000-8080 8000-9090\n" },
	{ "\t\ttype inet_service : ipv4_addr . inet_service\n"
	  "\t\telements = { 80 : 10.0.0.5 . 8080, 8080 : 10.0.0.6 . 81 }\n",
	  "\t\ttype inet_service : ipv4_addr . inet_service\n"
	  "\t\telements = { 80 : 10.9.0.7 . 9090, 9090 : 10.9.0.8 . 81 }\n",
	  "1 map 10.0.0.5 10.9.0.7\n1 map 8080 9090\n1 elements 8080 9090\n1 map 10.0.0.6 10.9.0.8\n" },
	{ "type ifname . ipv4_addr . inet_service\nelements = { \"eth0\" . 10.0.0.5 . 8080 }\n",
	  "type ifname . ipv4_addr . inet_service\nelements = { \"uplink0\" . 10.9.0.7 . 9090 }\n",
	  "1 elements eth0 uplink0\n1 elements 10.0.0.5 10.9.0.7\n1 elements 8080 9090\n" },
	{ "typeof meta mark . th dport : meta mark . tcp dport\nsize 65535\n"
	  "elements = { 8080 . 1 : 8080 . 8080,\n\t 1 . 8080 : 1 . 53 }\n",
	  "typeof meta mark . th dport : meta mark . tcp dport\nsize 65535\n"
	  "elements = { 8080 . 1 : 8080 . 9090,\n\t 1 . 9090 : 1 . 5353 }\n",
	  "2 map 8080 9090\n3 elements 8080 9090\n3 map 53 5353\n" },
	{ "log prefix \"a\n tcp dport 8080 \" tcp dport 8080\n", "log prefix \"a\n tcp dport 8080 \" tcp dport 9090\n",
	  "1 dport 8080 9090\n" },
	{ "}}} , ; : . to map tcp dport", "}}} , ; : . to map tcp dport", "" },
	{ "tcp dport {", "tcp dport {", "" },
	{ "", "", "" },
};
/* clang-format on */

/* `new` NULL: it is refused, for a range would run backwards. */
static void check(const char *image, const struct text *t)
{
	struct swap s = all();
	struct img_buf new = { 0 };

	if (t->new == NULL) {
		ck_assert_int_eq(raw_run(&(struct img_raw){ .image = image }, t->old,
					 strlen(t->old), &s, &new, NULL, &err),
				 -1);
		ck_assert_ptr_nonnull(strstr(err.what, "which holds nothing"));
	} else {
		raw_both_ways(image, t->old, strlen(t->old), &s, t->changes, &new);
		ck_assert_msg(new.n == strlen(t->new) &&
				      (new.n == 0 || memcmp(new.p, t->new, new.n) == 0),
			      "%.*s", (int)new.n, new.p);
	}
	img_buf_free(&new);
}

START_TEST(lines_of_iptables)
{
	check("iptables-10.img", &iptables[_i]);
	check("ip6tables-10.img", &iptables[_i]);
}
END_TEST

START_TEST(lines_of_nft)
{
	check("nftables-10.img", &nft[_i]);
}
END_TEST

static const struct {
	const char *image, *text, *what;
} bad[] = {
	{ "iptables-1.img", "\n-A A -s 10.0.0.5-10.0.0.9\n",
	  "offset 0x9: the range would become 10.9.0.7-10.0.0.9, which holds nothing" },
	{ "nftables-1.img", "tcp dport 8080-8090\n",
	  "offset 0xa: the range would become 9090-8090, which holds nothing" },
	{ "nftables-1.img", "dnat to [fd00::6]-[fd00::9]:1\n",
	  "offset 0x8: the range would become [fd01::8]-[fd00::9], which holds nothing" },
};

START_TEST(ranges_that_would_run_backwards_are_refused)
{
	struct swap s = all();
	struct img_buf new = { 0 };

	ck_assert_int_eq(raw_run(&(struct img_raw){ .image = bad[_i].image }, bad[_i].text,
				 strlen(bad[_i].text), &s, &new, NULL, &err),
			 -1);
	ck_assert_str_eq(said(&err), bad[_i].what);
	img_buf_free(&new);
}
END_TEST

START_TEST(a_name_that_rules_cannot_have_is_refused)
{
	static const char text[] = "iif \"eth0\"\n";
	struct swap s = { .devs = { { "eth0", "a\"b" } } };
	struct img_buf new = { 0 };

	ck_assert_int_eq(raw_run(&(struct img_raw){ .image = "nftables-1.img" }, text, strlen(text),
				 &s, &new, NULL, &err),
			 -1);
	ck_assert_str_eq(said(&err), "offset 0x4: a firewall rule cannot have the device name "
				     "'a\"b'");
	img_buf_free(&new);
}
END_TEST

START_TEST(a_line_has_a_limit)
{
	static char text[2 << 20];
	struct swap s = all();
	struct img_buf new = { 0 };

	memset(text, 'x', sizeof(text));
	ck_assert_int_eq(raw_run(&(struct img_raw){ .image = "iptables-1.img" }, text, sizeof(text),
				 &s, &new, NULL, &err),
			 -1);
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	ck_assert_str_eq(said(&err), "offset 0x0: line of more than 1048576 bytes");
	img_buf_free(&new);
}
END_TEST

START_TEST(any_bytes_end)
{
	struct swap s = all();
	const struct text *t = _i < (int)COUNT(nft) ? &nft[_i] : &iptables[_i - COUNT(nft)];
	struct img_raw raw = { .image =
				       _i < (int)COUNT(nft) ? "nftables-1.img" : "iptables-1.img" };

	raw_sweep(&raw, t->old, strlen(t->old), &s);
}
END_TEST

/* What the tools printed, in full: all values are found, and come back. */
static const struct {
	const char *image, *file;
	unsigned changes;
} whole[] = {
	{ "iptables-1.img", "data/rules/iptables-1.txt", 23 },
	{ "ip6tables-1.img", "data/rules/ip6tables-1.txt", 5 },
	{ "nftables-1.img", "data/rules/nftables-1.txt", 48 },
};

START_TEST(whole_rule_sets_change_and_change_back)
{
	struct swap s = { .ips = { { "10.0.0.5", "10.0.0.3" }, { "fd00::5", "fd00::3" } },
			  .nets = { { "10.0.0.0/24", "10.7.0.0/24" } },
			  .devs = { { "eth0", "uplink0" } },
			  .ports = { { 0, 8080, 8085 } } };
	struct img_raw raw = { .image = whole[_i].image };
	struct img_buf new = { 0 }, old = { 0 }, lines = { 0 };
	static char text[16384];
	FILE *f = fopen(unit_path(whole[_i].file), "r");
	unsigned changes = 0;
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	ck_assert_msg(raw_run(&raw, text, n, &s, &new, &lines, &err) == 1, "%s", said(&err));
	for (size_t i = 0; i < lines.n; i++)
		changes += lines.p[i] == '\n';
	ck_assert_uint_eq(changes, whole[_i].changes);
	s.back = true;
	ck_assert_int_eq(raw_run(&raw, new.p, new.n, &s, &old, NULL, &err), 1);
	same_bytes(old.p, old.n, text, n, "back again");
	img_buf_free(&new);
	img_buf_free(&old);
	img_buf_free(&lines);
}
END_TEST

static void add(TCase *tc)
{
	EACH(lines_of_iptables, iptables);
	EACH(lines_of_nft, nft);
	EACH(whole_rule_sets_change_and_change_back, whole);
	EACH(ranges_that_would_run_backwards_are_refused, bad);
	TEST(a_name_that_rules_cannot_have_is_refused);
	TEST(a_line_has_a_limit);
	tcase_add_loop_test(tc, any_bytes_end, 0, (int)(COUNT(nft) + COUNT(iptables)));
}

int main(void)
{
	return unit_run("raw_text", add);
}
