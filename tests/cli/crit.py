# For the cases that ask an installed crit: it is asked many things in one process, for
# Python takes its time to start; and its documents are held against ours.
#
#	crit.py CRIT ask	each line of stdin is ANSWER<tab>ARG...: run CRIT ARG...; what it
#				prints goes to ANSWER, which is not there where it fails
#	crit.py CRIT hold	each line of stdin is NAME<tab>OURS<tab>CRITS, two documents:
#				say where they differ and the tables below do not tell why
import base64
import json
import os
import runpy
import sys

# What crit drops whatever its version; README.md tells of it, and of the next two.
LOST = {'format', '@unknown', '@pad'}
NO_HANDLER = {'BINFMT_MISC', 'PIDFD', 'RAW', 'SIGNAL'}


def misread(doc):
    return doc['magic'] == 'IPCNS_SHM' and len(doc['entries']) > 1


# Later than crit 3.17 of Debian 12, which drops fields that it does not know.
NEWER = {
    'CGROUP': {'is_threaded'},
    'CORE': {'cap_amb', 'cg_set'},
    'FILES': {'tcp_opts', 'ttl'},
    'INVENTORY': {'dump_criu_run_id', 'plugins_entry'},
    'MEMFD_INODE': {'mode'},
    'NETNS': {'ipv4_sysctl'},
    'PAGEMAP': {'nr_pages'},
}
NEWER_FLAGS = {'VMA_AREA_MEMFD': '0x4000'}
# Fields of another name until then: CRIU 4.2 gave this one's to a field of 64 bits.
OLD_NAMES = {'compat_nr_pages': 'nr_pages'}


def run(crit, answer, args):
    """Was CRIT ARGS... content?"""
    sys.argv = [crit] + args
    try:
        with open(answer, 'w') as sys.stdout:
            runpy.run_path(crit, run_name='__main__')
        return True
    except SystemExit as e:
        return not e.code
    except Exception:
        return False


def ask(crit):
    for line in sys.stdin:
        answer, *args = line.rstrip('\n').split('\t')
        # The explorers of crit keep what they know of a dump in globals.
        child = os.fork() if args[0] == 'x' else 0
        if child == 0 and not run(crit, answer, args):
            os.unlink(answer)
        if child == 0 and args[0] == 'x':
            os._exit(0)
        if child:
            os.waitpid(child, 0)


def old_names(ours, crits):
    for new, old in OLD_NAMES.items():
        if new in ours and new not in crits and old in crits:
            ours = {k: v for k, v in ours.items() if k != old}
            return {old if k == new else k: v for k, v in ours.items()}
    return ours


def as_crit(magic, ours, crits):
    """Our value without what crits lacks where the tables know of it."""
    if isinstance(ours, dict) and isinstance(crits, dict):
        gone = LOST | NEWER.get(magic, set())
        return {k: as_crit(magic, v, crits.get(k))
                for k, v in old_names(ours, crits).items() if k in crits or k not in gone}
    if isinstance(ours, list) and isinstance(crits, list) and len(ours) == len(crits):
        return [as_crit(magic, a, b) for a, b in zip(ours, crits)]
    if isinstance(ours, dict) and '@base64' in ours:
        return str(base64.b64decode(ours['@base64']))
    if isinstance(ours, str) and isinstance(crits, str):
        for name, number in NEWER_FLAGS.items():
            if name not in crits:
                ours = ours.replace(name, number)
    return ours


def hold(name, ours, crits):
    if not os.path.exists(crits):
        magic = json.load(open(ours))['magic']
        return None if magic in NO_HANDLER else f'{name}: crit cannot, though it is {magic}'
    ours, crits = open(ours).read(), open(crits).read()
    if ours == crits:
        return None
    o, c = json.loads(ours), json.loads(crits)
    if o['magic'] in NO_HANDLER or misread(o):
        return None
    # Again as text, for the order of keys.
    o, c = json.dumps(as_crit(o['magic'], o, c), indent=1), json.dumps(c, indent=1)
    return None if o == c else differ(name, o.split('\n'), c.split('\n'))


def differ(name, ours, crits):
    for i, (o, c) in enumerate(zip(ours + ['nothing'], crits + ['nothing'])):
        if o != c:
            return f'{name}: line {i + 1} is {o.strip()}, of crit {c.strip()}'


if sys.argv[2] == 'ask':
    ask(sys.argv[1])
else:
    for line in sys.stdin:
        said = hold(*line.rstrip('\n').split('\t'))
        if said:
            print(said)
