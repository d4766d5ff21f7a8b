/** What every page of an app does: finishes a sign-in, calls its API when asked to, or waits. */
export function run(open) {
  const app = open(settings);
  window.app = app;
  window.openApp = open;
  const failed = (error) => ({ error: `${error?.name}: ${error?.message}` });
  if (location.pathname.endsWith("/callback")) {
    window.result = app.callback().then((token) => {
      const [{ responseStart }] = performance.getEntriesByType("navigation");
      return { took: performance.now() - responseStart, token };
    }, failed);
  } else if (location.pathname.endsWith("/signed-in")) {
    window.result = app.restore().then(async (token) => {
      await fetch("/api", { headers: { Authorization: `Bearer ${token}` } });
      return { token };
    }, failed);
  } else {
    // What the library's documentation has every page do.
    window.result = Promise.resolve(app.load?.()).then(() => ({}), failed);
  }
  // As a click does it; the page it leads back to finds the time.
  window.leave = () => {
    sessionStorage.setItem("bench-clicked", performance.timeOrigin + performance.now());
    app.signIn().catch((error) => (window.fault = failed(error)));
  };
}
