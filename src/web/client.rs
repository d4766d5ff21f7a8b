//! The npm package's client, for single-page apps in Rust: the same steps in the same order, by the
//! same scripts.

use alloc::{rc::Rc, string::String};
use core::cell::RefCell;

use js_sys::{Array, Object, Promise, Reflect, futures::JsFuture};
use oauth2::AccessToken;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};

use crate::{
    base64url,
    callback::Callback,
    config::Config,
    error::{Code, Error, ProviderError, Result},
    json,
    secret::Secret,
    session::{self, Session},
    time::Timestamp,
    uri::parse_form,
    web::{
        clock::now,
        failure::set,
        navigation::{self, window},
        options::{Options, SignInOptions, SignOutOptions},
        record_store::RecordStore,
        steps::Core,
        storage,
    },
};

#[wasm_bindgen(module = "/js/with-core/steps.js")]
extern "C" {
    type Steps;

    #[wasm_bindgen(constructor)]
    fn new(core: Core, store: RecordStore, keys: &Object) -> Steps;

    #[wasm_bindgen(method, js_name = signIn)]
    fn sign_in(this: &Steps, options: &str) -> Promise;

    #[wasm_bindgen(method, js_name = handleCallback)]
    fn handle_callback(this: &Steps, url: &str) -> Promise;

    #[wasm_bindgen(method)]
    fn refresh(this: &Steps, generation: f64) -> Promise;

    #[wasm_bindgen(method, js_name = userInfo)]
    fn user_info(this: &Steps) -> Promise;

    #[wasm_bindgen(method, js_name = signOut)]
    fn sign_out(this: &Steps, options: &str, stay: bool) -> Promise;

    #[wasm_bindgen(method, js_name = finishSignOut)]
    fn finish_sign_out(this: &Steps, url: &str) -> Promise;
}

// `steps.js` imports this one; naming it here is what takes it along.
#[wasm_bindgen(module = "/js/with-core/platform.js")]
extern "C" {
    fn measure(name: &str, start: f64);
}

/// A client of one provider, in a page. Clones are the same client.
///
/// It does what the npm package's does, by the same protocol steps and scripts, and fails with the
/// same codes. What only the npm package has: popups, hidden frames, tokens bound to a key, a `fetch`
/// that attaches the token, stores of one's own, renewal ahead of time by a timer, events, and the
/// questions that tabs ask each other.
///
/// So a token is renewed when [`Client::access_token`] is asked for one that is due. Tabs that share a
/// session, with [`Store::Local`](super::Store::Local), renew it once for all. With
/// [`Store::Session`](super::Store::Session) a tab that the user duplicates begins with a copy of the
/// refresh token: where the provider rotates them, the copy that comes second ends its session, and
/// some providers then end the other's as well.
///
/// ```no_run
/// # use pkce_wasm::{error::Result, web::{Client, Options, SignInOptions}};
/// # async fn run() -> Result<()> {
/// let client = Client::new(Options {
///     issuer: Some("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123".into()),
///     client_id: "1example23456789".into(),
///     redirect_uri: "http://localhost:8585/callback".into(),
///     ..Options::default()
/// })?;
/// // On the callback this finishes the sign-in, elsewhere it restores the session.
/// let started = client.start().await?;
/// if started.session.is_none() {
///     client.sign_in(SignInOptions::default()).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Rc<Shared>);

struct Shared {
    config: Config,
    steps: Steps,
    store: RecordStore,
    /// The key of the session's record, which the npm package would use as well.
    session_key: String,
    /// Where this tab keeps what it waits for at the provider's logout page.
    logout_key: String,
    /// A response that was taken out of the address bar and could not be dealt with yet.
    callback: RefCell<Option<String>>,
    /// One refresh at a time in this page.
    refreshing: RefCell<Option<Promise>>,
}

impl core::fmt::Debug for Client {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Client").field("config", &self.0.config).finish_non_exhaustive()
    }
}

/// What a page load has come to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Started {
    /// Who is signed in now.
    pub session: Option<Session>,
    /// After a sign-in, the path that it began on; after a sign-out, the one that it asked for.
    pub return_to: Option<String>,
}

impl Client {
    /// A client with these options. Nothing is sent or stored yet.
    pub fn new(options: Options) -> Result<Self> {
        let text = json::write(&options);
        let config = Config::parse(text.as_bytes())?;
        let core = Core::new(&text.into()).map_err(error)?;
        let whose = [config.client_id.as_str(), "/", config.issuer.as_str()].concat();
        let session_key = ["pkce-wasm/session/", &whose].concat();
        let logout_key = ["pkce-wasm/logout/", &whose].concat();
        let store = RecordStore::new(options.store);
        let keys = Object::new();
        set(&keys, "session", &*session_key);
        set(&keys, "logout", &*logout_key);
        Ok(Self(Rc::new(Shared {
            steps: Steps::new(core, store.clone(), &keys),
            store,
            session_key,
            logout_key,
            config,
            callback: RefCell::default(),
            refreshing: RefCell::default(),
        })))
    }

