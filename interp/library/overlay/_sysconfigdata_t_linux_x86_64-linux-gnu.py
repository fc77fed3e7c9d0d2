"""What `sysconfig` tells of how the interpreter was built: no C compiler was involved, and no extension modules can be loaded."""

import sys

build_time_vars = {
    "ABIFLAGS": sys.abiflags,
    "LDVERSION": "3.14" + sys.abiflags,
    "MULTIARCH": sys.implementation._multiarch,
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "Py_GIL_DISABLED": 1,
    "TZPATH": "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
    "VERSION": "3.14",
    "WITH_DOC_STRINGS": 1,
    "exec_prefix": sys.base_exec_prefix,
    "prefix": sys.base_prefix,
}
