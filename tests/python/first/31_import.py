import math
import sys
from math import floor as f

print(math.sqrt(16), f(2.7), sys.byteorder, math.pi)
