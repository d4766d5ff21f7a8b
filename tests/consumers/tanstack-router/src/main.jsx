import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  RouterProvider,
  useLocation,
} from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { AuthProvider, requireAuth } from "pkce-wasm/react";
import { client } from "./client.js";
import { Header, Home, Nobody, Orders } from "./pages.jsx";

const Layout = () => (
  <>
    <nav>
      <Link to="/">Home</Link>
      <Link to="/orders" search={{ year: 2026 }} hash="totals">
        Orders
      </Link>
    </nav>
    <Header />
    <Outlet />
  </>
);

function OrdersHere() {
  const { href } = useLocation();
  return <Orders path={href} />;
}

const root = createRootRoute({ component: Layout });
const under = (path, more) => createRoute({ getParentRoute: () => root, path, ...more });

const router = createRouter({
  defaultPreload: "intent",
  routeTree: root.addChildren([
    under("/", { component: Home }),
    under("/callback", { component: Home }),
    under("/orders", {
      beforeLoad: requireAuth(client),
      component: OrdersHere,
      errorComponent: Nobody,
    }),
  ]),
});

createRoot(document.querySelector("#app")).render(
  <AuthProvider client={client}>
    <RouterProvider router={router} />
  </AuthProvider>,
);
