"""Every thread reads the same attributes and items of shared objects, and nobody writes them: reading must scale."""

LOOPS = 500_000


class Node:
    def __init__(self, name, items):
        self.name = name
        self.items = items


node = Node("node", [Node("leaf%d" % i, None) for i in range(8)])
by_name = {item.name: item for item in node.items}


def run(loops):
    leaf = None
    for i in range(loops):
        leaf = node.items[i & 7]
        leaf = by_name[leaf.name]
    return leaf.name
