import { gql } from "@apollo/client";
import { apollo } from "./apollo.js";
import { credentials } from "./aws.js";
import { api as axiosApi } from "./axios.js";
import { api as xhrApi } from "./axios-xhr.js";
import { client } from "./client.js";
import { subscriptions } from "./graphql-ws.js";
import { api as kyApi } from "./ky.js";
import { api as openApi } from "./openapi-fetch.js";
import { me, queryClient } from "./tanstack-query.js";
import { trpc } from "./trpc.js";
import { connect } from "./web-socket.js";

type Me = { sub: string };
const query = gql`
  {
    me
  }
`;

/** Whom an API knows the user as, by each of the guide's clients. */
const clients: Record<string, () => Promise<unknown>> = {
  ky: async () => (await kyApi.get("me").json<Me>()).sub,
  "openapi-fetch": async () => (await openApi.GET("/me")).data?.sub,
  axios: async () => (await axiosApi.get<Me>("me")).data.sub,
  "axios by XMLHttpRequest": async () => (await xhrApi.get<Me>("me")).data.sub,
  "TanStack Query": async () => (await queryClient.fetchQuery(me)).sub,
  tRPC: async () => (await trpc.me.query()).sub,
  Apollo: async () => (await apollo.query<{ me: string }>({ query })).data?.me,
  "graphql-ws": async () => {
    for await (const { data } of subscriptions.iterate({ query: "subscription { me }" })) {
      return data?.["me"];
    }
  },
  WebSocket: async () => {
    const socket = await connect("/socket");
    return new Promise((resolve) => {
      socket.addEventListener("message", ({ data }) => resolve(data));
    });
  },
  "AWS SDK": async () => (await credentials()).sessionToken,
};

async function show(): Promise<void> {
  const { session } = client;
  document.querySelector("#app")!.innerHTML = `
    <p role="status">${session ? `Signed in as ${session.claims.email}` : "Signed out"}</p>
    <button>Sign in</button>
    <ul></ul>`;
  document.querySelector("button")!.onclick = () => client.signIn();
  if (session === null) return;
  for (const [name, ask] of Object.entries(clients)) {
    const item = document.createElement("li");
    const sub = await ask().catch(String);
    item.textContent = sub === session.sub ? `${name} is known` : `${name}: ${sub}`;
    document.querySelector("ul")!.append(item);
  }
}

void show();
