/*
 * Small images, one for each kind of framing and payload, and the JSON that says the
 * same: it holds in both directions.
 */
#ifndef UNIT_SAMPLES_H
#define UNIT_SAMPLES_H

#include "unit.h"

struct sample {
	const char *name, *type;
	struct bytes image;
	const char *json; /* the stream */
	const char *doc;  /* the document, as `crit decode` writes it, without the line end */
};

/* Other forms of the sample with that name. */
struct spelling {
	const char *name, *text;
};

/* clang-format off */

static const struct sample samples[] = {
	{ "no entries", "PSTREE",
	  BYTES("\031CVT00'P"),
	  "{\"magic\":\"PSTREE\"}\n",
	  "{\"magic\": \"PSTREE\", \"entries\": []}" },
	{ "two entries", "PSTREE",
	  BYTES("\031CVT00'P\010\000\000\000\010\001\020\000\030\001 \001\014\000\000\000\010\001\020"
		 "\000\030\001 \001(\001(\002"),
	  "{\"magic\":\"PSTREE\"}\n"
	  "{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1}\n"
	  "{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1,\"threads\":[1,2]}\n",
	  "{\"magic\": \"PSTREE\", \"entries\": [{\"pid\": 1, \"ppid\": 0, \"pgid\": 1, \"sid\": 1}, {\"pid\": 1, \"ppid\": 0, \"pgid\": 1, \"sid\": 1, \"threads\": [1, 2]}]}" },
	{ "framing 1.0", "PSTREE",
	  BYTES("00'P\010\000\000\000\010\001\020\000\030\001 \001"),
	  "{\"magic\":\"PSTREE\",\"format\":\"1.0\"}\n"
	  "{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1}\n",
	  "{\"magic\": \"PSTREE\", \"format\": \"1.0\", \"entries\": [{\"pid\": 1, \"ppid\": 0, \"pgid\": 1, \"sid\": 1}]}" },
	{ "framing 1.0 without entries", "PSTREE",
	  BYTES("00'P"),
	  "{\"magic\":\"PSTREE\",\"format\":\"1.0\"}\n",
	  "{\"magic\": \"PSTREE\", \"format\": \"1.0\", \"entries\": []}" },
	{ "big-endian", "PSTREE",
	  BYTES("TVC\031P'00\000\000\000\010\010\001\020\000\030\001 \001"),
	  "{\"magic\":\"PSTREE\",\"endian\":\"big\"}\n"
	  "{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1}\n",
	  "{\"magic\": \"PSTREE\", \"endian\": \"big\", \"entries\": [{\"pid\": 1, \"ppid\": 0, \"pgid\": 1, \"sid\": 1}]}" },
	{ "big-endian 1.0", "PSTREE",
	  BYTES("P'00\000\000\000\010\010\001\020\000\030\001 \001"),
	  "{\"magic\":\"PSTREE\",\"format\":\"1.0\",\"endian\":\"big\"}\n"
	  "{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1}\n",
	  "{\"magic\": \"PSTREE\", \"format\": \"1.0\", \"endian\": \"big\", \"entries\": [{\"pid\": 1, \"ppid\": 0, \"pgid\": 1, \"sid\": 1}]}" },
	{ "inventory", "INVENTORY",
	  BYTES("\02611X\002\000\000\000\010\002"),
	  "{\"magic\":\"INVENTORY\"}\n"
	  "{\"img_version\":2}\n",
	  "{\"magic\": \"INVENTORY\", \"entries\": [{\"img_version\": 2}]}" },
	{ "big-endian inventory", "INVENTORY",
	  BYTES("X11\026\000\000\000\002\010\002"),
	  "{\"magic\":\"INVENTORY\",\"endian\":\"big\"}\n"
	  "{\"img_version\":2}\n",
	  "{\"magic\": \"INVENTORY\", \"endian\": \"big\", \"entries\": [{\"img_version\": 2}]}" },
	{ "service", "STATS",
	  BYTES("@Y\020U\0063\011W\012\000\000\000\022\010\010\001\020\002\030\003 \004"),
	  "{\"magic\":\"STATS\"}\n"
	  "{\"restore\":{\"pages_compared\":1,\"pages_skipped_cow\":2,\"forking_time\":3,\"restore_time\":4}}\n",
	  "{\"magic\": \"STATS\", \"entries\": [{\"restore\": {\"pages_compared\": 1, \"pages_skipped_cow\": 2, \"forking_time\": 3, \"restore_time\": 4}}]}" },
	{ "service 1.0", "IRMAP_CACHE",
	  BYTES("Y@\000W\011\000\000\000\010\201\020\020\007\032\002/x"),
	  "{\"magic\":\"IRMAP_CACHE\",\"format\":\"1.0\"}\n"
	  "{\"dev\":2049,\"inode\":7,\"path\":\"/x\"}\n",
	  "{\"magic\": \"IRMAP_CACHE\", \"format\": \"1.0\", \"entries\": [{\"dev\": 2049, \"inode\": 7, \"path\": \"/x\"}]}" },
	{ "an entry of no bytes", "SECCOMP",
	  BYTES("\031CVTI0Ad\000\000\000\000"),
	  "{\"magic\":\"SECCOMP\"}\n"
	  "{}\n",
	  "{\"magic\": \"SECCOMP\", \"entries\": [{}]}" },
	{ "a first entry that differs", "PAGEMAP",
	  BYTES("\031CVT%@\010V\002\000\000\000\010\001\011\000\000\000\010\200 \020\000 \004(\002"),
	  "{\"magic\":\"PAGEMAP\"}\n"
	  "{\"pages_id\":1}\n"
	  "{\"vaddr\":4096,\"compat_nr_pages\":0,\"flags\":4,\"nr_pages\":2}\n",
	  "{\"magic\": \"PAGEMAP\", \"entries\": [{\"pages_id\": 1}, {\"vaddr\": 4096, \"compat_nr_pages\": 0, \"flags\": 4, \"nr_pages\": 2}]}" },
	{ "a field called magic", "BINFMT_MISC",
	  BYTES("\031CVT#34g\015\000\000\000\012\001a\020\001\032\002/b2\002MZ"),
	  "{\"magic\":\"BINFMT_MISC\"}\n"
	  "{\"name\":\"a\",\"enabled\":true,\"interpreter\":\"/b\",\"magic\":\"MZ\"}\n",
	  "{\"magic\": \"BINFMT_MISC\", \"entries\": [{\"name\": \"a\", \"enabled\": true, \"interpreter\": \"/b\", \"magic\": \"MZ\"}]}" },
	{ "pipes", "PIPES_DATA",
	  BYTES("\031CVT\0117EV\004\000\000\000\010\001\020\005hello\010\000\000\000\010\002\020\000\030"
		 "\200\200\004\004\000\000\000\010\003\020\003\000\377\012"),
	  "{\"magic\":\"PIPES_DATA\"}\n"
	  "{\"pipe_id\":1,\"bytes\":5,\"extra\":\"aGVsbG8=\"}\n"
	  "{\"pipe_id\":2,\"bytes\":0,\"size\":65536,\"extra\":\"\"}\n"
	  "{\"pipe_id\":3,\"bytes\":3,\"extra\":\"AP8K\"}\n",
	  "{\"magic\": \"PIPES_DATA\", \"entries\": [{\"pipe_id\": 1, \"bytes\": 5, \"extra\": \"aGVsbG8=\\n\"}, {\"pipe_id\": 2, \"bytes\": 0, \"size\": 65536, \"extra\": \"\"}, {\"pipe_id\": 3, \"bytes\": 3, \"extra\": \"AP8K\\n\"}]}" },
	{ "fifos", "FIFO_DATA",
	  BYTES("\031CVTT03Y\004\000\000\000\010\001\020\001x"),
	  "{\"magic\":\"FIFO_DATA\"}\n"
	  "{\"pipe_id\":1,\"bytes\":1,\"extra\":\"eA==\"}\n",
	  "{\"magic\": \"FIFO_DATA\", \"entries\": [{\"pipe_id\": 1, \"bytes\": 1, \"extra\": \"eA==\\n\"}]}" },
	{ "packets", "SK_QUEUES",
	  BYTES("\031CVT&@&V\004\000\000\000\010\007\020\004ping\004\000\000\000\010\007\020\000"),
	  "{\"magic\":\"SK_QUEUES\"}\n"
	  "{\"id_for\":7,\"length\":4,\"extra\":\"cGluZw==\"}\n"
	  "{\"id_for\":7,\"length\":0,\"extra\":\"\"}\n",
	  "{\"magic\": \"SK_QUEUES\", \"entries\": [{\"id_for\": 7, \"length\": 4, \"extra\": \"cGluZw==\\n\"}, {\"id_for\": 7, \"length\": 0, \"extra\": \"\"}]}" },
	{ "both queues", "TCP_STREAM",
	  BYTES("\031CVT\006UFQ\017\000\000\000\010\003\020d\030\004 \310\001(\0010\0028\003abcdefg"),
	  "{\"magic\":\"TCP_STREAM\"}\n"
	  "{\"inq_len\":3,\"inq_seq\":100,\"outq_len\":4,\"outq_seq\":200,\"opt_mask\":1,\"snd_wscale\":2,\"mss_clamp\":3,\"extra\":{\"inq\":\"YWJj\",\"outq\":\"ZGVmZw==\"}}\n",
	  "{\"magic\": \"TCP_STREAM\", \"entries\": [{\"inq_len\": 3, \"inq_seq\": 100, \"outq_len\": 4, \"outq_seq\": 200, \"opt_mask\": 1, \"snd_wscale\": 2, \"mss_clamp\": 3, \"extra\": {\"inq\": \"YWJj\\n\", \"outq\": \"ZGVmZw==\\n\"}}]}" },
	{ "the queue in alone", "TCP_STREAM",
	  BYTES("\031CVT\006UFQ\017\000\000\000\010\003\020d\030\000 \310\001(\0010\0028\003abc"),
	  "{\"magic\":\"TCP_STREAM\"}\n"
	  "{\"inq_len\":3,\"inq_seq\":100,\"outq_len\":0,\"outq_seq\":200,\"opt_mask\":1,\"snd_wscale\":2,\"mss_clamp\":3,\"extra\":{\"inq\":\"YWJj\",\"outq\":\"\"}}\n",
	  "{\"magic\": \"TCP_STREAM\", \"entries\": [{\"inq_len\": 3, \"inq_seq\": 100, \"outq_len\": 0, \"outq_seq\": 200, \"opt_mask\": 1, \"snd_wscale\": 2, \"mss_clamp\": 3, \"extra\": {\"inq\": \"YWJj\\n\", \"outq\": \"\"}}]}" },
	{ "the queue out alone", "TCP_STREAM",
	  BYTES("\031CVT\006UFQ\017\000\000\000\010\000\020d\030\001 \310\001(\0010\0028\003d"),
	  "{\"magic\":\"TCP_STREAM\"}\n"
	  "{\"inq_len\":0,\"inq_seq\":100,\"outq_len\":1,\"outq_seq\":200,\"opt_mask\":1,\"snd_wscale\":2,\"mss_clamp\":3,\"extra\":{\"inq\":\"\",\"outq\":\"ZA==\"}}\n",
	  "{\"magic\": \"TCP_STREAM\", \"entries\": [{\"inq_len\": 0, \"inq_seq\": 100, \"outq_len\": 1, \"outq_seq\": 200, \"opt_mask\": 1, \"snd_wscale\": 2, \"mss_clamp\": 3, \"extra\": {\"inq\": \"\", \"outq\": \"ZA==\\n\"}}]}" },
	{ "no queues", "TCP_STREAM",
	  BYTES("\031CVT\006UFQ\017\000\000\000\010\000\020d\030\000 \310\001(\0010\0028\003"),
	  "{\"magic\":\"TCP_STREAM\"}\n"
	  "{\"inq_len\":0,\"inq_seq\":100,\"outq_len\":0,\"outq_seq\":200,\"opt_mask\":1,\"snd_wscale\":2,\"mss_clamp\":3,\"extra\":{\"inq\":\"\",\"outq\":\"\"}}\n",
	  "{\"magic\": \"TCP_STREAM\", \"entries\": [{\"inq_len\": 0, \"inq_seq\": 100, \"outq_len\": 0, \"outq_seq\": 200, \"opt_mask\": 1, \"snd_wscale\": 2, \"mss_clamp\": 3, \"extra\": {\"inq\": \"\", \"outq\": \"\"}}]}" },
	{ "a ghost", "GHOST_FILE",
	  BYTES("\031CVT\0056XR\010\000\000\000\010\000\020\000\030\244\203\002the rest"),
	  "{\"magic\":\"GHOST_FILE\"}\n"
	  "{\"uid\":0,\"gid\":0,\"mode\":33188,\"extra\":\"dGhlIHJlc3Q=\"}\n",
	  "{\"magic\": \"GHOST_FILE\", \"entries\": [{\"uid\": 0, \"gid\": 0, \"mode\": 33188, \"extra\": \"dGhlIHJlc3Q=\\n\"}]}" },
	{ "an empty ghost", "GHOST_FILE",
	  BYTES("\031CVT\0056XR\010\000\000\000\010\000\020\000\030\244\203\002"),
	  "{\"magic\":\"GHOST_FILE\"}\n"
	  "{\"uid\":0,\"gid\":0,\"mode\":33188,\"extra\":\"\"}\n",
	  "{\"magic\": \"GHOST_FILE\", \"entries\": [{\"uid\": 0, \"gid\": 0, \"mode\": 33188, \"extra\": \"\"}]}" },
	{ "a ghost in chunks", "GHOST_FILE",
	  BYTES("\031CVT\0056XR\014\000\000\000\010\000\020\000\030\244\203\002H\001Pd\004\000\000\000"
		 "\010\003\020\004abc\004\000\000\000\010\000\0202"),
	  "{\"magic\":\"GHOST_FILE\"}\n"
	  "{\"uid\":0,\"gid\":0,\"mode\":33188,\"chunks\":true,\"size\":100}\n"
	  "{\"len\":3,\"off\":4,\"extra\":\"YWJj\"}\n"
	  "{\"len\":0,\"off\":50,\"extra\":\"\"}\n",
	  "{\"magic\": \"GHOST_FILE\", \"entries\": [{\"uid\": 0, \"gid\": 0, \"mode\": 33188, \"chunks\": true, \"size\": 100}, {\"len\": 3, \"off\": 4, \"extra\": \"YWJj\\n\"}, {\"len\": 0, \"off\": 50, \"extra\": \"\"}]}" },
	{ "a ghost of holes", "GHOST_FILE",
	  BYTES("\031CVT\0056XR\014\000\000\000\010\000\020\000\030\244\203\002H\001Pd"),
	  "{\"magic\":\"GHOST_FILE\"}\n"
	  "{\"uid\":0,\"gid\":0,\"mode\":33188,\"chunks\":true,\"size\":100}\n",
	  "{\"magic\": \"GHOST_FILE\", \"entries\": [{\"uid\": 0, \"gid\": 0, \"mode\": 33188, \"chunks\": true, \"size\": 100}]}" },
	{ "a ghost not in chunks", "GHOST_FILE",
	  BYTES("\031CVT\0056XR\012\000\000\000\010\000\020\000\030\244\203\002H\000x"),
	  "{\"magic\":\"GHOST_FILE\"}\n"
	  "{\"uid\":0,\"gid\":0,\"mode\":33188,\"chunks\":false,\"extra\":\"eA==\"}\n",
	  "{\"magic\": \"GHOST_FILE\", \"entries\": [{\"uid\": 0, \"gid\": 0, \"mode\": 33188, \"chunks\": false, \"extra\": \"eA==\\n\"}]}" },
	{ "semaphores", "IPCNS_SEM",
	  BYTES("\031CVT\0310WY\023\000\000\000\012\017\010\001\020\000\030\000 \000(\0000\244\0038\011"
		 "\020\000\023\000\000\000\012\017\010\001\020\000\030\000 \000(\0000\244\0038\011\020"
		 "\001\001\000\000\000\000\000\000\000\023\000\000\000\012\017\010\001\020\000\030\000"
		 " \000(\0000\244\0038\011\020\003\001\000\002\000\003\000\000\000\023\000\000\000\012"
		 "\017\010\001\020\000\030\000 \000(\0000\244\0038\011\020\004\000\000\001\000\000\001"
		 "\377\377\023\000\000\000\012\017\010\001\020\000\030\000 \000(\0000\244\0038\011\020"
		 "\005\001\000\002\000\003\000\004\000\005\000\000\000\000\000\000\000"),
	  "{\"magic\":\"IPCNS_SEM\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"nsems\":0,\"extra\":[]}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"nsems\":1,\"extra\":[1]}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"nsems\":3,\"extra\":[1,2,3]}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"nsems\":4,\"extra\":[0,1,256,65535]}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"nsems\":5,\"extra\":[1,2,3,4,5]}\n",
	  "{\"magic\": \"IPCNS_SEM\", \"entries\": [{\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"nsems\": 0, \"extra\": []}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"nsems\": 1, \"extra\": [1]}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"nsems\": 3, \"extra\": [1, 2, 3]}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"nsems\": 4, \"extra\": [0, 1, 256, 65535]}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"nsems\": 5, \"extra\": [1, 2, 3, 4, 5]}]}" },
	{ "semaphores and odd padding", "IPCNS_SEM",
	  BYTES("\031CVT\0310WY\023\000\000\000\012\017\010\001\020\000\030\000 \000(\0000\244\0038\011"
		 "\020\001\007\000\000\000\000\000\000\001\023\000\000\000\012\017\010\001\020\000\030"
		 "\000 \000(\0000\244\0038\011\020\001\010\000\000\000\000\000\000\000"),
	  "{\"magic\":\"IPCNS_SEM\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"nsems\":1,\"extra\":[7],\"@pad\":\"AAAAAAAB\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"nsems\":1,\"extra\":[8]}\n",
	  "{\"magic\": \"IPCNS_SEM\", \"entries\": [{\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"nsems\": 1, \"extra\": [7], \"@pad\": \"AAAAAAAB\\n\"}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"nsems\": 1, \"extra\": [8]}]}" },
	{ "big-endian semaphores", "IPCNS_SEM",
	  BYTES("TVC\031YW0\031\000\000\000\023\012\017\010\001\020\000\030\000 \000(\0000\244\0038\011"
		 "\020\003\000\001\000\002\001\002\000\000"),
	  "{\"magic\":\"IPCNS_SEM\",\"endian\":\"big\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"nsems\":3,\"extra\":[1,2,258]}\n",
	  "{\"magic\": \"IPCNS_SEM\", \"endian\": \"big\", \"entries\": [{\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"nsems\": 3, \"extra\": [1, 2, 258]}]}" },
	{ "messages", "IPCNS_MSG",
	  BYTES("\031CVT77EU\027\000\000\000\012\017\010\001\020\000\030\000 \000(\0000\244\0038\011\020"
		 "\200\200\001\030\000\027\000\000\000\012\017\010\001\020\000\030\000 \000(\0000\244\003"
		 "8\011\020\200\200\001\030\003\004\000\000\000\010\006\020\005hello\000\000\000\004\000"
		 "\000\000\010\001\020\000\004\000\000\000\010\011\020\01012345678\027\000\000\000\012"
		 "\017\010\001\020\000\030\000 \000(\0000\244\0038\011\020\200\200\001\030\001\004\000"
		 "\000\000\010\012\020\011xxxxxxxxx\000\000\000\000\000\000\000"),
	  "{\"magic\":\"IPCNS_MSG\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"qbytes\":16384,\"qnum\":0,\"extra\":[]}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"qbytes\":16384,\"qnum\":3,\"extra\":[{\"mtype\":6,\"msize\":5},\"aGVsbG8=\",{\"mtype\":1,\"msize\":0},\"\",{\"mtype\":9,\"msize\":8},\"MTIzNDU2Nzg=\"]}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"qbytes\":16384,\"qnum\":1,\"extra\":[{\"mtype\":10,\"msize\":9},\"eHh4eHh4eHh4\"]}\n",
	  "{\"magic\": \"IPCNS_MSG\", \"entries\": [{\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"qbytes\": 16384, \"qnum\": 0, \"extra\": []}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"qbytes\": 16384, \"qnum\": 3, \"extra\": [{\"mtype\": 6, \"msize\": 5}, \"aGVsbG8=\\n\", {\"mtype\": 1, \"msize\": 0}, \"\", {\"mtype\": 9, \"msize\": 8}, \"MTIzNDU2Nzg=\\n\"]}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"qbytes\": 16384, \"qnum\": 1, \"extra\": [{\"mtype\": 10, \"msize\": 9}, \"eHh4eHh4eHh4\\n\"]}]}" },
	{ "messages and odd padding", "IPCNS_MSG",
	  BYTES("\031CVT77EU\027\000\000\000\012\017\010\001\020\000\030\000 \000(\0000\244\0038\011\020"
		 "\200\200\001\030\002\004\000\000\000\010\006\020\005hello\000\000\007\004\000\000\000"
		 "\010\004\020\003abc\000\000\000\000\000"),
	  "{\"magic\":\"IPCNS_MSG\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"qbytes\":16384,\"qnum\":2,\"extra\":[{\"mtype\":6,\"msize\":5,\"@pad\":\"AAAH\"},\"aGVsbG8=\",{\"mtype\":4,\"msize\":3},\"YWJj\"]}\n",
	  "{\"magic\": \"IPCNS_MSG\", \"entries\": [{\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"qbytes\": 16384, \"qnum\": 2, \"extra\": [{\"mtype\": 6, \"msize\": 5, \"@pad\": \"AAAH\\n\"}, \"aGVsbG8=\\n\", {\"mtype\": 4, \"msize\": 3}, \"YWJj\\n\"]}]}" },
	{ "big-endian messages", "IPCNS_MSG",
	  BYTES("TVC\031UE77\000\000\000\027\012\017\010\001\020\000\030\000 \000(\0000\244\0038\011\020"
		 "\200\200\001\030\001\000\000\000\004\010\006\020\005hello\000\000\000"),
	  "{\"magic\":\"IPCNS_MSG\",\"endian\":\"big\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"qbytes\":16384,\"qnum\":1,\"extra\":[{\"mtype\":6,\"msize\":5},\"aGVsbG8=\"]}\n",
	  "{\"magic\": \"IPCNS_MSG\", \"endian\": \"big\", \"entries\": [{\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"qbytes\": 16384, \"qnum\": 1, \"extra\": [{\"mtype\": 6, \"msize\": 5}, \"aGVsbG8=\\n\"]}]}" },
	{ "segments", "IPCNS_SHM",
	  BYTES("\031CVTD0(F\023\000\000\000\012\017\010\001\020\000\030\000 \000(\0000\244\0038\011\020"
		 "\00512345\000\000\000\025\000\000\000\012\017\010\001\020\000\030\000 \000(\0000\244"
		 "\0038\011\020\004\030\001\025\000\000\000\012\017\010\001\020\000\030\000 \000(\0000"
		 "\244\0038\011\020\004\030\0001234\023\000\000\000\012\017\010\001\020\000\030\000 \000"
		 "(\0000\244\0038\011\020\000\023\000\000\000\012\017\010\001\020\000\030\000 \000(\000"
		 "0\244\0038\011\020\0011abc\023\000\000\000\012\017\010\001\020\000\030\000 \000(\000"
		 "0\244\0038\011\020\00212\000\000"),
	  "{\"magic\":\"IPCNS_SHM\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"size\":5,\"extra\":\"MTIzNDU=\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"size\":4,\"in_pagemaps\":true}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"size\":4,\"in_pagemaps\":false,\"extra\":\"MTIzNA==\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"size\":0,\"extra\":\"\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"size\":1,\"extra\":\"MQ==\",\"@pad\":\"YWJj\"}\n"
	  "{\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":420,\"id\":9},\"size\":2,\"extra\":\"MTI=\"}\n",
	  "{\"magic\": \"IPCNS_SHM\", \"entries\": [{\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"size\": 5, \"extra\": \"MTIzNDU=\\n\"}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"size\": 4, \"in_pagemaps\": true}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"size\": 4, \"in_pagemaps\": false, \"extra\": \"MTIzNA==\\n\"}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"size\": 0, \"extra\": \"\"}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"size\": 1, \"extra\": \"MQ==\\n\", \"@pad\": \"YWJj\\n\"}, {\"desc\": {\"key\": 1, \"uid\": 0, \"gid\": 0, \"cuid\": 0, \"cgid\": 0, \"mode\": 420, \"id\": 9}, \"size\": 2, \"extra\": \"MTI=\\n\"}]}" },
	{ "maps", "BPFMAP_DATA",
	  BYTES("\031CVT3@2d\010\000\000\000\010\001\020\002\030\003 \001kkvvv\010\000\000\000\010\001"
		 "\020\000\030\000 \000"),
	  "{\"magic\":\"BPFMAP_DATA\"}\n"
	  "{\"map_id\":1,\"keys_bytes\":2,\"values_bytes\":3,\"count\":1,\"extra\":\"a2t2dnY=\"}\n"
	  "{\"map_id\":1,\"keys_bytes\":0,\"values_bytes\":0,\"count\":0,\"extra\":\"\"}\n",
	  "{\"magic\": \"BPFMAP_DATA\", \"entries\": [{\"map_id\": 1, \"keys_bytes\": 2, \"values_bytes\": 3, \"count\": 1, \"extra\": \"a2t2dnY=\\n\"}, {\"map_id\": 1, \"keys_bytes\": 0, \"values_bytes\": 0, \"count\": 0, \"extra\": \"\"}]}" },
};

