// The page, and an API that asks each of its clients for a bearer token.
import { createServer } from "node:http";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { buildSchema, graphql } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import sirv from "sirv";
import { WebSocketServer } from "ws";
import { appRouter } from "./src/router.js";

const schema = buildSchema("type Query { me: String } type Subscription { me: String }");

/** Whom a token is about. That it is genuine is for the tests of others. */
function subjectOf(token) {
  return JSON.parse(Buffer.from(String(token).split(".")[1] ?? "", "base64url")).sub;
}

const bearer = ({ authorization }) => subjectOf(/^Bearer (\S+)$/.exec(authorization)[1]);

async function body(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const json = (response, value) =>
  response.setHeader("Content-Type", "application/json").end(JSON.stringify(value));

const trpc = createHTTPHandler({
  router: appRouter,
  basePath: "/trpc/",
  createContext: ({ req }) => ({ sub: bearer(req.headers) }),
});

/** Amazon Cognito's identity pools: the credentials say who has asked for them. */
async function identity(request, response) {
  const { Logins } = await body(request);
  const [token] = Object.values(Logins);
  if (request.headers["x-amz-target"].endsWith(".GetId")) {
    return json(response, { IdentityId: "us-east-1:identity" });
  }
  const Credentials = {
    AccessKeyId: "key",
    SecretKey: "secret",
    SessionToken: subjectOf(token),
    Expiration: Date.now() / 1000 + 3600,
  };
  return json(response, { IdentityId: "us-east-1:identity", Credentials });
}

const routes = {
  "/api/me": (request, response) => json(response, { sub: bearer(request.headers) }),
  "/trpc/me": trpc,
  "/identity/": identity,
  async "/graphql"(request, response) {
    const rootValue = { me: bearer(request.headers) };
    const { query: source } = await body(request);
    json(response, await graphql({ schema, source, rootValue }));
  },
};
const files = [sirv("public", { dev: true }), sirv("dist", { dev: true, single: true })];

const server = createServer(async (request, response) => {
  const route = routes[new URL(request.url, "http://localhost").pathname];
  if (!route) return files[0](request, response, () => files[1](request, response));
  try {
    await route(request, response);
  } catch (error) {
    response.writeHead(401).end(String(error));
  }
});

const graphqlSockets = new WebSocketServer({ noServer: true });
const plainSockets = new WebSocketServer({ noServer: true });
useServer(
  {
    schema,
    context: ({ connectionParams }) => bearer(connectionParams),
    roots: {
      subscription: {
        async *me(_args, sub) {
          yield { me: sub };
        },
      },
    },
  },
  graphqlSockets,
);
plainSockets.on("connection", (socket) => {
  socket.once("message", (text) => socket.send(subjectOf(JSON.parse(text).token)));
});
server.on("upgrade", (request, socket, head) => {
  const sockets = request.url === "/graphql" ? graphqlSockets : plainSockets;
  sockets.handleUpgrade(request, socket, head, (opened) =>
    sockets.emit("connection", opened, request),
  );
});
server.listen(Number(process.argv[2]), "localhost");
