import { auth } from "./lib/auth.js";

export const init = () => auth.ready;
