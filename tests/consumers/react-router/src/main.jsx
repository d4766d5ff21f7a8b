import { createRoot } from "react-dom/client";
import { createBrowserRouter, Link, Outlet, useLocation } from "react-router";
import { RouterProvider } from "react-router/dom";
import { AuthProvider, requireAuth } from "pkce-wasm/react";
import { client } from "./client.js";
import { Header, Home, Nobody, Orders } from "./pages.jsx";

const Layout = () => (
  <>
    <nav>
      <Link to="/">Home</Link>
      <Link to="/orders?year=2026#totals">Orders</Link>
    </nav>
    <Header />
    <Outlet />
  </>
);

function OrdersHere() {
  const { pathname, search, hash } = useLocation();
  return <Orders path={pathname + search + hash} />;
}

const router = createBrowserRouter([
  {
    Component: Layout,
    HydrateFallback: Layout,
    children: [
      { path: "/", Component: Home },
      { path: "/callback", Component: Home },
      {
        path: "/orders",
        loader: requireAuth(client),
        Component: OrdersHere,
        ErrorBoundary: Nobody,
      },
    ],
  },
]);

createRoot(document.querySelector("#app")).render(
  <AuthProvider client={client}>
    <RouterProvider router={router} />
  </AuthProvider>,
);
