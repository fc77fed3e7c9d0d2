"""`zoneinfo`, whose search path `sysconfig` knows."""

import io
import sysconfig
import zoneinfo
from datetime import datetime

print(zoneinfo.TZPATH == tuple(sysconfig.get_config_var("TZPATH").split(":")))
print(sysconfig.get_config_var("VERSION"), sysconfig.get_config_var("Py_DEBUG"), sysconfig.get_config_var("no such"))
# A file of version 1 without transitions: one hour east, called "XYZ".
data = b"TZif" + bytes(16) + bytes([0, 0, 0, 0] * 4) + (1).to_bytes(4) + (4).to_bytes(4)
data += (3600).to_bytes(4) + b"\0\0" + b"XYZ\0"
zone = zoneinfo.ZoneInfo.from_file(io.BytesIO(data), key="Here")
print(zone, datetime(2026, 1, 1, tzinfo=zone).isoformat(), datetime(2026, 1, 1, tzinfo=zone).tzname())
try:
    zoneinfo.ZoneInfo("No/Where")
except zoneinfo.ZoneInfoNotFoundError as error:
    print(error)
