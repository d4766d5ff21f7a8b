//! The npm package's client, for single-page apps in Rust: the same life of a session and
//! the same steps in the same order, by the same scripts.

use alloc::{rc::Rc, string::String};
use core::cell::RefCell;

use js_sys::{Array, Reflect, futures::JsFuture};
use oauth2::AccessToken;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, JsValue};

use crate::{
    base64url,
    callback::Callback,
    config::Config,
    error::{Code, Error, ProviderError, Result},
    form,
    secret::Secret,
    session::Session,
    web::{
        navigation::{self, window},
        options::{Options, SignInOptions, SignOutOptions},
        page::Page,
        record_store::RecordStore,
        steps::Core,
        storage,
    },
};

const ACCESS_TOKEN: &str = "access_token";

/// A client of one provider, in a page. Clones are the same client.
///
/// It does what the npm package's does, by the same life of a session, the same protocol steps and the
/// same scripts, and fails with the same codes. What only the npm package has: popups, hidden frames,
/// tokens bound to a key, a `fetch` that attaches the token, stores of one's own, renewal ahead of time by
/// a timer, events, and tabs that tell and answer each other.
///
/// So a page learns what has become of its session when it asks. [`Client::session`] and
/// [`Client::access_token`] look into the store and among the sign-outs of all tabs, end a session that is
/// over, and have one renewed whose tokens are due. Tabs that share a session, with
/// [`Store::Local`](super::Store::Local), renew it once for all. With
/// [`Store::Session`](super::Store::Session) a tab that the user duplicates begins with a copy of the
/// refresh token: where the provider rotates them, the copy that comes second ends its session, and
/// some providers then end the other's as well.
///
/// What the store does not take stays in the page, which writes it when it looks again and can.
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
    page: Page,
    /// A response that was taken out of the address bar and could not be dealt with yet.
    callback: RefCell<Option<String>>,
    /// Where the last sign-in was to lead to, when it has failed on this page.
    before: RefCell<Option<String>>,
}

impl core::fmt::Debug for Client {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Client").field("config", self.config()).finish_non_exhaustive()
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
    /// After a sign-in, the `app_state` that it was given, as JSON.
    pub app_state: Option<String>,
}

impl Client {
    /// A client with these options. Nothing is sent or stored yet.
    pub fn new(options: Options) -> Result<Self> {
        let text = written(&options);
        let config = Config::parse(text.as_bytes())?;
        let core = Core::new(&text.into()).map_err(error)?;
        let page = Page::new(config, core, RecordStore::new(options.store));
        Ok(Self(Rc::new(Shared { page, callback: RefCell::default(), before: RefCell::default() })))
    }

