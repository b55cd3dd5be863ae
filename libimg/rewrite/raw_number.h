/* Lists of numbers in attributes of netlink messages, which stay. */
#ifndef IMG_RAW_NUMBER_H
#define IMG_RAW_NUMBER_H

#include "libimg/rewrite/raw_attr.h"

/* Rows for what is in RTA_METRICS. */
extern const struct img_raw_attr img_raw_metrics[];

/* In CTA_PROTOINFO, CTA_COUNTERS_*, CTA_SEQ_ADJ_* and CTA_NAT_PROTO. */
extern const struct img_raw_attr img_raw_protoinfo[], img_raw_counters[], img_raw_seqadj[],
	img_raw_nat_ports[];

#endif
