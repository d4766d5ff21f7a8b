/**
 * The folders of `examples/`: how each is built and served once it has installed the packed package.
 * `serve` and `server` are those of `tests/consumers/consumers.js`.
 *
 * @type {{ folder: string, commands?: string[][], serve?: string, server?: Function, shows?: string }[]}
 */
export const examples = [
  { folder: "html", serve: "." },
  { folder: "react", commands: [["vite", "build"]], serve: "dist" },
  { folder: "svelte", commands: [["vite", "build"]], serve: "dist" },
  {
    folder: "openmetadata",
    commands: [["vite", "build"]],
    server: (port) => ["node", "server.js", port],
    shows: '200 {"name":"user","email":"user@example.com"}',
  },
  { folder: "yew", serve: "dist" },
];
