/** What a client uses of a script that brings the core, whichever that is. */
export { settleRefusal } from "./api-refusal.js";
export { sendBound } from "./bound.js";
export { adopt, finishSignIn, signIn } from "./sign-in.js";
export { finishSignOut, revoke, signOut } from "./sign-out.js";
export { waitForToken } from "./token.js";
export { renew } from "./renew.js";
export { userInfo } from "./user-info.js";
