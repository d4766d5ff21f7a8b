import { buildWithMaven } from "../install.js";
import { startProgram } from "../program.js";
import { person } from "../user.js";

const login = {
  shows: "input[name=username]",
  async act(tab) {
    await tab.fill("Username", person.name);
    await tab.fill("Password", person.password);
    await tab.click({ role: "button", name: "Sign in" });
  },
};

export const springAuthorizationServer = {
  name: "spring-authorization-server",
  version: "7.0 (Spring Boot 4.0.7)",
  language: "Java",
  registered:
    "`client-authentication-methods: none`, `authorization-grant-types: authorization_code`, both addresses, `require-proof-key`, `require-authorization-consent`; a `CorsConfigurationSource` for the page's origin",
  install: () => buildWithMaven("spring-authorization-server"),
  async start(folder, { port, env }) {
    const issuer = `http://localhost:${port}`;
    const { stop } = await startProgram(["java", "-jar", "target/provider.jar"], {
      folder,
      env,
      ready: `${issuer}/.well-known/openid-configuration`,
    });
    return { issuer, clientId: "interop", stop };
  },
  ways: {
    signIn: {
      login,
      consent: {
        shows: "form[name=consent_form]",
        async act(tab) {
          await tab.run(`document.querySelectorAll("[name=scope]").forEach((box) => box.click())`);
          await tab.click({ role: "button", name: "Submit Consent" });
        },
      },
    },
    cancel: {
      login,
      consent: {
        shows: "form[name=consent_form]",
        act: (tab) => tab.click({ role: "button", name: "Cancel" }),
      },
    },
  },
};
