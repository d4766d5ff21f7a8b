//! What differs between providers, as data. Everything not named here is standard OpenID Connect.

use alloc::string::String;

use serde::Serialize;

use crate::{
    jwt::Algorithm,
    uri::{Uri, without_final_slashes},
};

/// A family of providers.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Provider {
    /// Any OpenID provider that keeps to the specifications.
    Standard,
    /// An Amazon Cognito user pool with its hosted UI or managed login.
    Cognito,
}

/// How one family deviates.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rules {
    /// Scopes that make the provider refuse the whole request, and that it does not need.
    pub refused_scopes: &'static [&'static str],
    /// The algorithms it signs ID tokens with.
    pub algorithms: &'static [Algorithm],
    /// How to ask for the end of its own session.
    pub logout: Logout,
    /// Whether its revocation endpoint takes access tokens beside refresh tokens: RFC 7009 §2.
    pub revokes_access_tokens: bool,
    /// Whether ID tokens carry `token_use: "id"`.
    pub token_use: bool,
    /// Paths on the authorization endpoint's origin of endpoints its metadata may leave out.
    pub derived: Derived,
    /// Whether an authorization endpoint on the issuer's own host is a placeholder.
    pub needs_domain: bool,
    /// Whether its pages may be shown in a frame, for a silent sign-in.
    pub allows_frames: bool,
    /// The parameter that stands for its own user directory, which must not go along with
    /// `prompt=none`.
    pub own_identity_provider: Option<(&'static str, &'static str)>,
    /// Whether its authorization endpoint knows `id_token_hint`.
    pub takes_id_token_hint: bool,
    /// Whether the issuer never ends in `/`, so that a pasted one is a slip.
    pub trims_issuer: bool,
    /// What it says in `error_description` when a scope is not enabled, its `error` being vague.
    pub scope_refusal: Option<&'static str>,
}

/// The parameters of the logout request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Logout {
    /// OpenID Connect RP-Initiated Logout 1.0 §2.
    Standard,
    /// `client_id` and `logout_uri`.
    LogoutUri,
}

/// Endpoint paths.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Derived {
    /// Of the revocation endpoint: RFC 7009.
    pub revocation: Option<&'static str>,
    /// Of the logout page.
    pub end_session: Option<&'static str>,
    /// Of the UserInfo endpoint.
    pub userinfo: Option<&'static str>,
}

static STANDARD: Rules = Rules {
    refused_scopes: &[],
    algorithms: Algorithm::ALL,
    logout: Logout::Standard,
    revokes_access_tokens: true,
    token_use: false,
    derived: Derived { revocation: None, end_session: None, userinfo: None },
    needs_domain: false,
    allows_frames: true,
    own_identity_provider: None,
    takes_id_token_hint: true,
    trims_issuer: false,
    scope_refusal: None,
};

static COGNITO: Rules = Rules {
    refused_scopes: &["offline_access"],
    algorithms: &[Algorithm::Rs256],
    logout: Logout::LogoutUri,
    revokes_access_tokens: false,
    token_use: true,
    derived: Derived {
        revocation: Some("/oauth2/revoke"),
        end_session: Some("/logout"),
        userinfo: Some("/oauth2/userInfo"),
    },
    needs_domain: true,
    allows_frames: false,
    own_identity_provider: Some(("identity_provider", "COGNITO")),
    takes_id_token_hint: false,
    trims_issuer: true,
    scope_refusal: Some("invalid_scope"),
};

impl Provider {
    /// The family, as far as the issuer tells.
    ///
    /// Cognito has two forms of issuer, `cognito-idp` and `issuer-cognito-idp`, and a pool may be in more
    /// Regions than the one that it is named for. A pool's path on a loopback host is an emulator's.
    #[inline(never)]
    pub fn of_issuer(issuer: &Uri) -> Self {
        let Some(pool) = without_final_slashes(issuer.path()).strip_prefix('/') else {
            return Self::Standard;
        };
        let Some((pool_region, id)) = pool.split_once('_') else {
            return Self::Standard;
        };
        let is_pool = is_region(pool_region)
            && !id.is_empty()
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_aws_host = || {
            let host = issuer.host();
            let host = host.strip_prefix("issuer-").unwrap_or(host);
            let region = host.strip_prefix("cognito-idp.").and_then(|rest| {
                rest.strip_suffix(".amazonaws.com").or(rest.strip_suffix(".amazonaws.com.cn"))
            });
            region.is_some_and(is_region) && issuer.is_encrypted()
        };
        if is_pool && (issuer.is_loopback() || is_aws_host()) {
            Self::Cognito
        } else {
            Self::Standard
        }
    }

    /// Whether an `iss` names this issuer: to the letter, but for a pool of Cognito, which has two names
    /// in each of its Regions, and may change from one to another.
    pub(crate) fn is_issuer(self, issuer: &Uri, iss: &str) -> bool {
        let is_pool = |uri: &Uri| Self::of_issuer(uri) == Self::Cognito;
        let is_other_name = |other: &Uri| {
            other.path() == issuer.path()
                && other.is_loopback() == issuer.is_loopback()
                && is_pool(other)
                && is_pool(issuer)
        };
        iss == issuer.as_str()
            || (self == Self::Cognito && Uri::parse(iss.into()).as_ref().is_ok_and(is_other_name))
    }

    /// The family of that name, as options and records have it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "standard" => Some(Self::Standard),
            "cognito" => Some(Self::Cognito),
            _ => None,
        }
    }

    /// How this family deviates.
    pub fn rules(self) -> &'static Rules {
        match self {
            Self::Standard => &STANDARD,
            Self::Cognito => &COGNITO,
        }
    }

    /// The scopes that may be asked for.
    pub fn grantable(self, scopes: &[String]) -> Vec<&str> {
        let refused = self.rules().refused_scopes;
        scopes.iter().map(String::as_str).filter(|scope| !refused.contains(scope)).collect()
    }
}

/// `eu-west-1`, `us-gov-west-1`, `cn-north-1`.
fn is_region(text: &str) -> bool {
    let [first, second, b'-', middle @ .., b'-', b'0'..=b'9'] = text.as_bytes() else {
        return false;
    };
    let is_name = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_lowercase);
    is_name(&[*first, *second]) && middle.split(|byte| *byte == b'-').all(is_name)
}
