"""A provider made of idpyoidc and Flask, as its example `flask_op` is, with its page to log in."""

import os

from flask import Flask, jsonify, make_response, redirect, request
from flask_cors import CORS
from idpyoidc.message.oidc import AccessTokenRequest, AuthorizationRequest
from idpyoidc.server import Server
from idpyoidc.server.exception import FailedAuthentication
from idpyoidc.server.oidc.session import Session
from idpyoidc.server.oidc.token import Token

PORT = int(os.environ["PORT"])
ISSUER = f"http://localhost:{PORT}"
NAME, PASSWORD = os.environ["USER_NAME"], os.environ["USER_PASSWORD"]
CLIENT_ID = "interop"
SECRETS = {
    "key_defs": [
        {"type": "OCT", "use": ["enc"], "kid": "enc"},
        {"type": "OCT", "use": ["sig"], "kid": "sig"},
    ]
}
PUBLIC = {"client_authn_method": ["none"]}
JWT_TOKEN = "idpyoidc.server.token.jwt_token.JWTToken"


class EndSession(Session):
    """idpyoidc's own looks for a token of every client that it knows, and a public one has none."""

    def client_authentication(self, request, http_info=None, **kwargs):
        return {}


def endpoint(path, of, **settings):
    return {"path": path, "class": f"idpyoidc.server.{of}", "kwargs": settings}


