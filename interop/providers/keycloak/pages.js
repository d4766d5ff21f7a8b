import { person } from "../../user.js";

/** Keycloak's login page, answered with this password. */
export const loginWith = (password) => ({
  shows: "#kc-form-login #username",
  async act(tab) {
    await tab.fill("Username or email", person.name);
    await tab.fill("Password", password);
    await tab.click({ role: "button", name: "Sign In" });
  },
});

export const login = loginWith(person.password);

/** The page that asks whether the application may know who it is. */
export const consent = (answer) => ({
  shows: "#kc-oauth [name=accept]",
  act: (tab) => tab.click({ role: "button", name: answer }),
});
