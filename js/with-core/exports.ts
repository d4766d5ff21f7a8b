/** What a client uses of a script that brings the core, whichever that is. */
export { sendBound } from "./bound.js";
export { settleRefusal } from "./refusal.js";
export { finishSignIn, signIn } from "./sign-in.js";
export { finishSignOut, signOut } from "./sign-out.js";
export { userInfo } from "./user-info.js";
