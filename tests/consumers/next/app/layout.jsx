import { SignedIn } from "./signed-in.jsx";

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <SignedIn>{children}</SignedIn>
      </body>
    </html>
  );
}
