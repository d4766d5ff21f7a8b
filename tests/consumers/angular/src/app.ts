import { Component } from "@angular/core";
import { RouterLink, RouterOutlet } from "@angular/router";
import { injectAuth } from "pkce-wasm/angular";

@Component({
  selector: "app-root",
  imports: [RouterLink, RouterOutlet],
  template: `
    <nav>
      <a routerLink="/">Home</a>
      <a routerLink="/orders" [queryParams]="{ year: 2026 }" fragment="totals">Orders</a>
    </nav>
    @if (auth.status() === "loading") {
      <p role="status">Please wait</p>
    } @else if (auth.session(); as session) {
      <p role="status">Signed in as {{ session.claims.email }}</p>
      <button (click)="auth.signOut()">Sign out</button>
    } @else {
      <p role="status">Signed out</p>
      <button (click)="auth.signIn()">Sign in</button>
    }
    @if (auth.error(); as error) {
      <p role="alert">{{ error.code }}</p>
      @if (error.kind === "network") {
        <button (click)="auth.start()">Try again</button>
      }
    }
    <router-outlet />
  `,
})
export class App {
  protected readonly auth = injectAuth();
}
