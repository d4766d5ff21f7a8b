// Begins the playground of the documentation: first its stand-in provider, then the page as it is elsewhere.
const home = new URL(".", import.meta.url);
const worker = new URL("stand-in.js", home);

/** Resolves when the worker answers for this page. */
async function controlled() {
  await navigator.serviceWorker.register(worker, { scope: home });
  if (navigator.serviceWorker.controller) return;
  await new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
  });
}

if (navigator.serviceWorker) {
  await controlled();
  await import(new URL("app.js", home));
} else {
  const status = document.getElementById("status");
  status.dataset.state = "signed-out";
  status.textContent = "This browser lets no service worker run here.";
}
