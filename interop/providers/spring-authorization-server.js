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

const noRefreshToken =
  "public clients get no refresh token: [its guide for single-page apps](https://docs.spring.io/spring-authorization-server/reference/guides/how-to-pkce.html)";

export const springAuthorizationServer = {
  name: "spring-authorization-server",
  version: "7.0 (Spring Boot 4.0.7)",
  language: "Java",
  surprises: [
    "in 7.0.6, who is signed out gets the login page for `prompt=none`, and not `login_required`: `AuthorizationFilter` stands before the filter of the authorization endpoint. The lab's application permits requests with `prompt=none`",
  ],
  registered:
    "`client-authentication-methods: none`, `authorization-grant-types: authorization_code`, both addresses, `require-proof-key`, `require-authorization-consent`; a `CorsConfigurationSource` for the page's origin",
  install: () =>
    buildWithMaven("spring-authorization-server", [
      "src/main/java/provider/Provider.java",
      "src/main/resources/application.yml",
    ]),
  async start(folder, { port, env }) {
    const issuer = `http://localhost:${port}`;
    const { stop } = await startProgram(["java", "-jar", "target/provider.jar"], {
      folder,
      env,
      ready: `${issuer}/.well-known/openid-configuration`,
    });
    return { issuer, clientId: "interop", stop };
  },
  explained: {
    "refresh twice": noRefreshToken,
    "two tabs refresh at once": noRefreshToken,
    "expired session": noRefreshToken,
  },
  // To the other one alice has consented.
  cancelling: { client: { clientId: "cancelled" } },
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
