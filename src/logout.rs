//! The provider's logout page: OpenID Connect RP-Initiated Logout 1.0, and Cognito's `/logout`.

use alloc::{borrow::ToOwned, string::String};

use serde::Serialize;

use crate::{
    authorization::hint,
    base64url,
    config::Config,
    error::{Code, Error, Result},
    form::{self, Form},
    json::{self, Fields, Value},
    metadata::Metadata,
    options::Options,
    provider::Logout,
    secret::Secret,
    time::Timestamp,
    uri::{self, Uri},
};

/// How long a user may stay at the provider's logout page.
const LIFETIME_SECONDS: u64 = 10 * 60;

const RECORD: &str = "logout/1";

/// A sign-out whose user has been sent to the provider and is to come back from there.
#[derive(Debug, Serialize)]
pub struct SignOut {
    /// Kind and version, so that no other record can stand in for this one.
    record: &'static str,
    client_id: String,
    issuer: Uri,
    state: String,
    return_to: Option<String>,
    expires_at: Timestamp,
}

/// What a page is to a sign-out that waits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Return {
    /// The user is not back yet.
    Waiting,
    /// Nobody waits any longer.
    Over,
    /// The user is back.
    Back {
        /// The path to go on to.
        return_to: Option<String>,
    },
}

impl SignOut {
    /// Parses the options of `signOut`, as JSON. `entropy` is for the `state` of the request.
    pub fn parse(
        options: &[u8],
        config: &Config,
        entropy: &[u8; 32],
        now: Timestamp,
    ) -> Result<Self> {
        let options = Value::parse(options).unwrap_or(Value::Null);
        let mut read = Options::of(&options, "", "returnTo");
        let origin = config.post_logout_redirect_uri.as_ref().map_or("", Uri::origin);
        let return_to = match read.text("returnTo") {
            Some(path) => Some(uri::return_to(path, origin)?),
            None => None,
        };
        read.finish(Self {
            record: RECORD,
            client_id: config.client_id.as_str().into(),
            issuer: config.issuer.clone(),
            state: base64url::encode(entropy),
            return_to,
            expires_at: now.plus_seconds(LIFETIME_SECONDS),
        })
    }

    /// The URL that ends the provider's own session, where it has such a page.
    ///
    /// `id_token` is the session's last one, if there is one; an expired one serves, and without it, or
    /// where it is too long, the client's name has to: RP-Initiated Logout §2.
    pub fn url(
        &self,
        config: &Config,
        metadata: &Metadata,
        id_token: Option<&Secret>,
    ) -> Result<Option<String>> {
        let Some(endpoint) = &metadata.end_session_endpoint else {
            return Ok(None);
        };
        let return_uri = config.post_logout_redirect_uri.as_ref().map(|uri| uri.as_str());
        let mut form = Form::default();
        form.add("client_id", &config.client_id);
        match config.provider.rules().logout {
            Logout::LogoutUri => {
                let return_uri = return_uri.ok_or_else(|| {
                    Error::new(
                        Code::InvalidConfig,
                        "Cognito signs out only with postLogoutRedirectUri, one of the app client's \
                         allowed sign-out URLs.",
                    )
                })?;
                form.add("logout_uri", return_uri);
            }
            Logout::Standard => {
                form.add_optional("id_token_hint", hint(id_token));
                if let Some(uri) = return_uri {
                    form.add("post_logout_redirect_uri", uri);
                    form.add("state", &self.state);
                }
            }
        }
        Ok(Some(endpoint.with_form(&form)))
    }

    /// The record to keep in this tab until the user is back.
    pub fn to_record(&self) -> String {
        json::write(self)
    }

    fn read(record: &str) -> Option<Self> {
        let mut record = Value::parse(record.as_bytes()).ok()?;
        if !record.has("record", RECORD) {
            return None;
        }
        let mut fields = Fields::of(&mut record);
        let sign_out = Self {
            record: RECORD,
            client_id: fields.text("client_id"),
            issuer: fields.uri("issuer"),
            state: fields.text("state"),
            return_to: fields.optional_path("return_to"),
            expires_at: fields.time("expires_at"),
        };
        fields.whole(sign_out)
    }

    /// Holds the URL of a page against the record of a sign-out: RP-Initiated Logout §3. A `state` that
    /// could be one of ours, and is not the one sent, is somebody else's doing, and is said.
    pub fn finish(record: &str, url: &str, config: &Config, now: Timestamp) -> Result<Return> {
        let is_ours = |sign_out: &Self| {
            config.is_of(&sign_out.client_id, sign_out.issuer.as_str())
                && now <= sign_out.expires_at
        };
        let Some(sign_out) = Self::read(record).filter(is_ours) else {
            return Ok(Return::Over);
        };
        let Some(return_uri) = &config.post_logout_redirect_uri else {
            return Ok(Return::Over);
        };
        // A `?` in the fragment is a single-page app's own.
        let url = url.split('#').next().unwrap_or_default();
        let (location, query) = url.split_once('?').unwrap_or((url, ""));
        if !return_uri.path_of(location).is_some_and(|path| return_uri.leads_to(path)) {
            return Ok(Return::Waiting);
        }
        let parameters = form::parse(query).unwrap_or_default();
        // The two pages may be one: then this is the answer to a sign-in.
        if parameters.iter().any(|(name, _)| name == "code" || name == "error") {
            return Ok(Return::Waiting);
        }
        if config.provider.rules().logout == Logout::Standard {
            match parameters.iter().find(|(name, _)| name == "state") {
                // The application has parameters of its own, and one of them may be called so.
                Some((_, state)) if !is_state(state) => return Ok(Return::Waiting),
                None => return Ok(Return::Waiting),
                Some((_, state)) if *state == sign_out.state => {}
                Some(_) => {
                    return Err(Error::new(
                        Code::SignOutStateMismatch,
                        "This page was not opened by the logout page that the user was sent to.",
                    ));
                }
            }
        }
        Ok(Return::Back { return_to: sign_out.return_to.as_deref().map(str::to_owned) })
    }
}

/// Whether a text has the form of the `state` that is sent: 32 bytes in base64url.
fn is_state(text: &str) -> bool {
    text.len() == 43
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