    /// Who is signed in, as the store has it now. A blocked store holds no session.
    pub fn session(&self) -> Option<Session> {
        let record = self.0.store.get(&self.0.session_key).ok().flatten()?;
        Session::read(&record, &self.0.config)
    }

    /// Call it when the page loads. On the callback it finishes the sign-in and cleans the URL;
    /// elsewhere it restores the session. Back from the provider's logout page, it gives the
    /// `return_to` of the sign-out. After a fault of the network or of the storage, calling it again
    /// tries again.
    pub async fn start(&self) -> Result<Started> {
        // The user may come back from the login page and the logout page to one and the same.
        let return_to = match is_awaited(&navigation::href()?) {
            true => None,
            false => self.finish_sign_out().await?,
        };
        let here = navigation::href()?;
        if !matches!(Callback::parse(&here, &self.0.config), Ok(None)) {
            self.0.callback.replace(Some(here));
        }
        let callback = self.0.callback.borrow().clone();
        match callback {
            Some(callback) => self.handle_callback(&callback).await,
            None => Ok(Started { session: self.session(), return_to }),
        }
    }

    /// Finishes the sign-in that a callback URL answers: what [`Client::start`] does on the callback.
    ///
    /// A callback of a finished sign-in gives the session that exists.
    pub async fn handle_callback(&self, url: &str) -> Result<Started> {
        let is_here = navigation::href()? == url;
        if is_here && is_awaited(url) {
            self.clean_url()?;
        }
        let handled = JsFuture::from(self.0.steps.handle_callback(url)).await.map_err(error);
        if !handled.as_ref().is_err_and(may_pass) {
            self.0.callback.take();
        }
        let handled = handled?;
        if is_here && text(&handled, "handled").as_deref() != Some("left") {
            self.clean_url()?;
        }
        Ok(Started { session: self.session(), return_to: text(&handled, "returnTo") })
    }

    /// Leaves for the provider's login page. The page goes away some time after this has returned.
    pub async fn sign_in(&self, mut options: SignInOptions) -> Result<()> {
        let here = navigation::path()?;
        let is_callback_page =
            here.split(['?', '#']).next() == Some(self.0.config.redirect_uri.path());
        options.page = (!is_callback_page).then_some(here);
        let begun = JsFuture::from(self.0.steps.sign_in(&json::write(&options))).await;
        navigation::go_to(&text(&begun.map_err(error)?, "url").unwrap_or_default())
    }

    /// An access token that is good for a while. One that is due is refreshed first. When that fails
    /// for a fault that may pass, a token that is still good is given all the same.
    pub async fn access_token(&self) -> Result<AccessToken> {
        let session = self.fresh(Session::expires_at).await?;
        Ok(session.access_token().clone())
    }

    /// The ID token, verified, and good for a while: as [`Client::access_token`].
    pub async fn id_token(&self) -> Result<Secret> {
        let session = self.fresh(Session::id_token_expires_at).await?;
        Ok(session.id_token().clone())
    }

    /// The claims that the provider's UserInfo endpoint has of the user: OpenID Connect Core §5.3.
    pub async fn user_info<Claims: DeserializeOwned>(&self) -> Result<Claims> {
        let session = self.fresh(Session::expires_at).await?;
        let mut claims = JsFuture::from(self.0.steps.user_info()).await.map_err(error);
        if claims.as_ref().is_err_and(|error| error.code() == Code::TokenRefused) {
            self.refresh(&session).await?;
            claims = JsFuture::from(self.0.steps.user_info()).await.map_err(error);
        }
        let claims = claims?;
        read(claims.as_string().unwrap_or_default().as_bytes(), Code::ResponseInvalid)
    }

    /// Signs out: revokes the tokens, forgets the session, and leaves for the provider's logout page,
    /// which sends the user on to `post_logout_redirect_uri`.
    ///
    /// After an error of kind `config` or `network` the session of this browser is over all the same.
    pub async fn sign_out(&self, options: SignOutOptions) -> Result<()> {
        let leaving = self.0.steps.sign_out(&json::write(&options), false);
        match JsFuture::from(leaving).await.map_err(error)?.as_string() {
            Some(url) => navigation::go_to(&url),
            None => Ok(()),
        }
    }

