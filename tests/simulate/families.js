/** The sign-in whose refresh or access token is in a text. */
export const familyIn = (text) => /\b[ar]t\.(\d+)\.\d/.exec(text ?? "")?.[1];
