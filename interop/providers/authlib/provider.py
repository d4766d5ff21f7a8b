"""A provider made of Authlib and Flask, as Authlib's documentation builds one.

With REFRESH_WITH_ID_TOKEN, the refresh grant has the extension that adds an ID token.
"""

import os
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.integrations.sqla_oauth2 import (
    OAuth2AuthorizationCodeMixin,
    OAuth2ClientMixin,
    OAuth2TokenMixin,
    create_bearer_token_validator,
    create_query_client_func,
    create_revocation_endpoint,
    create_save_token_func,
)
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo, UserInfoEndpoint
from authlib.oidc.core.grants import OpenIDCode, OpenIDToken
from authlib.oidc.rpinitiated import EndSessionEndpoint
from flask import Flask, jsonify, redirect, request, session
from flask_cors import CORS
from flask_sqlalchemy import SQLAlchemy
from joserfc.jwk import KeySet, RSAKey

PORT = int(os.environ["PORT"])
ISSUER = f"http://localhost:{PORT}"
NAME, PASSWORD = os.environ["USER_NAME"], os.environ["USER_PASSWORD"]
KEYS = KeySet([RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})])

app = Flask(__name__)
app.config.update(
    SECRET_KEY=os.urandom(32),
    SESSION_COOKIE_NAME="authlib",
    SQLALCHEMY_DATABASE_URI="sqlite:///:memory:",
    OAUTH2_REFRESH_TOKEN_GENERATOR=True,
)
CORS(app, origins=[os.environ["APP_ORIGIN"]])
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))

    def get_user_id(self):
        return self.id


class Client(db.Model, OAuth2ClientMixin):
    id = db.Column(db.Integer, primary_key=True)


class Code(db.Model, OAuth2AuthorizationCodeMixin):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer)


class Token(db.Model, OAuth2TokenMixin):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer)

    def get_user(self):
        return db.session.get(User, self.user_id)

    def get_client(self):
        return Client.query.filter_by(client_id=self.client_id).first()


def user_info(user, scope):
    claims = UserInfo(sub=str(user.id), name=user.name, email=f"{user.name}@example.com")
    return claims.filter(scope)


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    def save_authorization_code(self, code, request):
        data = request.payload.data
        db.session.add(
            Code(
                code=code,
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.payload.scope,
                user_id=request.user.id,
                nonce=data.get("nonce"),
                code_challenge=data.get("code_challenge"),
                code_challenge_method=data.get("code_challenge_method"),
            )
        )
        db.session.commit()

    def query_authorization_code(self, code, client):
        found = Code.query.filter_by(code=code, client_id=client.client_id).first()
        return found if found and not found.is_expired() else None

    def delete_authorization_code(self, authorization_code):
        db.session.delete(authorization_code)
        db.session.commit()

    def authenticate_user(self, authorization_code):
        return db.session.get(User, authorization_code.user_id)


class RefreshTokenGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        found = Token.query.filter_by(refresh_token=refresh_token).first()
        return found if found and not found.refresh_token_revoked_at else None

    def authenticate_user(self, refresh_token):
        return refresh_token.get_user()

    def revoke_old_credential(self, refresh_token):
        refresh_token.access_token_revoked_at = int(time.time())
        refresh_token.refresh_token_revoked_at = int(time.time())
        db.session.commit()


class Claims:
    def resolve_client_private_key(self, client):
        return KEYS.keys[0]

    def get_encode_header(self, client):
        return {"alg": "RS256", "kid": "first"}

    def get_client_claims(self, client):
        return {"iss": ISSUER, "aud": [client.client_id]}

    def generate_user_info(self, user, scope):
        return user_info(user, scope)


class CodeWithIdToken(Claims, OpenIDCode):
    def exists_nonce(self, nonce, request):
        return Code.query.filter_by(nonce=nonce).first() is not None


class RefreshWithIdToken(Claims, OpenIDToken):
    pass


class UserInfoOfThis(UserInfoEndpoint):
    def generate_user_info(self, user, scope):
        return user_info(user, scope)


