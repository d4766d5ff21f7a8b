const messages = {
  en: {
    title: "Sign in",
    subtitle: "to continue to {client}",
    username: "Username",
    password: "Password",
    signIn: "Sign in",
    cancel: "Cancel",
    wrong: "Incorrect username or password.",
    standIn: "This page stands in for {provider}.",
    demo: "Demo account",
  },
  de: {
    title: "Anmelden",
    subtitle: "um mit {client} fortzufahren",
    username: "Benutzername",
    password: "Passwort",
    signIn: "Anmelden",
    cancel: "Abbrechen",
    wrong: "Benutzername oder Passwort ist falsch.",
    standIn: "Diese Seite vertritt {provider}.",
    demo: "Demokonto",
  },
  fr: {
    title: "Se connecter",
    subtitle: "pour continuer vers {client}",
    username: "Nom d’utilisateur",
    password: "Mot de passe",
    signIn: "Se connecter",
    cancel: "Annuler",
    wrong: "Nom d’utilisateur ou mot de passe incorrect.",
    standIn: "Cette page remplace {provider}.",
    demo: "Compte de démonstration",
  },
  es: {
    title: "Iniciar sesión",
    subtitle: "para continuar a {client}",
    username: "Nombre de usuario",
    password: "Contraseña",
    signIn: "Iniciar sesión",
    cancel: "Cancelar",
    wrong: "El nombre de usuario o la contraseña no son correctos.",
    standIn: "Esta página sustituye a {provider}.",
    demo: "Cuenta de prueba",
  },
  ja: {
    title: "サインイン",
    subtitle: "{client} に進みます",
    username: "ユーザー名",
    password: "パスワード",
    signIn: "サインイン",
    cancel: "キャンセル",
    wrong: "ユーザー名またはパスワードが正しくありません。",
    standIn: "このページは {provider} の代わりです。",
    demo: "デモ用アカウント",
  },
};

/** The texts for a `lang` parameter such as `de` or `fr-CA`; English for any other. */
export function messagesFor(lang = "en") {
  const language = lang.toLowerCase().split("-")[0];
  return Object.hasOwn(messages, language)
    ? { language, ...messages[language] }
    : { language: "en", ...messages.en };
}
