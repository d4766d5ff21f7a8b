//! The ID token's claims: OpenID Connect Core §2 and §3.1.3.7.

use alloc::{string::String, vec::Vec};

use oauth2::ClientId;

use crate::{
    base64url,
    config::Config,
    error::{Code, Error, Result},
    json::Value,
    jwt::Jws,
    provider::Provider,
    secret::Secret,
    time::{ClockOffset, Timestamp},
    uri::{Uri, lists, spaced},
};

/// What the option `trustedAudiences` has for every audience of a token whose `azp` is this client.
const EVERY_AUDIENCE: &str = "*";

/// Whose token it must be, and what it came with.
#[derive(Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a Uri,
    pub(crate) client_id: &'a ClientId,
    /// The hash of the access token, by the hash function of the ID token's algorithm.
    pub(crate) access_token_hash: &'a [u8],
    pub(crate) provider: Provider,
}

/// What was asked of it, and what is let pass.
#[derive(Debug)]
pub(crate) struct Checks {
    pub(crate) nonce: Nonce,
    /// Who it must be: after a refresh, the same user (OpenID Connect Core §12.2).
    pub(crate) subject: Option<String>,
    pub(crate) acr_values: String,
    pub(crate) max_age: Option<u64>,
    pub(crate) tolerance: Tolerance,
    pub(crate) clock_offset: ClockOffset,
}

/// What is asked of a nonce.
#[derive(Debug)]
pub(crate) enum Nonce {
    /// It is there, and it is this: OpenID Connect Core §3.1.3.7, 11.
    Is(Secret),
    /// After a refresh it may be missing, but not another: OpenID Connect Core §12.2.
    IsOrMissing(Secret),
}

/// What the options let pass.
#[derive(Clone, Debug)]
pub(crate) struct Tolerance {
    clock_seconds: u64,
    audiences: Vec<String>,
}

impl Tolerance {
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            clock_seconds: config.clock_tolerance_seconds,
            audiences: config.trusted_audiences.clone(),
        }
    }
}

/// Who signed in, for how long the ID token says so.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) subject: String,
    pub(crate) auth_time: Option<u64>,
    /// By this device's clock.
    pub(crate) expires_at: Timestamp,
    pub(crate) lifetime_millis: u64,
}

/// When a token was issued, and when it expires, by its issuer's clock.
pub(crate) struct Times {
    issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// Holds a token's claims against what they must be, in the order of the specification.
pub(crate) fn check(
    jws: &Jws,
    expected: &Expected<'_>,
    checks: &Checks,
    now: Timestamp,
) -> Result<Identity> {
    let now = checks.clock_offset.correct(now);
    let claims = &jws.claims;
    check_issuer(claims, expected)?;
    check_audience(claims, expected.client_id.as_str(), &checks.tolerance.audiences)?;
    let Times { issued_at, expires_at } = check_times(claims, checks, now)?;
    check_nonce(claims, &checks.nonce)?;
    let auth_time = check_authentication(claims, checks, now)?;
    check_access_token_hash(claims, expected.access_token_hash)?;
    if expected.provider.rules().token_use && !claims.has("token_use", "id") {
        return Err(Error::new(
            Code::IdTokenUse,
            "The token in the ID token's place is no ID token.",
        )
        .with("found", claims.text("token_use").unwrap_or_default()));
    }
    let subject = check_subject(claims, checks.subject.as_deref())?;
    Ok(Identity {
        subject,
        auth_time,
        expires_at: checks.clock_offset.on_device(expires_at),
        lifetime_millis: expires_at.millis_since(issued_at),
    })
}

/// OpenID Connect Core §2 has a subject of at most 255 characters; §12.2 the same one as before.
fn check_subject(claims: &Value, same: Option<&str>) -> Result<String> {
    let subject = claims.text("sub").filter(|sub| !sub.is_empty() && sub.len() <= 255);
    match (subject, same) {
        (None, _) => {
            Err(Error::new(Code::IdTokenSubject, "The ID token does not say whom it is about."))
        }
        (Some(subject), Some(same)) if subject != same => {
            Err(Error::new(Code::IdTokenSubject, "The refreshed ID token is about another user."))
        }
        (Some(subject), _) => Ok(subject.into()),
    }
}

/// A claim that is there and not null.
fn present<'a>(claims: &'a Value, name: &str) -> Option<&'a Value> {
    claims.member(name).filter(|value| **value != Value::Null)
}

fn seconds(claims: &Value, name: &'static str) -> Result<Option<u64>> {
    match present(claims, name) {
        None => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| {
            Error::new(Code::IdTokenMalformed, "A time in the ID token is not a number.")
                .with("claim", name)
        }),
    }
}

/// Step 2: the issuer.
fn check_issuer(claims: &Value, expected: &Expected<'_>) -> Result<()> {
    let found = claims.text("iss").unwrap_or_default();
    if expected.provider.is_issuer(expected.issuer, found) {
        return Ok(());
    }
    Err(Error::new(Code::IdTokenIssuer, "The ID token is another issuer's.")
        .with("expected", expected.issuer.as_str())
        .with("found", found))
}

