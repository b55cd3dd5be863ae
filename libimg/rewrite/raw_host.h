/* What netlink dumps say of the host: its clock and its users. */
#ifndef IMG_RAW_HOST_H
#define IMG_RAW_HOST_H

#include "libimg/rewrite/raw_attr.h"

/*
 * IFA_CACHEINFO, RTA_CACHEINFO and CTA_TIMESTAMP, which is a list of img_raw_stamps: their times,
 * where raw->timeless.
 */
img_raw_attr_fn img_raw_ifa_cache, img_raw_rta_cache, img_raw_ct_times;
extern const struct img_raw_attr img_raw_stamps[];

/* RTA_UID and FRA_UID_RANGE, where raw->host_ids. */
img_raw_attr_fn img_raw_route_uid, img_raw_uid_range;

#endif
