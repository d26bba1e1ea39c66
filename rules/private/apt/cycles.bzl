"""Dependency cycles between packages.

Debian packages may depend on each other in cycles (libc6 and libgcc-s1 do); Bazel targets may not.
The packages of a cycle are always installed together, so the target of each one is all of them.
"""

visibility("//...")

def cycle_members(graph):
    """Groups the nodes of a graph by the cycles they are on (Tarjan's algorithm).

    Args:
      graph: Dict from node to the list of nodes it points at.

    Returns:
      Dict from node to the sorted list of all nodes on a cycle with it, itself included.
    """
    index = {}
    low = {}
    on_stack = {}
    stack = []
    members = {}

    # Every edge is followed once, and every node is entered and left once.
    bound = _number_of_edges(graph) + 2 * len(graph) + 1
    for root in graph:
        if root in index:
            continue
        path = [(root, 0)]
        for _ in range(bound):
            if not path:
                break
            node, position = path.pop()
            if position == 0:
                index[node] = len(index)
                low[node] = index[node]
                stack.append(node)
                on_stack[node] = True
            edges = graph[node]
            if position > 0 and edges[position - 1] in on_stack:
                low[node] = min(low[node], low[edges[position - 1]])
            if position < len(edges):
                path.append((node, position + 1))
                target = edges[position]
                if target not in index:
                    path.append((target, 0))
                continue
            if low[node] == index[node]:
                start = stack.index(node)
                component = sorted(stack[start:])
                stack = stack[:start]
                for member in component:
                    on_stack.pop(member)
                    members[member] = component
    return members

def _number_of_edges(graph):
    total = 0
    for edges in graph.values():
        total += len(edges)
    return total
