import { provideHttpClient, withInterceptors } from "@angular/common/http";
import { bootstrapApplication } from "@angular/platform-browser";
import { provideRouter } from "@angular/router";
import { authGuard, authInterceptor, provideAuth } from "pkce-wasm/angular";
import { App } from "./app";
import { client } from "./client.js";
import { Home } from "./home";
import { Orders } from "./orders";

await bootstrapApplication(App, {
  providers: [
    provideRouter([
      { path: "", component: Home },
      { path: "callback", component: Home },
      { path: "orders", component: Orders, canActivate: [authGuard] },
    ]),
    provideHttpClient(withInterceptors([authInterceptor()])),
    provideAuth(client),
  ],
});
