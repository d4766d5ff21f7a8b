/** Keeps what the page prints, so that a test can look for secrets in it. */
window.printed = [];
for (const method of ["debug", "log", "info", "warn", "error", "trace", "dir", "table"]) {
  const print = console[method];
  console[method] = (...values) => {
    window.printed.push(values.map((value) => value?.stack ?? JSON.stringify(value)).join(" "));
    print.apply(console, values);
  };
}
for (const type of ["error", "unhandledrejection"]) {
  addEventListener(type, ({ error, reason }) => window.printed.push(String(error ?? reason)));
}
