/**
 * Keycloak's administration, by its REST API, for the realm `interop`.
 *
 * @param {string} address of the server
 * @param {{ name: string, password: string }} administrator
 */
export async function openAdministration(address, { name, password }) {
  /** A token is good for a minute, so that each call asks for one. */
  async function token() {
    const form = { grant_type: "password", client_id: "admin-cli", username: name, password };
    const answer = await fetch(`${address}/realms/master/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    return (await answer.json()).access_token;
  }

  async function call(method, path, content) {
    const answer = await fetch(`${address}/admin/realms/interop${path}`, {
      method,
      headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json" },
      body: content && JSON.stringify(content),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  const only = async (path) => (await call("GET", path))[0];

  /** Adds an execution or a flow to a flow, and settles whether it is required. */
  async function add(flow, kind, content, requirement, config) {
    const path = `/authentication/flows/${encodeURIComponent(flow)}/executions`;
    await call("POST", `${path}/${kind}`, content);
    const execution = (await call("GET", path)).findLast(({ providerId, displayName }) =>
      kind === "flow" ? displayName === content.alias : providerId === content.provider,
    );
    await call("PUT", path, { ...execution, requirement });
    if (config) {
      const named = { alias: `${flow} level`, config };
      await call("POST", `/authentication/executions/${execution.id}/config`, named);
    }
  }

  return {
    call,
    user: (username) => only(`/users?username=${username}&exact=true`),
    realm: (changes) => call("PUT", "", changes),

    /** Gives a client the flow of Keycloak's documentation on step-up: a second level asks for more. */
    async addStepUp(clientId) {
      const flow = (alias) => ({ alias, type: "basic-flow", provider: "registration-page-form" });
      const level = (level) => ({ "loa-condition-level": String(level), "loa-max-age": "36000" });
      const condition = { provider: "conditional-level-of-authentication" };
      await call("POST", "/authentication/flows", {
        ...{ alias: "step-up", providerId: "basic-flow", topLevel: true, builtIn: false },
      });
      await add("step-up", "execution", { provider: "auth-cookie" }, "ALTERNATIVE");
      await add("step-up", "flow", flow("step-up forms"), "ALTERNATIVE");
      for (const [alias, provider, at] of [
        ["silver", "auth-username-password-form", 1],
        ["gold", "auth-password-form", 2],
      ]) {
        await add("step-up forms", "flow", flow(alias), "CONDITIONAL");
        await add(alias, "execution", condition, "REQUIRED", level(at));
        await add(alias, "execution", { provider }, "REQUIRED");
      }
      const flows = await call("GET", "/authentication/flows");
      const { id: browser } = flows.find(({ alias }) => alias === "step-up");
      const client = await only(`/clients?clientId=${clientId}`);
      await call("PUT", `/clients/${client.id}`, {
        ...client,
        authenticationFlowBindingOverrides: { browser },
      });
    },
  };
}
