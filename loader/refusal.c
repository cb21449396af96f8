/* The messages of refusal.h. */

#include "refusal.h"

#include <stdio.h>

#define REBUILD "rebuild the target"
#define DAMAGED "the file is damaged: rebuild the target"
#define OTHER_PYTHON "built for another interpreter: rebuild with this toolchain"

static const struct {
    const char *what;
    const char *next;
} messages[PYCDS_REFUSE_LAST + 1] = {
    [PYCDS_ACCEPTED] = {"accepted", ""},
    [PYCDS_REFUSE_OPEN] = {"open", REBUILD},
    [PYCDS_REFUSE_READ] = {"read", "check the file system"},
    [PYCDS_REFUSE_SHORT] = {"size of the file", DAMAGED},
    [PYCDS_REFUSE_MAGIC] = {"magic", "not a PyCDS archive: " REBUILD},
    [PYCDS_REFUSE_FORMAT_VERSION] = {"format version",
                                     "archive and loader must come from one rules_pycds"},
    [PYCDS_REFUSE_HEADER_SIZE] = {"header_size", DAMAGED},
    [PYCDS_REFUSE_FILE_SIZE] = {"file_size", DAMAGED},
    [PYCDS_REFUSE_HEAD_SIZE] = {"head_size", DAMAGED},
    [PYCDS_REFUSE_BASE] = {"base", DAMAGED},
    [PYCDS_REFUSE_MAP] = {"mmap", "check memory limits (ulimit -v)"},
    [PYCDS_REFUSE_HEAD_CHECKSUM] = {"head_checksum", DAMAGED},
    [PYCDS_REFUSE_FILE_CHECKSUM] = {"file_checksum", DAMAGED},
    [PYCDS_REFUSE_TABLE] = {"table", DAMAGED},
    [PYCDS_REFUSE_INDEX] = {"index", DAMAGED},
    [PYCDS_REFUSE_SECTION] = {"section", DAMAGED},
    [PYCDS_REFUSE_LAYOUT] = {"object layout", DAMAGED},
    [PYCDS_REFUSE_HOT] = {"hot part", DAMAGED},
    [PYCDS_REFUSE_SYMBOL] = {"symbol", OTHER_PYTHON},
    [PYCDS_REFUSE_UNKNOWN_PYTHON] = {"interpreter", "use a supported CPython"},
    [PYCDS_REFUSE_POINTER_SIZE] = {"pointer_size", OTHER_PYTHON},
    [PYCDS_REFUSE_PY_VERSION] = {"py_version", OTHER_PYTHON},
    [PYCDS_REFUSE_PYC_MAGIC] = {"pyc_magic", OTHER_PYTHON},
    [PYCDS_REFUSE_FREE_THREADED] = {"interpreter", "use a build with the GIL"},
    [PYCDS_REFUSE_ABI_FLAGS] = {"abi_flags", OTHER_PYTHON},
    [PYCDS_REFUSE_OPTIMIZE] = {"optimize", "set the target's optimize to what it is run with"},
    [PYCDS_REFUSE_EXACT_BUILD] = {"sys.version", OTHER_PYTHON},
    [PYCDS_REFUSE_OPTION] = {"option", "ordinary imports honour it"},
    [PYCDS_REFUSE_SET_UP] = {"set-up", "ordinary imports are used"},
    [PYCDS_REFUSE_MODULE_ENTRY] = {"module entry", DAMAGED},
    [PYCDS_REFUSE_BIND_CHECKSUM] = {"bind_checksum", DAMAGED},
    [PYCDS_REFUSE_BIND_BLOCK] = {"bind block", DAMAGED},
    [PYCDS_REFUSE_RELOC_CHECKSUM] = {"reloc_checksum", DAMAGED},
    [PYCDS_REFUSE_RELOC_BLOCK] = {"reloc block", DAMAGED},
    [PYCDS_REFUSE_OBJECT] = {"object", DAMAGED},
    [PYCDS_REFUSE_EXCEPTION] = {"exception", "ordinary imports are used"},
};

int
pycds_refuse(pycds_refusal *refusal, pycds_reason reason,
             const char *wanted, const char *found)
{
    if (refusal == NULL) {
        return -1;
    }
    refusal->reason = reason;
    snprintf(refusal->text, sizeof(refusal->text), "%s: wanted %s, found %s; %s",
             messages[reason].what, wanted, found, messages[reason].next);
    return -1;
}

int
pycds_refuse_numbers(pycds_refusal *refusal, pycds_reason reason,
                     uint64_t wanted, uint64_t found)
{
    char w[24], f[24];
    if (refusal == NULL) {
        return -1;
    }
    const char *format = wanted < 100000 && found < 100000 ? "%llu" : "0x%llx";
    snprintf(w, sizeof(w), format, (unsigned long long)wanted);
    snprintf(f, sizeof(f), format, (unsigned long long)found);
    return pycds_refuse(refusal, reason, w, f);
}
