import type { BunPlugin } from "bun";

/**
 * Leaves a package out of the web app that nothing in it uses: parts of Mantine which the page does not have name its class names
 * while they are loaded, and so would bring it along.
 */
export const notUsed: BunPlugin = {
  name: "not used",
  setup(build) {
    build.onResolve({ filter: /^react-remove-scroll$/ }, ({ path }) => ({ path, namespace: "not-used" }));
    build.onLoad({ filter: /.*/, namespace: "not-used" }, () => ({
      contents: "export const RemoveScroll = { classNames: {} };",
      loader: "js",
    }));
  },
};
