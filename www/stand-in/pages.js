// The pages of the stand-in. They look like the playground, have no field to type into, and say what they are.

/** @param {string} body HTML */
function page(title, body) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>${title} · Stand-in provider</title>
    <link rel="icon" href="../favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="../style.css" />
  </head>
  <body>
    <header class="masthead">
      <p class="masthead-name">Stand-in provider <span>not a real one</span></p>
    </header>
    <main>
      <section class="panel">
        <h1>${title}</h1>
        ${body}
      </section>
    </main>
    <footer>A service worker of this site made this page. It knows nobody, and asks for no password.</footer>
  </body>
</html>
`;
}

/** @param {{ sub: string, name: string }[]} users */
export function loginPage(users) {
  const buttons = users.map(
    ({ sub, name }) =>
      `<button type="submit" class="primary" name="user" value="${sub}">Sign in as ${name}</button>`,
  );
  return page(
    "Who would you like to be?",
    `<p>A real provider would ask you now who you are.</p>
        <form method="post" class="actions">
          ${buttons.join("\n          ")}
          <button type="submit" name="cancel" value="cancel">Cancel</button>
        </form>`,
  );
}

/** For a request from which no address follows that an answer could be sent to. */
export function refusalPage(reason) {
  return page("This request is refused", `<p>${reason}</p>`);
}

export function signedOutPage() {
  return page("You are signed out", `<p><a href="../">To the playground</a></p>`);
}
