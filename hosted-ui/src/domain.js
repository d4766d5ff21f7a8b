import { authorize, shapeFrontChannel, toCallback } from "./authorize.js";
import { errorPage } from "./errors.js";
import { login } from "./login.js";
import { logout } from "./logout.js";
import { token } from "./tokens.js";
import { userInfo } from "./userinfo.js";

// No form-action: Chromium applies it to the redirect back to the application as well.
const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'";

const engineOnly = (_ctx, next) => next();

/** The hosted UI's domain: Cognito's paths, laid over the engine (which is a Koa application). */
export function domainHandler(pool) {
  const { altered, provider } = pool;
  const routes = {
    "/oauth2/authorize": { methods: ["GET"], handle: authorize(pool) },
    "/login": { methods: ["GET", "POST"], handle: login(pool) },
    "/logout": { methods: ["GET"], handle: logout(pool) },
    "/error": { methods: ["GET"], handle: errorPage(pool) },
    "/oauth2/token": { methods: ["POST"], cors: true, handle: token(pool) },
    "/oauth2/revoke": { methods: ["POST"], cors: true, handle: engineOnly },
    "/oauth2/userInfo": { methods: ["GET", "POST"], cors: true, handle: userInfo(pool) },
  };
  const resume = { methods: ["GET"], handle: toCallback };
  const routeOf = (path) =>
    Object.hasOwn(routes, path)
      ? routes[path]
      : path.startsWith("/oauth2/authorize/")
        ? resume
        : undefined;

  shapeFrontChannel(provider);
  provider.use(async (ctx, next) => {
    ctx.set("X-Frame-Options", "DENY");
    ctx.set("Content-Security-Policy", contentSecurityPolicy);
    ctx.set("X-Content-Type-Options", "nosniff");
    ctx.set("Cache-Control", "no-store");
    const route = routeOf(ctx.path);
    if (!route) return;
    if (route.cors) {
      ctx.set("Access-Control-Allow-Origin", "*");
      if (ctx.method === "OPTIONS") return preflight(ctx, route);
    }
    if (!route.methods.includes(ctx.method)) {
      ctx.set("Allow", route.methods.join(", "));
      ctx.status = 405;
      return;
    }
    await route.handle(ctx, next);
    if (ctx.status === 200 && ctx.response.is("json")) {
      ctx.body = altered(ctx.path, ctx.body, ctx.req);
    }
  });
  return provider.callback();
}

function preflight(ctx, { methods }) {
  ctx.set("Access-Control-Allow-Methods", methods.join(", "));
  const asked = ctx.get("Access-Control-Request-Headers");
  if (asked) ctx.set("Access-Control-Allow-Headers", asked);
  ctx.status = 200;
  ctx.body = "";
}