class EndSession(EndSessionEndpoint):
    def get_server_jwks(self):
        return KEYS

    def end_session(self, end_session_request):
        session.clear()


class Revocation(create_revocation_endpoint(db.session, Token)):
    CLIENT_AUTH_METHODS = ["none"]


server = AuthorizationServer(
    app,
    query_client=create_query_client_func(db.session, Client),
    save_token=create_save_token_func(db.session, Token),
)
protector = ResourceProtector()
protector.register_token_validator(create_bearer_token_validator(db.session, Token)())
server.register_grant(AuthorizationCodeGrant, [CodeChallenge(), CodeWithIdToken(require_nonce=True)])
has_id_token = "REFRESH_WITH_ID_TOKEN" in os.environ
server.register_grant(RefreshTokenGrant, [RefreshWithIdToken()] if has_id_token else [])
server.register_endpoint(Revocation)
server.register_endpoint(EndSession)
server.register_endpoint(UserInfoOfThis(resource_protector=protector))


def page(content):
    return f"<!doctype html><html lang=en><title>Provider</title>{content}</html>"


def present_user():
    return db.session.get(User, session["user"]) if "user" in session else None


@app.get("/.well-known/openid-configuration")
def metadata():
    return jsonify(
        issuer=ISSUER,
        authorization_endpoint=f"{ISSUER}/authorize",
        token_endpoint=f"{ISSUER}/token",
        userinfo_endpoint=f"{ISSUER}/userinfo",
        revocation_endpoint=f"{ISSUER}/revoke",
        end_session_endpoint=f"{ISSUER}/logout",
        jwks_uri=f"{ISSUER}/jwks",
        scopes_supported=["openid", "email", "profile"],
        response_types_supported=["code"],
        grant_types_supported=["authorization_code", "refresh_token"],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["RS256"],
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=["none"],
    )


@app.get("/jwks")
def keys():
    return jsonify(KEYS.as_dict(private=False))


@app.route("/login", methods=["GET", "POST"])
def login():
    form = request.form
    if form.get("name") == NAME and form.get("password") == PASSWORD:
        session["user"] = User.query.filter_by(name=NAME).first().id
        return redirect(request.args["next"])
    return page(
        "<form method=post id=login><label>Name <input name=name></label>"
        "<label>Password <input name=password type=password></label>"
        "<button>Log in</button></form>"
    )


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    user = present_user()
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return server.handle_error_response(request, error)
    if request.method == "POST":
        given = user if "allow" in request.form else None
        return server.create_authorization_response(grant=grant, grant_user=given)
    if grant.prompt == "login":
        return redirect(f"/login?next={request.full_path.replace('&', '%26')}")
    if request.args.get("prompt") == "none":
        return server.create_authorization_response(grant=grant, grant_user=user)
    return page(
        "<form method=post id=consent><button name=allow>Allow</button>"
        "<button name=deny>Deny</button></form>"
    )


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/revoke")
def revoke():
    return server.create_endpoint_response("revocation")


@app.route("/userinfo", methods=["GET", "POST"])
def userinfo():
    return server.create_endpoint_response("userinfo")


@app.route("/logout", methods=["GET", "POST"])
def logout():
    return server.create_endpoint_response("end_session") or page("<p>Logged out</p>")


with app.app_context():
    db.create_all()
    db.session.add(User(name=NAME))
    for client_id, secret, changes in [
        ("interop", "", {}),
        ("confidential", "not-for-browsers", {"token_endpoint_auth_method": "client_secret_basic"}),
        ("without-code", "", {"grant_types": [], "response_types": []}),
    ]:
        client = Client(
            client_id=client_id, client_secret=secret, client_id_issued_at=int(time.time())
        )
        client.set_client_metadata(
            {
                "client_name": "Interop",
                "redirect_uris": [os.environ["REDIRECT_URI"]],
                "post_logout_redirect_uris": [os.environ["POST_LOGOUT_REDIRECT_URI"]],
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "scope": "openid email profile",
                "token_endpoint_auth_method": "none",
                **changes,
            }
        )
        db.session.add(client)
    db.session.commit()

if __name__ == "__main__":
    app.run("localhost", PORT)
