import type { ListNode, Node, Tree } from "../parse/nodes.ts";

function copyNode(node: Node): Node {
  switch (node.kind) {
    case "list":
      return copyList(node);
    case "if":
    case "range":
    case "with":
      return {
        ...node,
        list: copyList(node.list),
        elseList: node.elseList === undefined ? undefined : copyList(node.elseList),
      };
    default:
      return { ...node };
  }
}

function copyList(list: ListNode): ListNode {
  return { ...list, nodes: list.nodes.map(copyNode) };
}

/** A template's twin under another name, whose nodes are its own: it is escaped otherwise. */
export function copyTree(tree: Tree, name: string): Tree {
  return { name, source: tree.source, root: copyList(tree.root) };
}
