const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(value) {
  return String(value).replace(/[&<>"']/g, (character) => entities[character]);
}

/** The frame of every page: no script, nothing loaded from anywhere. */
export function page({ title, body, footer, language = "en" }) {
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>${title} · Hosted UI</title>
    <link rel="icon" href="${icon}">
    <style>${style}</style>
  </head>
  <body>
    <main>
      <p class="brand">${mark}<span>Hosted UI</span><small>local</small></p>
      ${body}
    </main>
    ${footer ? `<footer>${footer}</footer>` : ""}
  </body>
</html>
`;
}

const mark = `<svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
  <rect width="32" height="32" rx="9" fill="#4338ca"/>
  <circle cx="16" cy="13" r="4.5" fill="#fff"/>
  <path d="M13.6 15.5h4.8l1.8 8.5h-8.4z" fill="#fff"/>
</svg>`;

const icon = `data:image/svg+xml,${encodeURIComponent(
  mark.replace("<svg", `<svg xmlns="http://www.w3.org/2000/svg"`),
)}`;

const style = `
  :root {
    color-scheme: light dark;
    --ground: #eef0f6; --card: #fff; --text: #16182b; --soft: #565b75; --line: #868ba5;
    --edge: #dfe2ee; --accent: #4338ca; --accent-strong: #352ba8; --on-accent: #fff;
    --alert: #b3152a; --alert-ground: #fdecee; --shadow: 0 1px 2px #1a1c3414, 0 16px 40px #1a1c3417;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --ground: #0f1019; --card: #191b29; --text: #eceef8; --soft: #a9aec8; --line: #6f7594;
      --edge: #2a2d42; --accent: #a5a8ff; --accent-strong: #c0c2ff; --on-accent: #14152b;
      --alert: #ffb3bc; --alert-ground: #3d1a22; --shadow: none;
    }
  }
  * { box-sizing: border-box; }
  body {
    margin: 0; min-height: 100vh; min-height: 100dvh; padding: 1.5rem 1rem;
    display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1.25rem;
    background: var(--ground); color: var(--text);
    font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans JP", sans-serif;
  }
  main {
    width: 100%; max-width: 25rem; padding: 2.25rem 2.25rem 1.75rem;
    background: var(--card); border: 1px solid var(--edge); border-radius: 1rem;
    box-shadow: var(--shadow); overflow-wrap: anywhere;
  }
  p { margin: 0; }
  .brand { display: flex; align-items: center; gap: .625rem; font-weight: 650; }
  .brand small {
    padding: 0 .5rem; border: 1px solid var(--edge); border-radius: 1rem;
    color: var(--soft); font-weight: 500; font-size: .75rem;
  }
  h1 { margin: 1.5rem 0 0; font-size: 1.625rem; line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; }
  .subtitle, .note, .detail { margin-top: .375rem; color: var(--soft); }
  .detail { margin-top: .75rem; }
  .subtitle strong, .note strong { color: var(--text); font-weight: 600; }
  [role="alert"] {
    margin-top: 1.25rem; padding: .625rem .875rem; border-radius: .5rem;
    background: var(--alert-ground); color: var(--alert); font-weight: 500;
  }
  section { margin-top: 1.75rem; padding-top: 1.25rem; border-top: 1px dashed var(--line); font-size: .9375rem; }
  h2 { margin: 0 0 .5rem; color: var(--soft); font-size: .8125rem; font-weight: 600; }
  dl { margin: .75rem 0 0; }
  dt { margin-top: .5rem; color: var(--soft); font-size: .8125rem; }
  dd { margin: 0; }
  form { margin-top: 1.5rem; display: flex; flex-direction: column; }
  label { margin-bottom: .375rem; font-size: .9375rem; font-weight: 550; }
  input {
    width: 100%; min-height: 2.875rem; margin-bottom: 1.125rem; padding: 0 .875rem;
    border: 1px solid var(--line); border-radius: .5rem;
    background: var(--card); color: inherit; font: inherit;
  }
  input[aria-invalid="true"] { border-color: var(--alert); }
  button {
    min-height: 2.875rem; margin-top: .375rem; border: 1px solid transparent; border-radius: .5rem;
    background: var(--accent); color: var(--on-accent);
    font: inherit; font-weight: 600; cursor: pointer;
  }
  button:hover { background: var(--accent-strong); }
  button.quiet { background: none; color: var(--soft); font-weight: 500; }
  button.quiet:hover { color: var(--text); text-decoration: underline; text-underline-offset: .2em; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  input:focus-visible { outline-offset: 0; border-color: transparent; }
  code { font: .875em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
  footer { max-width: 25rem; color: var(--soft); font-size: .875rem; text-align: center; }
  footer code { margin-left: .375rem; color: var(--text); }
  @media (max-width: 30rem) {
    body { padding: 0; justify-content: flex-start; background: var(--card); }
    main { padding: 2rem 1.25rem 1rem; border: 0; border-radius: 0; box-shadow: none; }
  }
  @media (forced-colors: active) { button { border-color: ButtonText; } }
`;
