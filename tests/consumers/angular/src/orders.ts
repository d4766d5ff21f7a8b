import { Component, inject } from "@angular/core";
import { Router } from "@angular/router";
import { injectAuth } from "pkce-wasm/angular";

@Component({
  template: `
    @if (auth.session(); as session) {
      <h1>Orders</h1>
      <p role="note">{{ url }}</p>
      <p role="timer">{{ session.expiresAt }}</p>
      <button (click)="renew()">Renew</button>
    }
  `,
})
export class Orders {
  protected readonly auth = injectAuth();
  protected readonly url = inject(Router).url;

  protected renew(): void {
    this.auth.client.accessToken({ minValiditySeconds: Infinity }).catch(() => undefined);
  }
}