/* As `crit show` writes documents, without the line end. */
static const struct spelling pretty_samples[] = {
	{ "no entries",
	  "{\n"
	  "    \"magic\": \"PSTREE\",\n"
	  "    \"entries\": []\n"
	  "}" },
	{ "two entries",
	  "{\n"
	  "    \"magic\": \"PSTREE\",\n"
	  "    \"entries\": [\n"
	  "        {\n"
	  "            \"pid\": 1,\n"
	  "            \"ppid\": 0,\n"
	  "            \"pgid\": 1,\n"
	  "            \"sid\": 1\n"
	  "        },\n"
	  "        {\n"
	  "            \"pid\": 1,\n"
	  "            \"ppid\": 0,\n"
	  "            \"pgid\": 1,\n"
	  "            \"sid\": 1,\n"
	  "            \"threads\": [\n"
	  "                1,\n"
	  "                2\n"
	  "            ]\n"
	  "        }\n"
	  "    ]\n"
	  "}" },
	{ "big-endian 1.0",
	  "{\n"
	  "    \"magic\": \"PSTREE\",\n"
	  "    \"format\": \"1.0\",\n"
	  "    \"endian\": \"big\",\n"
	  "    \"entries\": [\n"
	  "        {\n"
	  "            \"pid\": 1,\n"
	  "            \"ppid\": 0,\n"
	  "            \"pgid\": 1,\n"
	  "            \"sid\": 1\n"
	  "        }\n"
	  "    ]\n"
	  "}" },
	{ "service 1.0",
	  "{\n"
	  "    \"magic\": \"IRMAP_CACHE\",\n"
	  "    \"format\": \"1.0\",\n"
	  "    \"entries\": [\n"
	  "        {\n"
	  "            \"dev\": \"8:1\",\n"
	  "            \"inode\": 7,\n"
	  "            \"path\": \"/x\"\n"
	  "        }\n"
	  "    ]\n"
	  "}" },
	{ "an entry of no bytes",
	  "{\n"
	  "    \"magic\": \"SECCOMP\",\n"
	  "    \"entries\": [\n"
	  "        {}\n"
	  "    ]\n"
	  "}" },
	{ "a first entry that differs",
	  "{\n"
	  "    \"magic\": \"PAGEMAP\",\n"
	  "    \"entries\": [\n"
	  "        {\n"
	  "            \"pages_id\": 1\n"
	  "        },\n"
	  "        {\n"
	  "            \"vaddr\": \"0x1000\",\n"
	  "            \"compat_nr_pages\": 0,\n"
	  "            \"flags\": \"PE_PRESENT\",\n"
	  "            \"nr_pages\": 2\n"
	  "        }\n"
	  "    ]\n"
	  "}" },
	{ "both queues",
	  "{\n"
	  "    \"magic\": \"TCP_STREAM\",\n"
	  "    \"entries\": [\n"
	  "        {\n"
	  "            \"inq_len\": 3,\n"
	  "            \"inq_seq\": 100,\n"
	  "            \"outq_len\": 4,\n"
	  "            \"outq_seq\": 200,\n"
	  "            \"opt_mask\": \"0x1\",\n"
	  "            \"snd_wscale\": 2,\n"
	  "            \"mss_clamp\": 3,\n"
	  "            \"extra\": {\n"
	  "                \"inq\": \"YWJj\\n\",\n"
	  "                \"outq\": \"ZGVmZw==\\n\"\n"
	  "            }\n"
	  "        }\n"
	  "    ]\n"
	  "}" },
	{ "semaphores",
	  "{\n"
	  "    \"magic\": \"IPCNS_SEM\",\n"
	  "    \"entries\": [\n"
	  "        {\n"
	  "            \"desc\": {\n"
	  "                \"key\": 1,\n"
	  "                \"uid\": 0,\n"
	  "                \"gid\": 0,\n"
	  "                \"cuid\": 0,\n"
	  "                \"cgid\": 0,\n"
	  "                \"mode\": 420,\n"
	  "                \"id\": 9\n"
	  "            },\n"
	  "            \"nsems\": 0,\n"
	  "            \"extra\": []\n"
	  "        },\n"
	  "        {\n"
	  "            \"desc\": {\n"
	  "                \"key\": 1,\n"
	  "                \"uid\": 0,\n"
	  "                \"gid\": 0,\n"
	  "                \"cuid\": 0,\n"
	  "                \"cgid\": 0,\n"
	  "                \"mode\": 420,\n"
	  "                \"id\": 9\n"
	  "            },\n"
	  "            \"nsems\": 1,\n"
	  "            \"extra\": [\n"
	  "                1\n"
	  "            ]\n"
	  "        },\n"
	  "        {\n"
	  "            \"desc\": {\n"
	  "                \"key\": 1,\n"
	  "                \"uid\": 0,\n"
	  "                \"gid\": 0,\n"
	  "                \"cuid\": 0,\n"
	  "                \"cgid\": 0,\n"
	  "                \"mode\": 420,\n"
	  "                \"id\": 9\n"
	  "            },\n"
	  "            \"nsems\": 3,\n"
	  "            \"extra\": [\n"
	  "                1,\n"
	  "                2,\n"
	  "                3\n"
	  "            ]\n"
	  "        },\n"
	  "        {\n"
	  "            \"desc\": {\n"
	  "                \"key\": 1,\n"
	  "                \"uid\": 0,\n"
	  "                \"gid\": 0,\n"
	  "                \"cuid\": 0,\n"
	  "                \"cgid\": 0,\n"
	  "                \"mode\": 420,\n"
	  "                \"id\": 9\n"
	  "            },\n"
	  "            \"nsems\": 4,\n"
	  "            \"extra\": [\n"
	  "                0,\n"
	  "                1,\n"
	  "                256,\n"
	  "                65535\n"
	  "            ]\n"
	  "        },\n"
	  "        {\n"
	  "            \"desc\": {\n"
	  "                \"key\": 1,\n"
	  "                \"uid\": 0,\n"
	  "                \"gid\": 0,\n"
	  "                \"cuid\": 0,\n"
	  "                \"cgid\": 0,\n"
	  "                \"mode\": 420,\n"
	  "                \"id\": 9\n"
	  "            },\n"
	  "            \"nsems\": 5,\n"
	  "            \"extra\": [\n"
	  "                1,\n"
	  "                2,\n"
	  "                3,\n"
	  "                4,\n"
	  "                5\n"
	  "            ]\n"
	  "        }\n"
	  "    ]\n"
	  "}" },
	{ "messages and odd padding",
	  "{\n"
	  "    \"magic\": \"IPCNS_MSG\",\n"
	  "    \"entries\": [\n"
	  "        {\n"
	  "            \"desc\": {\n"
	  "                \"key\": 1,\n"
	  "                \"uid\": 0,\n"
	  "                \"gid\": 0,\n"
	  "                \"cuid\": 0,\n"
	  "                \"cgid\": 0,\n"
	  "                \"mode\": 420,\n"
	  "                \"id\": 9\n"
	  "            },\n"
	  "            \"qbytes\": 16384,\n"
	  "            \"qnum\": 2,\n"
	  "            \"extra\": [\n"
	  "                {\n"
	  "                    \"mtype\": 6,\n"
	  "                    \"msize\": 5,\n"
	  "                    \"@pad\": \"AAAH\\n\"\n"
	  "                },\n"
	  "                \"aGVsbG8=\\n\",\n"
	  "                {\n"
	  "                    \"mtype\": 4,\n"
	  "                    \"msize\": 3\n"
	  "                },\n"
	  "                \"YWJj\\n\"\n"
	  "            ]\n"
	  "        }\n"
	  "    ]\n"
	  "}" },
};

