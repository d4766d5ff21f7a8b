//! The authorization response, as it stands in the callback URL: RFC 6749 §4.1.2.

use alloc::{borrow::ToOwned, string::String};

use crate::{
    authorization_error::{provider_error, state_mismatch},
    config::Config,
    error::{Code, Error, ProviderError, Result},
    form,
};

/// One authorization response.
#[derive(Clone)]
pub struct Callback {
    /// Which sign-in it answers. An error may come without: Cognito's sometimes do.
    pub state: Option<String>,
    /// Who answers: RFC 9207 §2.
    pub iss: Option<String>,
    pub(crate) outcome: Outcome,
    /// The path that it came to, where that is none of the redirect URI's.
    pub(crate) elsewhere: Option<String>,
}

#[derive(Clone)]
pub(crate) enum Outcome {
    Code(String),
    Error(ProviderError),
}

/// The code is as good as the tokens, so it is not shown.
impl core::fmt::Debug for Callback {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Callback").field("iss", &self.iss).finish_non_exhaustive()
    }
}

impl Callback {
    /// Reads a URL. `None` when it is not of the redirect URI's origin or carries no response: it is
    /// somebody else's, and stays as it is. On another page than the redirect URI's it is so, too,
    /// unless a sign-in waits for it.
    pub fn parse(url: &str, config: &Config) -> Result<Option<Self>> {
        let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
        let (location, query) = rest.split_once('?').unwrap_or((rest, ""));
        let redirect_uri = &config.redirect_uri;
        let Some(path) = redirect_uri.path_of(location) else {
            return Ok(None);
        };
        let is_here = redirect_uri.leads_to(path);
        match Self::read(query, fragment) {
            // On an ordinary page of the app, an odd query or fragment is somebody else's.
            Err(_) if !is_here || !config.has_callback_page() => Ok(None),
            Ok(Some(callback)) if !is_here => {
                Ok(Some(Self { elsewhere: Some(path.to_owned()), ..callback }))
            }
            outcome => outcome,
        }
    }

    fn read(query: &str, fragment: &str) -> Result<Option<Self>> {
        // What is there to be read by people need not be written as the rest is.
        const PROSE: Option<&str> = Some("error_description");
        let (Some(query), Some(fragment)) =
            (form::parse_with(query, PROSE), form::parse_with(fragment, PROSE))
        else {
            return Err(invalid("is not form-encoded"));
        };
        // Tokens come from the token endpoint only: RFC 9700 §2.1.2, RFC 6750 §5.3.
        let is_token = |name: &str| matches!(name, "access_token" | "id_token" | "refresh_token");
        if query.iter().chain(&fragment).any(|(name, _)| is_token(name)) {
            return Err(invalid("carries a token, which a code flow never does"));
        }
        // Cognito puts some errors into the fragment, as the implicit flow would have.
        let has =
            |parameters: &[(String, String)], name| parameters.iter().any(|(key, _)| key == name);
        let is_in_fragment =
            !has(&query, "code") && !has(&query, "error") && has(&fragment, "error");
        let parameters = if is_in_fragment { [query, fragment].concat() } else { query };
        let state = only(&parameters, "state")?;
        let code = only(&parameters, "code")?;
        let error = only(&parameters, "error")?;
        let outcome = match (code, error) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => return Err(invalid("has both a code and an error")),
            (Some(code), None) => Outcome::Code(code),
            (None, Some(error)) => Outcome::Error(ProviderError {
                error,
                description: only(&parameters, "error_description")?,
            }),
        };
        Ok(Some(Self { state, iss: only(&parameters, "iss")?, outcome, elsewhere: None }))
    }

    /// The error for a response whose `state` no stored transaction has.
    ///
    /// `None` when it is to be left alone: when the redirect URI is an ordinary page of the app,
    /// where it may well be another flow's, or when somebody is signed in, which a stray response
    /// must not change.
    pub fn unknown(&self, config: &Config, signed_in: bool) -> Option<Error> {
        if signed_in || self.elsewhere.is_some() || !config.has_callback_page() {
            return None;
        }
        Some(match (&self.state, &self.outcome) {
            (None, Outcome::Code(_)) => Error::new(
                Code::StateMissing,
                "The callback has no state, so it answers no sign-in of this browser.",
            ),
            (None, Outcome::Error(error)) => provider_error(error.clone(), config.provider),
            (Some(_), _) => state_mismatch(),
        })
    }
}

/// The one value of a parameter, which must not be there twice: RFC 6749 §3.1.
fn only(parameters: &[(String, String)], name: &str) -> Result<Option<String>> {
    let mut values = parameters.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(_), Some(_)) => Err(invalid("has a parameter twice").with("parameter", name)),
        (value, _) => Ok(value.filter(|value| !value.is_empty()).cloned()),
    }
}

fn invalid(flaw: &str) -> Error {
    Error::about(Code::CallbackInvalid, &["The callback URL ", flaw, "."])
}
