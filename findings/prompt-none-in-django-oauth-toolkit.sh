#!/usr/bin/env bash
# django-oauth-toolkit answers every authorization request with prompt=none with an exception.
#
# Versions: django-oauth-toolkit 3.4.1, oauthlib 4.0.1, Django 5.2.19.
# Behaviour: oauthlib asks the validator of a request with prompt=none for validate_silent_login and
#   validate_silent_authorization, and the toolkit's OAuth2Validator has neither: NotImplementedError, status
#   500. So a client never hears login_required (OpenID Connect Core 3.1.2.6), and is never signed in
#   silently, whether or not somebody is signed in there. The same request without prompt works.
#   A project that adds both methods to its validator has prompt=none: that nobody is signed in, the
#   toolkit's view tells by itself.
# Output seen:
#   without prompt: 302 to the login page
#   prompt=none: NotImplementedError
#   prompt=none, with the two methods: 302 with login_required
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  django-oauth-toolkit==3.4.1 oauthlib==4.0.1 Django==5.2.19

cat >look.py <<'PY'
import os
import sys
from urllib.parse import urlencode

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.urls import include, path

pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
provider = {"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": pem.decode(), "SCOPES": {"openid": "you"}}
if "with" in sys.argv:
    provider["OAUTH2_VALIDATOR_CLASS"] = "validator.Validator"
settings.configure(
    SECRET_KEY=os.urandom(32).hex(),
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    LOGIN_URL="/login/",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    OAUTH2_PROVIDER=provider,
)
django.setup()
urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]

from django.core.management import call_command
from django.test import Client
from oauth2_provider.models import Application

call_command("migrate", verbosity=0)
Application.objects.create(
    client_id="spa",
    client_type="public",
    authorization_grant_type="authorization-code",
    redirect_uris="https://app.example/callback",
    algorithm="RS256",
)


def ask(**prompt):
    query = urlencode({
        "response_type": "code",
        "client_id": "spa",
        "redirect_uri": "https://app.example/callback",
        "scope": "openid",
        "state": "a-state",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        **prompt,
    })
    try:
        answer = Client().get(f"/o/authorize/?{query}")
    except NotImplementedError as error:
        return type(error).__name__
    where = answer.headers.get("location", "")
    told = "with login_required" if "error=login_required" in where else where.split("?")[0]
    return f"{answer.status_code} {'to the login page' if told == '/login/' else told}"


if "with" in sys.argv:
    print(f"prompt=none, with the two methods: {ask(prompt='none')}")
else:
    print(f"without prompt: {ask()}")
    print(f"prompt=none: {ask(prompt='none')}")
PY
cat >validator.py <<'PY'
from oauth2_provider.oauth2_validators import OAuth2Validator


class Validator(OAuth2Validator):
    def validate_silent_login(self, request):
        return True

    def validate_silent_authorization(self, request):
        return True
PY

seen="$(venv/bin/python look.py)
$(venv/bin/python look.py with)"
echo "$seen"
expected="without prompt: 302 to the login page
prompt=none: NotImplementedError
prompt=none, with the two methods: 302 with login_required"
if [ "$seen" != "$expected" ]; then
  echo "This has changed."
  exit 1
fi