/* Lines with the values of that form. */
static const struct spelling human_samples[] = {
	{ "a first entry that differs", "{\"magic\":\"PAGEMAP\"}\n"
	  "{\"pages_id\":1}\n"
	  "{\"vaddr\":\"0x1000\",\"compat_nr_pages\":0,\"flags\":\"PE_PRESENT\",\"nr_pages\":2}\n" },
	{ "service 1.0", "{\"magic\":\"IRMAP_CACHE\",\"format\":\"1.0\"}\n"
	  "{\"dev\":\"8:1\",\"inode\":7,\"path\":\"/x\"}\n" },
	{ "both queues", "{\"magic\":\"TCP_STREAM\"}\n"
	  "{\"inq_len\":3,\"inq_seq\":100,\"outq_len\":4,\"outq_seq\":200,\"opt_mask\":\"0x1\",\"snd_wscale\":2,\"mss_clamp\":3,\"extra\":{\"inq\":\"YWJj\",\"outq\":\"ZGVmZw==\"}}\n" },
};

/* clang-format on */

static inline const struct sample *sample_of(const char *name)
{
	for (size_t i = 0; i < COUNT(samples); i++)
		if (strcmp(samples[i].name, name) == 0)
			return &samples[i];
	ck_abort_msg("no sample: %s", name);
}

#endif