/// Steps 3 to 5: this client, nobody whom we do not trust, and this client as authorized party, where the
/// token has one: since errata set 2, several audiences alone do not ask for it.
fn check_audience(claims: &Value, client_id: &str, trusted: &[String]) -> Result<()> {
    let audiences: Option<Vec<&str>> = match claims.member("aud") {
        Some(Value::String(audience)) => Some(alloc::vec![audience]),
        Some(Value::Array(audiences)) => audiences.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let audiences = audiences.unwrap_or_default();
    let authorized_party = present(claims, "azp");
    let is_issued_to_us = claims.has("azp", client_id);
    let is_trusted = |audience: &&str| {
        *audience == client_id
            || trusted.iter().any(|trusted| {
                trusted == audience || (trusted == EVERY_AUDIENCE && is_issued_to_us)
            })
    };
    if !audiences.contains(&client_id) || !audiences.iter().all(is_trusted) {
        let message = "The ID token is not for this client alone: see trustedAudiences.";
        return Err(Error::new(Code::IdTokenAudience, message)
            .with("expected", client_id)
            .with("found", &spaced(&audiences)));
    }
    if authorized_party.is_some() && !is_issued_to_us {
        let message = "The ID token was issued to another client.";
        return Err(Error::new(Code::IdTokenAuthorizedParty, message)
            .with("expected", client_id)
            .with("found", claims.text("azp").unwrap_or_default()));
    }
    Ok(())
}

/// Steps 9 and 10: not expired, and not from the future.
pub(crate) fn check_times(claims: &Value, checks: &Checks, now: Timestamp) -> Result<Times> {
    let tolerance = checks.tolerance.clock_seconds;
    let missing = |name: &'static str| {
        Error::new(Code::IdTokenMalformed, "The ID token lacks a time.").with("claim", name)
    };
    let expires_at = seconds(claims, "exp")?.ok_or_else(|| missing("exp"))?;
    let expires_at = Timestamp::from_seconds(expires_at);
    if expires_at.plus_seconds(tolerance) <= now {
        let message = "The ID token has expired; is this device's clock right?";
        return Err(Error::new(Code::IdTokenExpired, message));
    }
    let issued_at = seconds(claims, "iat")?.ok_or_else(|| missing("iat"))?;
    let not_before = seconds(claims, "nbf")?.unwrap_or(0);
    if Timestamp::from_seconds(issued_at.max(not_before)) > now.plus_seconds(tolerance) {
        let message = "The ID token is from the future; is this device's clock right?";
        return Err(Error::new(Code::IdTokenIssuedAt, message));
    }
    Ok(Times { issued_at: Timestamp::from_seconds(issued_at), expires_at })
}

/// Step 11: the nonce binds the token to the browser that asked for it (RFC 9700 §4.5.3.2).
fn check_nonce(claims: &Value, nonce: &Nonce) -> Result<()> {
    let (nonce, is_missing) = match nonce {
        Nonce::Is(nonce) => (nonce, false),
        Nonce::IsOrMissing(nonce) => (nonce, present(claims, "nonce").is_none()),
    };
    let is_right = is_missing || claims.has("nonce", nonce.expose());
    if is_right {
        Ok(())
    } else {
        Err(Error::new(
            Code::IdTokenNonce,
            "The ID token's nonce is not the one that this sign-in sent.",
        ))
    }
}

/// Steps 12 and 13: how, and how long ago, where it was asked.
fn check_authentication(claims: &Value, checks: &Checks, now: Timestamp) -> Result<Option<u64>> {
    let found = claims.text("acr").unwrap_or_default();
    let asked = &checks.acr_values;
    let is_asked = !found.is_empty() && lists(asked, found);
    if !asked.is_empty() && !is_asked {
        let message = "The user did not authenticate in the way that was asked for.";
        return Err(Error::new(Code::IdTokenAcr, message)
            .with("expected", asked)
            .with("found", found));
    }
    let auth_time = seconds(claims, "auth_time")?;
    if let Some(max_age) = checks.max_age {
        let oldest = auth_time.map(|auth_time| {
            let allowed = max_age.saturating_add(checks.tolerance.clock_seconds);
            Timestamp::from_seconds(auth_time).plus_seconds(allowed)
        });
        if oldest.is_none_or(|oldest| oldest < now) {
            let message = "The user authenticated longer ago than maxAge allows.";
            return Err(Error::new(Code::IdTokenAuthTime, message));
        }
    }
    Ok(auth_time)
}

/// OpenID Connect Core §3.1.3.8: where there is an `at_hash`, it is this access token's.
fn check_access_token_hash(claims: &Value, hash: &[u8]) -> Result<()> {
    let half = hash.get(..hash.len() / 2).unwrap_or_default();
    if present(claims, "at_hash").is_none() || claims.has("at_hash", &base64url::encode(half)) {
        Ok(())
    } else {
        Err(Error::new(
            Code::IdTokenAccessTokenHash,
            "The access token is not the one that the ID token came with.",
        ))
    }
}
