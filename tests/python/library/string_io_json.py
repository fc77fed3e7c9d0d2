"""Small library modules: io.StringIO, string, textwrap, heapq, bisect, random with a seed, datetime arithmetic, json."""
import bisect
import heapq
import io
import json
import string
import textwrap

buffer = io.StringIO()
buffer.write("line 1\nline 2\n")
print("printed", file=buffer, end="")
buffer.seek(0)
print(buffer.readline(), buffer.read(), buffer.getvalue().count("\n"), io.BytesIO(b"abc").read(2))
print(string.ascii_lowercase, string.digits, string.Template("$a ${b}").substitute(a=1, b=2))
print(textwrap.dedent("  a\n    b\n  c"), textwrap.fill("the quick brown fox", 10), textwrap.indent("a\nb", "> "))
heap = [5, 1, 4]
heapq.heapify(heap)
heapq.heappush(heap, 0)
print([heapq.heappop(heap) for _ in range(4)], heapq.nlargest(2, [1, 5, 3]), list(heapq.merge([1, 4], [2, 3])))
print(bisect.bisect([1, 3, 5], 3), bisect.bisect_left([1, 3, 5], 3))
print(json.dumps({"a": [1, 2.5, None, True], "é": "x\n"}), json.loads('{"k": [1, {"n": null}], "f": -1.5e3, "u": "\\u00e9"}'), json.dumps([1, {"b": 2, "a": 1}], indent=1, sort_keys=True))
try:
    json.loads("{bad}")
except json.JSONDecodeError as error:
    print(error)
