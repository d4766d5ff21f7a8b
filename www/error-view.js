import { AuthError } from "./pkg/index.js";
import { element, facts } from "./element.js";

const docs = new URL("docs/", import.meta.url);

const WHERE = {
  config: "In the settings",
  environment: "In this browser or page",
  network: "On the network",
  callback: "On the way back",
  provider: "At the provider",
  id_token: "In the ID token",
  session: "In the session",
  internal: "In this library",
};

/**
 * Shows an error in the alert region.
 *
 * @param {HTMLElement} region
 * @param {unknown} error
 * @param {() => void} onDismiss
 */
export function showError(region, error, onDismiss) {
  const isAuthError = error instanceof AuthError;
  const code = isAuthError ? error.code : (error?.name ?? "Error");
  region.replaceChildren(
    element(
      "div",
      { class: "error" },
      element(
        "p",
        { class: "error-code" },
        element("code", {}, code),
        isAuthError ? element("span", {}, WHERE[error.kind] ?? "") : null,
      ),
      element("p", { class: "error-message" }, String(error?.message ?? error)),
      isAuthError
        ? facts([
            ["The provider said", error.error && element("code", {}, error.error)],
            ["In its words", error.errorDescription],
          ])
        : null,
      element(
        "div",
        { class: "actions" },
        isAuthError
          ? element(
              "a",
              {
                // The text directive leads to the entry although the page is served as plain text.
                href: `${docs}errors.md#${code}:~:text=${encodeURIComponent(code)}`,
                target: "_blank",
                rel: "noopener",
              },
              "What to do about it",
            )
          : null,
        element(
          "button",
          {
            type: "button",
            click: () => {
              clearError(region);
              onDismiss();
            },
          },
          "Dismiss",
        ),
      ),
    ),
  );
}

export function clearError(region) {
  region.replaceChildren();
}
