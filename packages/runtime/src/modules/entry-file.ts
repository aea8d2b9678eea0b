/** Address of a built file of this package, such as `threads/worker.js`, from the built code and from its sources alike. */
export function entryFile(name: string): URL {
  // Sources run under a test runner; threads cannot, so they take the build that stands beside.
  const root = import.meta.url.replace(/\/(src\/modules|dist\/modules|dist\/bundle)\/[^/]*$/, "/dist/bundle/");
  return new URL(name, root);
}
