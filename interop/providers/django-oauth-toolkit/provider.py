"""A Django project with django-oauth-toolkit as its OpenID provider, as the toolkit's tutorial has it.

With REFRESH_WITHOUT_ID_TOKEN its validator leaves the ID token out of refreshes.
"""

import os
import sys
import tempfile
from pathlib import Path

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path

HERE = Path(__file__).parent
ORIGIN = f"http://localhost:{os.environ['PORT']}"
sys.path.insert(0, str(HERE))

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
pem = key.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()

settings.configure(
    DEBUG=True,
    SECRET_KEY=os.urandom(32).hex(),
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    SESSION_COOKIE_NAME="django",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(tempfile.mkdtemp()) / "provider.sqlite3",
        }
    },
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.sessions",
        "django.contrib.staticfiles",
        "corsheaders",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "corsheaders.middleware.CorsMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    STATIC_URL="static/",
    LOGIN_URL="/login/",
    CORS_ALLOWED_ORIGINS=[os.environ["APP_ORIGIN"]],
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_ISS_ENDPOINT": f"{ORIGIN}/o",
        "OIDC_RSA_PRIVATE_KEY": pem,
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "OAUTH2_VALIDATOR_CLASS": "validator.Validator",
        # Without it, whoever has consented is asked each time, and with prompt=none as well.
        "REQUEST_APPROVAL_PROMPT": "auto",
        "SCOPES": {"openid": "Who you are", "email": "Your address", "profile": "Your name"},
    },
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402

urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("admin/", admin.site.urls),
    path("login/", LoginView.as_view(template_name="admin/login.html")),
]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    get_user_model().objects.create_user(
        os.environ["USER_NAME"], "alice@example.com", os.environ["USER_PASSWORD"]
    )
    for client_id, client_type, grant in [
        ("interop", Application.CLIENT_PUBLIC, Application.GRANT_AUTHORIZATION_CODE),
        ("confidential", Application.CLIENT_CONFIDENTIAL, Application.GRANT_AUTHORIZATION_CODE),
        ("without-code", Application.CLIENT_PUBLIC, Application.GRANT_IMPLICIT),
    ]:
        Application.objects.create(
            name="Interop",
            client_id=client_id,
            client_type=client_type,
            authorization_grant_type=grant,
            redirect_uris=os.environ["REDIRECT_URI"],
            post_logout_redirect_uris=os.environ["POST_LOGOUT_REDIRECT_URI"],
            algorithm=Application.RS256_ALGORITHM,
        )
    call_command("runserver", f"localhost:{os.environ['PORT']}", use_reloader=False)
