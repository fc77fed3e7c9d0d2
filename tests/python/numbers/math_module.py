"""The math module."""
import math

print(math.pi, math.e, math.tau, math.inf, math.nan)
print(math.sqrt(2), math.floor(-1.5), math.ceil(1.2), math.trunc(-1.7), math.fabs(-2), math.factorial(25))
print(math.gcd(12, 18, 27), math.lcm(4, 6), math.isqrt(10**40), math.comb(10, 3), math.perm(5, 2), math.prod([1, 2, 3, 4]))
print(math.log(math.e), math.log(8, 2), math.log2(1024), math.log10(1000), math.exp(1), math.pow(2, 0.5), math.log(10**400))
print(math.sin(0), math.cos(0), math.atan2(1, 1), math.degrees(math.pi), math.hypot(3, 4), math.dist((0, 0), (3, 4)))
print(math.copysign(1, -0.0), math.fmod(-7, 3), math.modf(3.25), math.frexp(8.5), math.ldexp(0.5, 4))
print(math.isnan(math.nan), math.isinf(math.inf), math.isfinite(1), math.isclose(0.1 + 0.2, 0.3), math.fsum([0.1] * 10), sum([0.1] * 10))
for expression in ("math.sqrt(-1)", "math.log(0)", "math.factorial(-1)", "math.exp(1000)", "math.sqrt('a')", "math.floor(math.inf)"):
    try:
        print(eval(expression))
    except Exception as error:
        print(expression, type(error).__name__, error)