    /// Who is signed in now, after a look into the store. A session whose tokens are due begins to be
    /// renewed; one that cannot be is over at its time. A blocked store holds no session.
    pub fn session(&self) -> Option<Session> {
        self.0.page.session()
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
        let is_callback = match Callback::parse(&here, self.config()) {
            Ok(Some(callback)) => callback.elsewhere.is_none() || is_awaited(&here),
            read => read.is_err(),
        };
        if is_callback {
            self.0.callback.replace(Some(here));
        }
        let callback = self.0.callback.borrow().clone();
        match callback {
            Some(callback) => self.handle_callback(&callback).await,
            None => Ok(Started { session: self.session(), return_to, app_state: None }),
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
        let handled = JsFuture::from(self.0.page.steps().handle_callback(url)).await.map_err(error);
        if let Some(return_to) = handled.as_ref().err().and_then(Error::return_to) {
            self.0.before.replace(Some(return_to.to_owned()));
        }
        if !handled.as_ref().is_err_and(may_pass) {
            self.0.callback.take();
        }
        let handled = handled?;
        if is_here && text(&handled, "handled").as_deref() != Some("left") {
            self.clean_url()?;
        }
        Ok(Started {
            session: self.session(),
            return_to: text(&handled, "returnTo"),
            app_state: text(&handled, "appState"),
        })
    }

    /// Leaves for the provider's login page. The page goes away some time after this has returned.
    pub async fn sign_in(&self, mut options: SignInOptions) -> Result<()> {
        options.page = Some(navigation::path()?);
        options.before = self.0.before.borrow().clone();
        let begun = JsFuture::from(self.0.page.steps().sign_in(&written(&options))).await;
        navigation::go_to(&text(&begun.map_err(error)?, "url").unwrap_or_default())
    }

    /// An access token that is good for a while. One that is due is refreshed first; where that fails for a
    /// fault that may pass, or takes longer than two seconds, a token that is still good is given all the
    /// same.
    pub async fn access_token(&self) -> Result<AccessToken> {
        Ok(AccessToken::new(self.token(ACCESS_TOKEN, None).await?))
    }

    /// The ID token, verified, and good for a while: as [`Client::access_token`].
    pub async fn id_token(&self) -> Result<Secret> {
        Ok(Secret::new(self.token("id_token", None).await?))
    }

    /// The claims that the provider's UserInfo endpoint has of the user: OpenID Connect Core §5.3.
    ///
    /// Where it refuses the access token, it is asked once more with a renewed one.
    pub async fn user_info<Claims: DeserializeOwned>(&self) -> Result<Claims> {
        let token = self.token(ACCESS_TOKEN, None).await?;
        let claims = match self.ask_user_info().await {
            Err(error) if error.code() == Code::TokenRefused => {
                if self.token(ACCESS_TOKEN, Some(&token)).await? == token {
                    return Err(error);
                }
                self.ask_user_info().await?
            }
            claims => claims?,
        };
        read(claims.as_string().unwrap_or_default().as_bytes(), Code::ResponseInvalid)
    }

    /// Signs out: revokes the tokens, forgets the session, and leaves for the provider's logout page,
    /// which sends the user on to `post_logout_redirect_uri`.
    ///
    /// After an error of kind `config` or `network` the session of this browser is over all the same.
    pub async fn sign_out(&self, options: SignOutOptions) -> Result<()> {
        let leaving = self.0.page.steps().sign_out(&written(&options), false);
        match JsFuture::from(leaving).await.map_err(error)?.as_string() {
            Some(url) => navigation::go_to(&url),
            None => Ok(()),
        }
    }

    fn config(&self) -> &Config {
        self.0.page.config()
    }

    async fn token(&self, kind: &str, refused: Option<&str>) -> Result<String> {
        self.0.page.token(kind, refused).await.map_err(error)
    }

    async fn ask_user_info(&self) -> Result<JsValue> {
        JsFuture::from(self.0.page.steps().user_info()).await.map_err(error)
    }

    /// Where to go on to, if this page is where the provider's logout page has led.
    async fn finish_sign_out(&self) -> Result<Option<String>> {
        let tab = window().session_storage().ok().flatten();
        if tab.is_none_or(|tab| !matches!(tab.get_item(&self.0.page.logout_key()), Ok(Some(_)))) {
            return Ok(None);
        }
        let finishing = self.0.page.steps().finish_sign_out(&navigation::href()?);
        let returned = JsFuture::from(finishing).await.map_err(error)?;
        let is_back = Reflect::get(&returned, &"back".into()).is_ok_and(|back| back.is_truthy());
        if let (true, Some(page)) = (is_back, &self.config().post_logout_redirect_uri) {
            navigation::replace_url(page.as_str())?;
        }
        Ok(text(&returned, "returnTo"))
    }

    /// Takes the response out of the address bar and the history: RFC 9700 §4.2.4, §4.3.
    fn clean_url(&self) -> Result<()> {
        let redirect_uri = &self.config().redirect_uri;
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

fn written(options: &impl Serialize) -> String {
    serde_json::to_string(options).unwrap_or_default()
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
    [query, fragment].iter().filter_map(|part| form::parse(part)).flatten().any(|(name, value)| {
        let key = storage::transaction_key(&value);
        name == "state" && storage::transaction(&key).is_ok_and(|record| record.is_some())
    })
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    Reflect::get(object, &name.into()).ok()?.as_string()
}

fn number(object: &JsValue, name: &str) -> Option<u32> {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was a whole number of seconds"
    )]
    Reflect::get(object, &name.into()).ok()?.as_f64().map(|number| number as u32)
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
        Error::about(code, &parts.iter().map(String::as_str).collect::<alloc::vec::Vec<_>>())
            .not_before(number(&failure, "retryAfter"))
            .on_the_way_to(text(&failure, "returnTo"));
    match text(&failure, "error") {
        Some(word) => {
            let description = text(&failure, "errorDescription");
            error.said_by(ProviderError { error: word, description })
        }
        None => error,
    }
}
