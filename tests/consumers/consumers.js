/**
 * An application that has installed the package.
 *
 * @typedef {object} Consumer
 * @property {string} name
 * @property {string[]} from folders beside this file, a later one over an earlier one; one of them
 *   has the package.json
 * @property {string[][]} [commands] programs that have to succeed
 * @property {string} [serve] the folder that a plain server serves then; what is not there comes from
 *   the application's own
 * @property {(port: number) => string[]} [server] or the program that serves it itself
 * @property {string[]} [pages] where to sign in, in a browser
 * @property {string[]} [shows] what the page shows then
 * @property {boolean} [drives] or it has the pages that `drive.js` goes through
 * @property {(provider: string) => string} [policy] the Content Security Policy of the plain server's answers
 */

const all = ["/", "/slim/", "/worker/"];
const strict = (provider) =>
  `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${provider}; worker-src blob:`;

const vite = (version) => {
  const from = ["app", "vite", `vite-${version}`];
  return [
    {
      name: `Vite ${version} build`,
      from,
      commands: [["vite", "build"]],
      serve: "dist",
      pages: all,
    },
    {
      name: `Vite ${version} dev`,
      from,
      server: (port) => ["vite", "--port", port, "--strictPort"],
      pages: all,
    },
  ];
};

const copyCore = ["cp", "node_modules/pkce-wasm/dist/core/core.wasm", "dist/core.wasm"];
const esbuild = [
  "esbuild",
  "main.js",
  "--bundle",
  "--minify",
  "--outdir=dist",
  "--log-level=warning",
];

const viteBuild = ["vite", "build"];

/** Applications that look alike, each with a framework and its router. */
const routers = [
  ["Vue 3, vue-router 5", ["vue", "vue-router-5"], ["tsc"], viteBuild],
  ["Vue 3, vue-router 4", ["vue", "vue-router-4"], ["tsc"], viteBuild],
  ["Angular 22", ["angular"], ["ng", "build"]],
  ["SvelteKit 3", ["svelte-kit", "svelte-kit-3"], viteBuild],
  ["Solid 1", ["solid"], viteBuild],
  ["React Router 8", ["react", "react-router", "react-router-8"], viteBuild],
  ["React Router 7", ["react", "react-router", "react-router-7"], viteBuild],
  ["TanStack Router 1", ["react", "tanstack-router"], viteBuild],
];

/** @type {Consumer[]} */
export const consumers = [
  ...[8, 7, 6].flatMap(vite),
  {
    name: "webpack 5",
    from: ["app", "webpack"],
    commands: [["webpack"]],
    serve: "dist",
    pages: all,
  },
  {
    name: "Rollup 4",
    from: ["app", "rollup"],
    commands: [["rollup", "--config"], copyCore],
    serve: "dist",
    pages: all,
  },
  {
    name: "esbuild esm",
    from: ["app", "esbuild"],
    commands: [
      [...esbuild, "--format=esm", "--splitting", "--loader:.wasm=file", "--public-path=/"],
    ],
    serve: "dist",
    pages: all,
  },
  {
    name: "esbuild iife",
    from: ["app", "esbuild", "esbuild-iife"],
    commands: [[...esbuild, "--format=iife"], copyCore],
    serve: "dist",
    pages: all,
  },
  {
    name: "Parcel 2",
    from: ["app", "parcel"],
    commands: [["parcel", "build", "index.html", "--no-cache"]],
    serve: "dist",
    pages: all,
  },
  { name: "no bundler, import map", from: ["app", "plain"], serve: ".", pages: all },
  {
    name: "Vite 8 build, strict policy",
    from: ["app", "vite", "vite-8"],
    commands: [["vite", "build"]],
    serve: "dist",
    pages: all,
    policy: strict,
  },
  {
    name: "Svelte 5",
    from: ["svelte"],
    commands: [["vite", "build"]],
    serve: "dist",
    pages: ["/"],
  },
  {
    name: "HTTP clients",
    from: ["http-clients"],
    commands: [["node", "guide.js"], ["tsc"], ["vite", "build"]],
    server: (port) => ["node", "server.js", port],
    pages: ["/"],
    shows: [
      ...["ky", "openapi-fetch", "axios", "axios by XMLHttpRequest", "TanStack Query", "tRPC"],
      ...["Apollo", "graphql-ws", "WebSocket", "AWS SDK"],
    ].map((client) => `${client} is known`),
  },
  {
    name: "OpenMetadata's react-oidc 1.0.3",
    from: ["react-oidc"],
    commands: [["vite", "build"]],
    serve: "dist",
    pages: ["/"],
    shows: ["The callback gave the ID token", "The ID token is renewed", "It is in the storage"],
  },
  ...routers.map(([name, from, ...commands]) => ({
    name,
    from: ["router-app", ...from],
    commands,
    serve: "dist",
    drives: true,
  })),
  ...[
    ["Next 16 build", ["next", "build"]],
    ["Next 16 build, webpack", ["next", "build", "--webpack"]],
  ].map(([name, command]) => ({
    name,
    from: ["next"],
    commands: [command],
    server: (port) => ["next", "start", "--port", port],
    pages: ["/"],
  })),
  {
    name: "Next 16 dev",
    from: ["next"],
    server: (port) => ["next", "dev", "--port", port],
    pages: ["/"],
  },
  { name: "Node", from: ["server", "node"], commands: [["node", "check.js"]] },
  // Without a permission: it may read no file, no variable, and ask nobody.
  {
    name: "Deno 2",
    from: ["server", "deno"],
    commands: [["deno", "run", "--no-prompt", "check.js"]],
  },
  ...["node", "jsdom", "happy-dom"].map((environment) => ({
    name: `Vitest 4, ${environment}`,
    from: ["unit", "vitest"],
    commands: [["vitest", "run", "--globals", `--environment=${environment}`]],
  })),
  ...["node", "jsdom"].map((environment) => ({
    name: `Jest 30, ${environment}`,
    from: ["unit", "jest"],
    // Jest's own loader does not know ES modules yet.
    commands: [
      ["node", "--experimental-vm-modules", "node_modules/.bin/jest", `--env=${environment}`],
    ],
  })),
];
