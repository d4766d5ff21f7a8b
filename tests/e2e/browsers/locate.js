/**
 * Runs inside the page, so it must not refer to anything outside itself.
 *
 * Finds the visible elements with an accessible role and, if given, an accessible name; or the
 * form fields with a label (`role: "field"`, since a password field has no role to ask for).
 *
 * @param {{ role: string, name?: string }} wanted
 * @returns {HTMLElement[]}
 */
export function locate({ role, name }) {
  const selectors = {
    alert: "[role=alert]",
    button: "button, input[type=submit], input[type=button], [role=button]",
    field: "input, textarea, select",
    heading: "h1, h2, h3, h4, h5, h6, [role=heading]",
    link: "a[href], [role=link]",
    status: "output, [role=status]",
  };
  if (!selectors[role]) throw new Error(`this locator does not know the role ${role}`);

  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const accessibleName = (element) => {
    const labelledBy = element.getAttribute("aria-labelledby");
    if (labelledBy) {
      const parts = labelledBy.split(/\s+/).map((id) => document.getElementById(id));
      return plain(parts.map((part) => part?.textContent ?? "").join(" "));
    }
    if (element.hasAttribute("aria-label")) return plain(element.getAttribute("aria-label"));
    if (role === "field") {
      const labels = [...(element.labels ?? [])].map((label) => label.textContent).join(" ");
      return plain(labels) || (element.placeholder ?? "");
    }
    return plain(element.tagName === "INPUT" ? element.value : element.textContent);
  };

  return [...document.querySelectorAll(selectors[role])].filter(
    (element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.closest("[aria-hidden=true], [inert]") &&
      (name === undefined || accessibleName(element) === name),
  );
}

/** Runs inside the page: the text that a reader sees in these elements. */
export function visibleText(elements) {
  return elements.map((element) => element.innerText.trim()).join("\n");
}
