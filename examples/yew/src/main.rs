use pkce_wasm::error::Error;
use pkce_wasm::session::Session;
use pkce_wasm::web::{Client, Options, SignInOptions, SignOutOptions, Store};
use serde::Deserialize;
use yew::platform::spawn_local;
use yew::prelude::*;

/// `public/settings.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    issuer: String,
    client_id: String,
}

/// What this app wants to know of the user.
#[derive(Deserialize)]
struct Claims {
    email: String,
}

#[derive(Clone, Default, PartialEq)]
struct View {
    status: AttrValue,
    alert: AttrValue,
}

#[component]
fn App() -> Html {
    let client = use_mut_ref(|| None::<Client>);
    let view = use_state(View::default);

    {
        let (client, view) = (client.clone(), view.clone());
        use_effect_with((), move |()| {
            spawn_local(async move {
                view.set(match begin().await {
                    Ok((begun, session)) => {
                        client.replace(Some(begun));
                        show(session.as_ref())
                    }
                    Err(alert) => View { status: "Signed out".into(), alert: alert.into() },
                });
            });
        });
    }

    let on_click = |action: fn(Client) -> Action| {
        let (client, view) = (client.clone(), view.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(client) = client.borrow().clone() else { return };
            let view = view.clone();
            spawn_local(async move {
                let done = action(client.clone()).await;
                let alert = done.err().map(|error| error.to_string()).unwrap_or_default();
                view.set(View { alert: alert.into(), ..show(client.session().as_ref()) });
            });
        })
    };
    let sign_in =
        on_click(|client| Box::pin(async move { client.sign_in(SignInOptions::default()).await }));
    let refresh = on_click(|client| Box::pin(async move { client.access_token().await.map(drop) }));
    let user_info =
        on_click(|client| Box::pin(async move { client.user_info::<Claims>().await.map(drop) }));
    let sign_out = on_click(|client| {
        Box::pin(async move { client.sign_out(SignOutOptions::default()).await })
    });

    html! {
        <main>
            <h1>{ "Yew and pkce-wasm" }</h1>
            <p role="status">{ &view.status }</p>
            <p role="alert">{ &view.alert }</p>
            <button onclick={sign_in}>{ "Sign in" }</button>
            <button onclick={refresh}>{ "Access token" }</button>
            <button onclick={user_info}>{ "User info" }</button>
            <button onclick={sign_out}>{ "Sign out" }</button>
        </main>
    }
}

type Action = std::pin::Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// The client, and who is signed in: on the callback this finishes the sign-in.
async fn begin() -> Result<(Client, Option<Session>), String> {
    let settings = gloo_net::http::Request::get("/settings.json").send().await;
    let settings: Settings = match settings {
        Ok(answer) => answer.json().await.map_err(|error| error.to_string())?,
        Err(error) => return Err(error.to_string()),
    };
    let page = web_sys::window().and_then(|window| window.location().origin().ok());
    let origin = page.unwrap_or_default();
    let client = Client::new(Options {
        issuer: Some(settings.issuer),
        client_id: settings.client_id,
        redirect_uri: format!("{origin}/callback"),
        post_logout_redirect_uri: Some(format!("{origin}/")),
        store: Store::Local,
        ..Options::default()
    })
    .map_err(|error| error.to_string())?;
    let started = client.start().await.map_err(|error| error.to_string())?;
    if let Some(path) = started.return_to
        && let Some(history) = web_sys::window().and_then(|window| window.history().ok())
    {
        let _ = history.replace_state_with_url(&Default::default(), "", Some(&path));
    }
    Ok((client, started.session))
}

fn show(session: Option<&Session>) -> View {
    let email =
        session.and_then(|session| session.claims::<Claims>().ok()).map(|claims| claims.email);
    let status = email.map_or("Signed out".into(), |email| format!("Signed in as {email}"));
    View { status: status.into(), alert: AttrValue::default() }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
