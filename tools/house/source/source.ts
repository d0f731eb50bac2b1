import ts from 'typescript';

/** A parsed file, and all its nodes by kind. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly nodes: ReadonlyMap<ts.SyntaxKind, readonly ts.Node[]>;
}

export function parseSource(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return { path, text, tree, nodes: nodesByKind(tree) };
}

/** The nodes that `is` accepts; `kinds` are the kinds that it can accept. */
export function nodesOf<Node extends ts.Node>(
  source: Source,
  is: (node: ts.Node) => node is Node,
  ...kinds: readonly ts.SyntaxKind[]
): readonly Node[] {
  return kinds.flatMap((kind) => source.nodes.get(kind) ?? []).filter(is);
}

/** Counted from 1. */
export function lineOf(source: Source, position: number): number {
  return source.tree.getLineAndCharacterOfPosition(position).line + 1;
}

function nodesByKind(tree: ts.SourceFile): ReadonlyMap<ts.SyntaxKind, readonly ts.Node[]> {
  const nodes = new Map<ts.SyntaxKind, ts.Node[]>();
  const visit = (node: ts.Node): void => {
    const same = nodes.get(node.kind);
    if (same === undefined) nodes.set(node.kind, [node]);
    else same.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return nodes;
}
