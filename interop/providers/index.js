import { authlibs } from "./authlib.js";
import { oidcProviders } from "./oidc-provider.js";

/** Every provider of the lab, in the order in which they are played. */
export const providers = [...oidcProviders, ...authlibs];