server = Server(
    {
        "issuer": ISSUER,
        "httpc_params": {},
        "key_conf": {
            "key_defs": [
                {"type": "RSA", "use": ["sig"]},
                {"type": "EC", "crv": "P-256", "use": ["sig"]},
            ],
            "uri_path": "jwks",
        },
        "preference": {
            "subject_types_supported": ["public"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
        },
        "add_on": {
            "pkce": {
                "function": "idpyoidc.server.oauth2.add_on.pkce.add_support",
                "kwargs": {"essential": True},
            }
        },
        "cookie_handler": {
            "class": "idpyoidc.server.cookie_handler.CookieHandler",
            "kwargs": {
                "keys": SECRETS,
                "flags": {"samesite": "Lax", "httponly": True, "secure": False},
                "name": {
                    "session": "idpyoidc",
                    "register": "idpyoidc_client",
                    "session_management": "idpyoidc_management",
                },
            },
        },
        "authentication": {
            "user": {
                "acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:InternetProtocolPassword",
                "class": "idpyoidc.server.user_authn.user.UserPassJinja2",
                "kwargs": {
                    "verify_endpoint": "/verify",
                    "template": "login.html",
                    "db": {"class": dict, "kwargs": {NAME: PASSWORD}},
                },
            }
        },
        "endpoint": {
            "provider_config": endpoint(
                ".well-known/openid-configuration",
                "oidc.provider_config.ProviderConfiguration",
                client_authn_method=None,
            ),
            "authorization": endpoint(
                "authorize",
                "oidc.authorization.Authorization",
                client_authn_method=None,
                response_types_supported=["code"],
                response_modes_supported=["query"],
            ),
            "token": endpoint(
                "token", "oidc.token.Token", **PUBLIC, revoke_refresh_on_issue=True
            ),
            "revocation": endpoint(
                "revoke", "oauth2.token_revocation.TokenRevocation", **PUBLIC
            ),
            "userinfo": endpoint(
                "userinfo", "oidc.userinfo.UserInfo", client_authn_method=["bearer_header"]
            ),
            "end_session": {
                "path": "session",
                "class": EndSession,
                "kwargs": {
                    "logout_verify_url": "verify_logout",
                    "post_logout_uri_path": "post_logout",
                    "signing_alg": "ES256",
                },
            },
        },
        "token_handler_args": {
            "jwks_def": {
                "key_defs": [{"type": "oct", "bytes": "24", "use": ["enc"], "kid": "code"}]
            },
            "code": {"kwargs": {"lifetime": 600}},
            "token": {"class": JWT_TOKEN, "kwargs": {"lifetime": 3600}},
            "refresh": {"class": JWT_TOKEN, "kwargs": {"lifetime": 86400}},
            "id_token": {"class": "idpyoidc.server.token.id_token.IDToken", "kwargs": {}},
        },
        "userinfo": {
            "class": "idpyoidc.server.user_info.UserInfo",
            "kwargs": {"db": {NAME: {"name": NAME, "email": f"{NAME}@example.com"}}},
        },
        "template_dir": "templates",
    }
)
context = server.get_context()
context.cdb[CLIENT_ID] = {
    "client_id": CLIENT_ID,
    "redirect_uris": [(os.environ["REDIRECT_URI"], {})],
    "post_logout_redirect_uri": [(os.environ["POST_LOGOUT_REDIRECT_URI"], {})],
    "response_types_supported": ["code"],
    "grant_types_supported": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "none",
    "allowed_scopes": ["openid", "profile", "email"],
}

app = Flask(__name__)
CORS(app, origins=[os.environ["APP_ORIGIN"]])


def answer(endpoint, asked, **told):
    """What an endpoint has to say, as Flask sends it."""
    info = endpoint.do_response(request=asked, **told)
    if info.get("response_placement", endpoint.response_placement) == "url":
        response = redirect(info["response"])
    else:
        status = info.get("response_code", 400 if "error" in told else 200)
        response = make_response(info["response"], status)
    for name, value in info["http_headers"]:
        response.headers[name] = value
    return with_cookies(response, info.get("cookie", []))


def with_cookies(response, cookies):
    for cookie in cookies:
        response.set_cookie(cookie.pop("name"), **cookie)
    return response


def refusal(error):
    return make_response(error.to_json(), 400, {"Content-Type": "application/json"})


def serve(name):
    """Gives an endpoint what was asked, and sends what it says."""
    endpoint = server.get_endpoint(name)
    http_info = {
        "headers": {k: v for k, v in request.headers.items(lower=True) if k != "cookie"},
        "method": request.method,
        "url": request.url,
        "cookie": [{"name": k, "value": v} for k, v in request.cookies.items()],
    }
    asked = endpoint.parse_request(request.values.to_dict(), http_info=http_info)
    if "error" in asked:
        return refusal(asked)
    if isinstance(endpoint, Token):
        # Without offline_access, whether there is a refresh token is the application's choice.
        asked, settings = AccessTokenRequest(**asked), {"issue_refresh": True}
    else:
        settings = {}
    told = endpoint.process_request(asked, http_info=http_info, **settings)
    if "redirect_location" in told:
        return redirect(told["redirect_location"])
    if "http_response" in told:
        return told["http_response"]
    return answer(endpoint, asked, **told)


@app.get("/.well-known/openid-configuration")
def metadata():
    return serve("provider_config")


@app.get("/jwks")
def keys():
    return jsonify(server.keyjar.export_jwks())


@app.get("/authorize")
def authorize():
    return serve("authorization")


@app.post("/token")
def token():
    return serve("token")


@app.post("/revoke")
def revoke():
    return serve("token_revocation")


@app.route("/userinfo", methods=["GET", "POST"])
def userinfo():
    return serve("userinfo")


@app.get("/session")
def session():
    return serve("session")


@app.post("/verify")
def verify():
    """Where the login page sends what the user has typed."""
    method = context.authn_broker.get_method_by_id("user")
    told = method.unpack_token(request.form["token"])
    asked = AuthorizationRequest().from_urlencoded(told["query"])
    endpoint = server.get_endpoint("authorization")
    if "cancel" in request.form:
        where = {"return_uri": asked["redirect_uri"], "return_type": asked["response_type"]}
        return answer(endpoint, asked, error="access_denied", state=asked["state"], **where)
    try:
        user = method.verify(**request.form)
    except FailedAuthentication:
        return make_response("Wrong name or password", 403)
    session_id = endpoint.create_session(
        asked, user, told["authn_class_ref"], told["iat"], method
    )
    return answer(endpoint, asked, **endpoint.authz_part2(request=asked, session_id=session_id))


@app.get("/verify_logout")
def verify_logout():
    return (
        "<!doctype html><html lang=en><title>Provider</title><form method=post id=logout>"
        "<button>Log out</button></form></html>"
    )


@app.post("/verify_logout")
def logout():
    endpoint = server.get_endpoint("session")
    info = endpoint.unpack_signed_jwt(request.args["sjwt"])
    endpoint.do_verified_logout(sid=info["sid"])
    return with_cookies(redirect(info["redirect_uri"]), endpoint.kill_cookies())


if __name__ == "__main__":
    app.run("localhost", PORT)
