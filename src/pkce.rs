//! Proof Key for Code Exchange: RFC 7636, with S256 only.

use alloc::string::String;

use oauth2::PkceCodeVerifier;
use sha2::{Digest, Sha256};

use crate::base64url;

/// Random bytes for one sign-in, from a cryptographic source: RFC 4086.
pub struct Entropy {
    /// For `state`: RFC 6749 §10.12.
    pub state: [u8; 32],
    /// For `nonce`: OpenID Connect Core §15.5.2.
    pub nonce: [u8; 32],
    /// For the code verifier: RFC 7636 §4.1.
    pub code_verifier: [u8; 32],
}

impl core::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Entropy")
    }
}

/// What one sign-in sends of its secrets, and what it keeps of them: its verifier, whose challenge it sends.
pub(crate) struct Secrets {
    pub(crate) state: [u8; 32],
    pub(crate) nonce: [u8; 32],
    pub(crate) code_verifier: PkceCodeVerifier,
    pub(crate) code_challenge: String,
}

impl Secrets {
    pub(crate) fn of(entropy: &Entropy) -> Self {
        let code_verifier = code_verifier(&entropy.code_verifier);
        let code_challenge = code_challenge(&code_verifier);
        Self { state: entropy.state, nonce: entropy.nonce, code_verifier, code_challenge }
    }
}

/// A verifier of 43 characters, as RFC 7636 §4.1 recommends.
pub fn code_verifier(entropy: &[u8; 32]) -> PkceCodeVerifier {
    PkceCodeVerifier::new(base64url::encode(entropy))
}

/// The verifier's S256 challenge: RFC 7636 §4.2.
pub fn code_challenge(verifier: &PkceCodeVerifier) -> String {
    challenge_of(&Sha256::digest(verifier.secret()))
}

/// The same, for who has another SHA-256 at hand: of the verifier's hash.
pub(crate) fn challenge_of(hash: &[u8]) -> String {
    base64url::encode(hash)
}
