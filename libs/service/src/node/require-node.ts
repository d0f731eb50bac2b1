/** First major version of Node that the services run on. Native parts of dependencies crash older ones. */
const OLDEST_MAJOR = 24;

/** What is wrong with this version of Node, in one line; `undefined` when the services run on it. */
export function refusalOfNode(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return undefined;
  return `Loom needs Node ${OLDEST_MAJOR} or newer; this is Node ${version}. In a checkout use node_modules/.bin/node.`;
}

// Runs before every other module of the process: `bootstrap` imports it first.
const refusal = refusalOfNode(process.versions.node);
if (refusal !== undefined) {
  console.error(refusal);
  process.exit(1);
}
