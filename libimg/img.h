/*
 * libimg - CRIU checkpoint images as streams. This header brings in all of the library
 * that a program needs; each of the headers explains its part:
 *
 * bytes
 *	err.h		why a call failed
 *	report.h	where a call reports what it can work without
 *	in.h, out.h	bytes in and out; file.h: an open file, or a stretch of one
 *	buf.h		bytes in memory; alloc.h: where all memory comes from
 *	arena.h		memory that is freed at once
 *	save.h		files that appear whole or not at all
 *	copy.h		bytes from one file to another, within the kernel where it can
 *	version.h	which library this is
 * messages
 *	schema.h	messages and fields (with protobuf-c's descriptors)
 *	img_schema.h	numbers of fields, values of enums: IMG_FD_TYPES__INETSK
 *	wire.h		fields of a message, one after the other
 *	pick.h		fields of an entry, by number
 *	visit.h		fields on their way from one message into another
 *	unpack.h	an entry as a C struct
 *	names.h		names of values, as crit prints them
 * images
 *	type.h		the table of image types
 *	reader.h	an image as a stream of entries
 *	writer.h	the way back; transfer.h: a payload from one to the other
 *	payload.h	the raw bytes after an entry
 *	sink.h		where images go
 *	info.h		what an image holds, counted
 * JSON
 *	jw.h		JSON, written piece by piece
 *	msg2json.h	an entry to JSON
 *	decode.h	a whole image to JSON
 *	encode.h	JSON to images
 *	schema2json.h	the schema to JSON
 *	hint.h		numbers in human-readable forms, addresses of IP among them
 * dumps
 *	dir.h		a directory of images, or an archive of one; list.h: their names;
 *			open.h: which links are followed
 *	newdir.h	a directory that appears whole or not at all
 *	arch.h		was it made on MIPS?
 *	pstree.h	the process tree
 *	files.h		open files, by type and id
 *	fds.h		the descriptors of each process
 *	peers.h		who holds the other end of a pipe or socket
 *	vma.h		the mappings of a process
 *	mem.h		memory by pid and address, along a chain of dumps; below it pagemap.h,
 *			pageentry.h, blocks.h, store.h, chain.h, shmem.h
 *	vma_name.h	what a mapping is called
 *	argv.h		command line and environment
 *	fds_show.h	descriptors as text and as JSON
 *	criu.h		numbers of CRIU in images: bits of mappings, states of tasks
 *	linux.h		numbers of Linux in images: types and states of sockets
 *	labels.h	Linux' names of numbers
 *	core.h		a process as an ELF core file; mapped.h: the files that it has mapped
 *	check.h		is it a dump that is whole and consistent?
 *	rewrite.h	dump -> change -> dump; change.h: what a change is
 *
 * C++ takes it too, but not the other headers by themselves.
 *
 * Calls return 1 for an item, 0 for the end or plain success, -1 for a failure with
 * *err filled. The library never prints, never exits, and keeps no state of its own:
 * what is opened by different threads does not meet.
 */
#ifndef IMG_IMG_H
#define IMG_IMG_H

/* Those of the system go before: in C++ they may hold what cannot be extern "C". */
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "libimg/base/alloc.h"
#include "libimg/base/arena.h"
#include "libimg/base/buf.h"
#include "libimg/base/copy.h"
#include "libimg/base/err.h"
#include "libimg/base/file.h"
#include "libimg/base/in.h"
#include "libimg/base/out.h"
#include "libimg/base/peek.h"
#include "libimg/base/report.h"
#include "libimg/base/save.h"
#include "libimg/base/version.h"
#include "libimg/check/check.h"
#include "libimg/core/core.h"
#include "libimg/memory/mapped.h"
#include "libimg/dump/arch.h"
#include "libimg/dump/dir.h"
#include "libimg/dump/fds.h"
#include "libimg/dump/files.h"
#include "libimg/dump/list.h"
#include "libimg/dump/newdir.h"
#include "libimg/dump/open.h"
#include "libimg/dump/peers.h"
#include "libimg/dump/pstree.h"
#include "libimg/dump/vma.h"
#include "libimg/image/info.h"
#include "libimg/image/payload.h"
#include "libimg/image/reader.h"
#include "libimg/image/sink.h"
#include "libimg/image/transfer.h"
#include "libimg/image/type.h"
#include "libimg/image/writer.h"
#include "libimg/json/decode.h"
#include "libimg/json/encode.h"
#include "libimg/json/hint.h"
#include "libimg/json/jw.h"
#include "libimg/json/msg2json.h"
#include "libimg/json/schema2json.h"
#include "libimg/memory/argv.h"
#include "libimg/memory/blocks.h"
#include "libimg/memory/chain.h"
#include "libimg/memory/mem.h"
#include "libimg/memory/pageentry.h"
#include "libimg/memory/pagemap.h"
#include "libimg/memory/shmem.h"
#include "libimg/memory/store.h"
#include "libimg/memory/vma_name.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"
#include "libimg/msg/names.h"
#include "libimg/msg/pick.h"
#include "libimg/msg/schema.h"
#include "libimg/msg/sound.h"
#include "libimg/msg/unpack.h"
#include "libimg/msg/visit.h"
#include "libimg/msg/wire.h"
#include "libimg/rewrite/change.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/view/fds_show.h"
#include "libimg/view/labels.h"

#ifdef __cplusplus
}
#endif

#endif
