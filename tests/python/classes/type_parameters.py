"""Generic classes with parameters of all three kinds (PEP 695)."""


class S[T, *Ts, **P]:
    ...


print(S.__type_params__, S.__parameters__, S.__orig_bases__)
print(S[int, str, [int]], S[int, [int]], S[int, str, float, ...])


class V[*Ts]:
    def first(self, *args: *Ts):
        return args[0]


print(V[int, str], V[()], V.__orig_bases__, V[int].__args__)


class D[T = int, *Ts = *tuple[int, str]]:
    ...


print(D.__parameters__, D[str])


class W[*Ts](V[*Ts]):
    ...


print(W[int].__mro_entries__(()) if hasattr(W[int], "__mro_entries__") else None, W.__orig_bases__)
