//! RFC 7636: Proof Key for Code Exchange.

use pkce_wasm::pkce::{Entropy, code_challenge, code_verifier};

/// The octets of RFC 7636 App. B.
const OCTETS: [u8; 32] = [
    116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77,
    105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
];

#[test]
fn makes_the_verifier_of_appendix_b() {
    let verifier = code_verifier(&OCTETS);
    assert_eq!(verifier.secret(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

#[test]
fn makes_the_challenge_of_appendix_b() {
    let challenge = code_challenge(&code_verifier(&OCTETS));
    assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

#[test]
fn a_verifier_has_43_unreserved_characters() {
    for byte in 0..=u8::MAX {
        let verifier = code_verifier(&[byte; 32]);
        let is_unreserved =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
        assert_eq!(verifier.secret().len(), 43);
        assert!(verifier.secret().chars().all(is_unreserved), "{byte}");
    }
}

#[test]
fn verifiers_and_challenges_differ_by_entropy() {
    let [one, other] = [[0; 32], OCTETS].map(|entropy| code_verifier(&entropy));
    assert_ne!(one.secret(), other.secret());
    assert_ne!(code_challenge(&one), code_challenge(&other));
}

#[test]
fn neither_entropy_nor_verifier_is_shown() {
    let entropy = Entropy { state: [7; 32], nonce: [7; 32], code_verifier: OCTETS };
    assert_eq!(format!("{entropy:?}"), "Entropy");
    let shown = format!("{:?}", code_verifier(&OCTETS));
    assert!(!shown.contains("dBjftJeZ4CVP"), "{shown}");
}
