"""Programs over containers: the game of life on a set, shortest paths, topological order, word counts, a trie, matrices."""


def life(cells, steps):
    for _ in range(steps):
        neighbours = {}
        for x, y in cells:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        key = x + dx, y + dy
                        neighbours[key] = neighbours.get(key, 0) + 1
        cells = {c for c, n in neighbours.items() if n == 3 or n == 2 and c in cells}
    return cells


print(sorted(life({(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}, 40)))


def shortest(graph, start):
    distance, todo = {start: 0}, [(0, start)]
    while todo:
        todo.sort(reverse=True)
        d, node = todo.pop()
        if d > distance[node]:
            continue
        for other, weight in graph[node].items():
            if (new := d + weight) < distance.get(other, float("inf")):
                distance[other] = new
                todo.append((new, other))
    return distance


print(shortest({"a": {"b": 7, "c": 3}, "b": {"d": 1}, "c": {"b": 1, "d": 8}, "d": {}}, "a"))


def order(needs):
    done, out = set(), []

    def visit(name, path=()):
        if name in path:
            raise ValueError(" -> ".join([*path, name]))
        if name not in done:
            for other in sorted(needs.get(name, ())):
                visit(other, (*path, name))
            done.add(name)
            out.append(name)

    for name in sorted(needs):
        visit(name)
    return out


print(order({"app": ["lib", "log"], "lib": ["core"], "log": ["core"]}))
try:
    order({"a": ["b"], "b": ["a"]})
except ValueError as error:
    print(error)
text = "the cat and the dog and the bird"
counts = {}
for word in text.split():
    counts[word] = counts.get(word, 0) + 1
print(sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])), {len(w): w for w in text.split()})
trie = {}
for word in ("car", "cart", "cat"):
    node = trie
    for ch in word:
        node = node.setdefault(ch, {})
    node["$"] = True


def words(node, prefix=""):
    for ch in sorted(node):
        if ch == "$":
            yield prefix
        else:
            yield from words(node[ch], prefix + ch)


print(list(words(trie)), trie)
a, b = [[1, 2], [3, 4]], [[0, 1], [1, 0]]
print([[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a], list(map(list, zip(*a))))
sieve = [True] * 100
for i in range(2, 10):
    sieve[i * i :: i] = [False] * len(sieve[i * i :: i])
print([i for i, p in enumerate(sieve) if p and i > 1])
