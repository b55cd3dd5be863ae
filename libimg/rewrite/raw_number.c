#include "libimg/rewrite/raw_number.h"

#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* A way to control congestion stays if it is one of Linux: a route is not added with another. */
static int congestion(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		      struct img_span value, struct img_buf *out, struct img_err *err)
{
	static const char *const names[] = { "bbr",      "bic",   "cdg",      "cubic",     "dctcp",
					     "htcp",     "hybla", "illinois", "highspeed", "lp",
					     "nv",       "reno",  "scalable", "vegas",     "veno",
					     "westwood", "yeah" };

	(void)a, (void)list, (void)err;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (value.n == strlen(names[i]) + 1 && memcmp(value.p, names[i], value.n) == 0) {
			img_buf_put(out, value.p, value.n);
			return 0;
		}
	return img_raw_odd(m, value.p, value.n, out);
}

const struct img_raw_attr img_raw_metrics[] = {
	IMG_RAW_NUMBER(RTAX_LOCK, 4),
	IMG_RAW_NUMBER(RTAX_MTU, 4),
	IMG_RAW_NUMBER(RTAX_WINDOW, 4),
	IMG_RAW_NUMBER(RTAX_RTT, 4),
	IMG_RAW_NUMBER(RTAX_RTTVAR, 4),
	IMG_RAW_NUMBER(RTAX_SSTHRESH, 4),
	IMG_RAW_NUMBER(RTAX_CWND, 4),
	IMG_RAW_NUMBER(RTAX_ADVMSS, 4),
	IMG_RAW_NUMBER(RTAX_REORDERING, 4),
	IMG_RAW_NUMBER(RTAX_HOPLIMIT, 4),
	IMG_RAW_NUMBER(RTAX_INITCWND, 4),
	IMG_RAW_NUMBER(RTAX_FEATURES, 4),
	IMG_RAW_NUMBER(RTAX_RTO_MIN, 4),
	IMG_RAW_NUMBER(RTAX_INITRWND, 4),
	IMG_RAW_NUMBER(RTAX_QUICKACK, 4),
	IMG_RAW_VALUE(RTAX_CC_ALGO, congestion),
	IMG_RAW_NUMBER(RTAX_FASTOPEN_NO_COOKIE, 4),
	{ .name = NULL },
};

static const struct img_raw_attr tcp[] = {
	IMG_RAW_NUMBER(CTA_PROTOINFO_TCP_STATE, 1),
	IMG_RAW_NUMBER(CTA_PROTOINFO_TCP_WSCALE_ORIGINAL, 1),
	IMG_RAW_NUMBER(CTA_PROTOINFO_TCP_WSCALE_REPLY, 1),
	IMG_RAW_NUMBER(CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, 2),
	IMG_RAW_NUMBER(CTA_PROTOINFO_TCP_FLAGS_REPLY, 2),
	{ .name = NULL },
};

static const struct img_raw_attr dccp[] = {
	IMG_RAW_NUMBER(CTA_PROTOINFO_DCCP_STATE, 1),
	IMG_RAW_NUMBER(CTA_PROTOINFO_DCCP_ROLE, 1),
	IMG_RAW_NUMBER(CTA_PROTOINFO_DCCP_HANDSHAKE_SEQ, 8),
	{ .name = NULL },
};

static const struct img_raw_attr sctp[] = {
	IMG_RAW_NUMBER(CTA_PROTOINFO_SCTP_STATE, 1),
	IMG_RAW_NUMBER(CTA_PROTOINFO_SCTP_VTAG_ORIGINAL, 4),
	IMG_RAW_NUMBER(CTA_PROTOINFO_SCTP_VTAG_REPLY, 4),
	{ .name = NULL },
};

const struct img_raw_attr img_raw_protoinfo[] = {
	IMG_RAW_LIST(CTA_PROTOINFO_TCP, img_raw_attr_numbers, tcp),
	IMG_RAW_LIST(CTA_PROTOINFO_DCCP, img_raw_attr_numbers, dccp),
	IMG_RAW_LIST(CTA_PROTOINFO_SCTP, img_raw_attr_numbers, sctp),
	{ .name = NULL },
};

const struct img_raw_attr img_raw_counters[] = {
	IMG_RAW_NUMBER(CTA_COUNTERS_PACKETS, 8),
	IMG_RAW_NUMBER(CTA_COUNTERS_BYTES, 8),
	IMG_RAW_NUMBER(CTA_COUNTERS32_PACKETS, 4),
	IMG_RAW_NUMBER(CTA_COUNTERS32_BYTES, 4),
	{ .name = NULL },
};

const struct img_raw_attr img_raw_seqadj[] = {
	IMG_RAW_NUMBER(CTA_SEQADJ_CORRECTION_POS, 4),
	IMG_RAW_NUMBER(CTA_SEQADJ_OFFSET_BEFORE, 4),
	IMG_RAW_NUMBER(CTA_SEQADJ_OFFSET_AFTER, 4),
	{ .name = NULL },
};

const struct img_raw_attr img_raw_nat_ports[] = {
	IMG_RAW_NUMBER(CTA_PROTONAT_PORT_MIN, 2),
	IMG_RAW_NUMBER(CTA_PROTONAT_PORT_MAX, 2),
	{ .name = NULL },
};
