"""The process ids of a pstree.img, and its JSON, by way of a shared object: binding.py OBJECT IMAGE"""
import ctypes
import os
import sys

lib = ctypes.CDLL(sys.argv[1])
pointer = ctypes.c_void_p
for name, result, *arguments in (
    ("img_version", ctypes.c_char_p),
    ("img_api", ctypes.c_int),
    ("img_in_fd", pointer, ctypes.c_int),
    ("img_in_free", None, pointer),
    ("img_in_off", ctypes.c_uint64, pointer),  # inline in C
    ("img_out_fd", pointer, ctypes.c_int),
    ("img_out_put", None, pointer, ctypes.c_char_p, ctypes.c_size_t),  # inline in C
    ("img_out_flush", ctypes.c_int, pointer, pointer),
    ("img_out_free", None, pointer),
    ("img_reader_open", pointer, pointer, ctypes.c_char_p, ctypes.c_uint, pointer),
    ("img_reader_close", None, pointer),
    ("img_err_line", ctypes.c_char_p, pointer, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t),
    ("binding_type", ctypes.c_char_p, pointer),
    ("binding_next", ctypes.c_int, pointer, ctypes.c_uint, ctypes.POINTER(ctypes.c_uint64), pointer),
):
    call = getattr(lib, name)
    call.restype, call.argtypes = result, arguments

IMG_API = 1
IMG_TAG_PSTREE_ENTRY__PID = 1


def fail(err, name):
    line = ctypes.create_string_buffer(2048)
    sys.exit("binding: " + lib.img_err_line(err, name, line, len(line)).decode())


if lib.img_api() != IMG_API:
    sys.exit(f"binding: interface {lib.img_api()}, expected {IMG_API}")
err = ctypes.create_string_buffer(4096)  # a struct img_err
image = os.fsencode(sys.argv[2])
source = lib.img_in_fd(os.open(image, os.O_RDONLY))
reader = lib.img_reader_open(source, image, 0, err)
if not reader:
    fail(err, image)
pids, pid = [], ctypes.c_uint64()
while (r := lib.binding_next(reader, IMG_TAG_PSTREE_ENTRY__PID, ctypes.byref(pid), err)) > 0:
    pids.append(pid.value)
if r < 0:
    fail(err, image)
size = lib.img_in_off(source)
text = f"{lib.binding_type(reader).decode()} {size} bytes: {pids}\n".encode()
sink = lib.img_out_fd(1)
lib.img_out_put(sink, text, len(text))
if lib.img_out_flush(sink, err) < 0:
    fail(err, None)
lib.img_out_free(sink)
lib.img_reader_close(reader)
lib.img_in_free(source)
