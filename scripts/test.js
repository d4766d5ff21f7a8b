import "./node-version.js";

// Loaded only now, because a static import would be compiled before the check above runs.
import("./check.js");
