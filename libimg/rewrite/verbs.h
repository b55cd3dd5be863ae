/*
 * The verbs: what each does to a field whose row has its mark. A verdict, or -1 with *err where
 * the new value would not fit.
 */
#ifndef IMG_VERBS_H
#define IMG_VERBS_H

#include "libimg/rewrite/field_value.h"

typedef int img_verb_fn(struct img_fields *x, struct img_field *f, struct img_err *err);

/* verbs_net.c */
img_verb_fn img_verb_ip, img_verb_port, img_verb_netdev, img_verb_mac;

/* verbs_name.c */
img_verb_fn img_verb_path, img_verb_unix, img_verb_ext_key, img_verb_comm, img_verb_host;

/* verbs_cgroup.c, verbs_mount.c */
img_verb_fn img_verb_cgroup, img_verb_mount;

/* verbs_number.c */
img_verb_fn img_verb_uid, img_verb_gid, img_verb_userns, img_verb_file_check, img_verb_pid;

#endif