    async fn fresh(&self, expiry: impl Fn(&Session) -> Timestamp) -> Result<Session> {
        let session = self.session().ok_or_else(session::login_required)?;
        let can_refresh = session.refresh_token().is_some();
        let due = if can_refresh { session.refresh_at() } else { expiry(&session) };
        if now() < due {
            return Ok(session);
        }
        match self.refresh(&session).await {
            Err(error) if may_pass(&error) && now() < expiry(&session) => Ok(session),
            refreshed => refreshed,
        }
    }

    async fn refresh(&self, session: &Session) -> Result<Session> {
        let refreshing = self.0.refreshing.borrow().clone();
        let refreshing = refreshing.unwrap_or_else(|| {
            #[allow(clippy::cast_precision_loss, reason = "no session is renewed that often")]
            let refreshing = self.0.steps.refresh(session.generation() as f64);
            self.0.refreshing.replace(Some(refreshing.clone()));
            refreshing
        });
        let refreshed = JsFuture::from(refreshing).await;
        self.0.refreshing.take();
        let record = refreshed.map_err(error)?.as_string().unwrap_or_default();
        Session::read(&record, &self.0.config).ok_or_else(session::login_required)
    }

    /// Where to go on to, if this page is where the provider's logout page has led.
    async fn finish_sign_out(&self) -> Result<Option<String>> {
        let tab = window()?.session_storage().ok().flatten();
        if tab.is_none_or(|tab| !matches!(tab.get_item(&self.0.logout_key), Ok(Some(_)))) {
            return Ok(None);
        }
        let finishing = self.0.steps.finish_sign_out(&navigation::href()?);
        let returned = JsFuture::from(finishing).await.map_err(error)?;
        let is_back = Reflect::get(&returned, &"back".into()).is_ok_and(|back| back.is_truthy());
        if let (true, Some(page)) = (is_back, &self.0.config.post_logout_redirect_uri) {
            navigation::replace_url(page.as_str())?;
        }
        Ok(text(&returned, "returnTo"))
    }

    /// Takes the response out of the address bar and the history: RFC 9700 §4.2.4, §4.3.
    fn clean_url(&self) -> Result<()> {
        let redirect_uri = &self.0.config.redirect_uri;
        if navigation::origin()? != redirect_uri.origin() {
            return Ok(());
        }
        navigation::replace_url(redirect_uri.as_str())
    }
}

impl Session {
    /// The claims of the ID token, which was verified: OpenID Connect Core §2.
    pub fn claims<Claims: DeserializeOwned>(&self) -> Result<Claims> {
        let payload = self.id_token().expose().split('.').nth(1).unwrap_or_default();
        read(&base64url::decode(payload).unwrap_or_default(), Code::IdTokenMalformed)
    }
}

/// Whether the same may work the next time: then nothing is thrown away.
fn may_pass(error: &Error) -> bool {
    error.is_passing() || error.code() == Code::StorageBlocked
}

fn read<T: DeserializeOwned>(claims: &[u8], otherwise: Code) -> Result<T> {
    let unfit = |_| Error::new(otherwise, "The claims are not of the form that the app expects.");
    serde_json::from_slice(claims).map_err(unfit)
}

/// Whether this browser waits, or has waited, for a response: then its code must not be seen, be the
/// rest of it what it may.
fn is_awaited(url: &str) -> bool {
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    [query, fragment].iter().filter_map(|part| parse_form(part)).flatten().any(|(name, value)| {
        let key = storage::transaction_key(&value);
        name == "state" && storage::transaction(&key).is_ok_and(|record| record.is_some())
    })
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    Reflect::get(object, &name.into()).ok()?.as_string()
}

/// A failure of the edge's scripts. The evidence, which is an object there, goes into the sentence.
fn error(failure: JsValue) -> Error {
    let code = text(&failure, "code");
    let code = Code::ALL.iter().find(|known| Some(known.as_str()) == code.as_deref());
    let message = text(&failure, "message").unwrap_or_default();
    let Some(&code) = code else { return Error::about(Code::Internal, &[&message]) };
    let mut parts = alloc::vec![message];
    if let Ok(cause) = Reflect::get(&failure, &"cause".into())
        && let Some(cause) = cause.dyn_ref::<js_sys::Object>()
    {
        for entry in js_sys::Object::entries(cause).iter() {
            let entry = Array::from(&entry);
            let [name, value] =
                [0, 1].map(|index| entry.get(index).as_string().unwrap_or_default());
            parts.push([" (", &name, ": ", &value, ")"].concat());
        }
    }
    let error =
        Error::about(code, &parts.iter().map(String::as_str).collect::<alloc::vec::Vec<_>>());
    match text(&failure, "error") {
        Some(word) => {
            let description = text(&failure, "errorDescription");
            error.said_by(ProviderError { error: word, description })
        }
        None => error,
    }
}
