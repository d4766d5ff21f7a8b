// Sets up and builds what `npm run consumers`, `examples` and `docs` begin with; browsers, by the
// names of their packages, only those that are named.
import "./node-version.js";

// Loaded only now, because a static import would be compiled before the check above runs.
import("./setup.js");
