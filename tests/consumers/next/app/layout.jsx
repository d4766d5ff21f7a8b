import { readFile } from "node:fs/promises";
import { SignedIn } from "./signed-in.jsx";

export default async function Layout({ children }) {
  const settings = JSON.parse(await readFile("public/settings.json", "utf8"));
  return (
    <html lang="en">
      <body>
        <SignedIn settings={settings}>{children}</SignedIn>
      </body>
    </html>
  );
}
