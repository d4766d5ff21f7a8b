// Imported before anything else, and written so that a Node.js too old for the rest can say so.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 18)) {
  console.error(
    "Node.js 20.18 or newer is needed, and this is " +
      process.versions.node +
      ": install it from https://nodejs.org and try again.",
  );
  process.exit(1);
}
